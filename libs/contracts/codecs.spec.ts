import { describe, expect, it } from '@jest/globals';
import { v5 } from 'uuid';
import { GOLDEN_JOBS } from './golden/jobs.js';
import { decodeAttempt, decodeJob, deliveryIdOf, encodeJob, EVENT_CATALOGUE, jobEncoder, uuidOfName } from './index.js';

describe('a job on the wire', () => {
  it.each(Object.values(GOLDEN_JOBS))('reads back as it was written: $event.eventType', (job) => {
    expect(decodeJob(Buffer.from(encodeJob(job)))).toEqual(job);
  });

  it('is the same when what its event and its endpoint share with others was written before', () => {
    const [first, ...others] = Object.values(GOLDEN_JOBS);
    const endpoints = [first!.endpoint, { ...first!.endpoint, name: 'a "quoted"\u2028 name', contentKey: null }];
    for (const job of [first!, ...others]) {
      const { redrive: _, ...once } = job;
      const encode = jobEncoder(job.event);
      for (const endpoint of endpoints) {
        expect(encode({ ...once, endpoint })).toBe(encodeJob({ ...once, endpoint }));
      }
    }
  });

  it.each([
    ['no JSON', 'hello', /job is not JSON/],
    ['another version', '{"v":2}', /job has version 2, this service reads version 1/],
    ['no version', '[]', /job has version undefined/],
    ['null', 'null', /job has version undefined/],
    ['no endpoint', '{"v":1,"deliveryId":"d","endpoint":null}', /job lacks/],
    ['no errors', encodeJob(GOLDEN_JOBS.OUTBOUND_CALL_PENDING).replace('"errors":[]', '"errors":{}'), /job lacks/],
    ['an unknown type', encodeJob(GOLDEN_JOBS.OUTBOUND_CALL_PENDING).replace('CALL_PENDING', 'CALL_LOST'), /job lacks/],
  ])('that is foreign (%s) is told apart, in words', (_, value, words) => {
    expect(() => decodeJob(Buffer.from(value))).toThrow(words);
  });
});

describe('an attempt record on the wire', () => {
  it('that is foreign is told apart, in words', () => {
    expect(() => decodeAttempt(Buffer.from('{"v":1,"deliveryId":"d"}'))).toThrow(/attempt record lacks/);
    expect(() => decodeAttempt(Buffer.from('{"v":3}'))).toThrow(/attempt record has version 3/);
  });
});

describe('ids', () => {
  it('made from names are UUIDs of version 5, as another implementation makes them', () => {
    const namespace = '6f1d4cf2-a1c5-4f0e-9a3b-7d5e2c8b9a01';
    for (let i = 0; i < 100; i += 1)
      expect(uuidOfName(`name/${i}`)).toBe(v5(`name/${i}`, Buffer.from(namespace.replaceAll('-', ''), 'hex')));
  });

  it('of deliveries differ by event and by endpoint, and are the same at each replay', () => {
    const position = { epoch: '11111111-1111-4111-8111-111111111111', partition: 1, offset: 1 };
    const ids = [position, { ...position, offset: 2 }, { ...position, partition: 2 }].flatMap((one) => [
      deliveryIdOf(one, 'a'),
      deliveryIdOf(one, 'b'),
    ]);
    expect(new Set(ids).size).toBe(6);
    expect(deliveryIdOf({ ...position }, 'a')).toBe(ids[0]);
  });
});

describe('the catalogue', () => {
  it('has the 18 event types of the contract, each with a label and a subject of its own', () => {
    expect(EVENT_CATALOGUE).toHaveLength(18);
    for (const field of ['eventType', 'subject'] as const) {
      expect(new Set(EVENT_CATALOGUE.map((one) => one[field])).size).toBe(18);
    }
    expect(EVENT_CATALOGUE.find((one) => one.eventType === 'OUTBOUND_CALL_ERROR')).toEqual({
      eventType: 'OUTBOUND_CALL_ERROR',
      label: 'Outbound Error',
      subject: 'Outbound call error',
    });
  });
});
