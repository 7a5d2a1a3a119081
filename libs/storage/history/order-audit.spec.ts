import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AttemptRecord } from '#libs/contracts';
import { attemptRecord } from '#libs/testkit';
import { auditOrder, type Delivered } from './order-audit.js';

/** Records of delivered jobs, written as `<epoch><offset>.<ordinal>`. */
function deliveries(...places: string[]): AttemptRecord[] {
  return places.map((place, index) => {
    const [, epoch, offset, ordinal] = /^([a-z])(\d+)(?:\.(\d+))?$/.exec(place)!;
    return attemptRecord({
      eventId: place,
      startedAt: index,
      mark: { epoch: epoch!, offset: Number(offset), ordinal: Number(ordinal ?? 0) },
    });
  });
}

/** `violation a1 after a2`, for each finding. */
function findings(records: readonly AttemptRecord[], last = new Map<string, Delivered>()): string[] {
  return auditOrder(records, last).map((f) => `${f.type} ${f.record.eventId} after ${f.last.eventId}`);
}

describe('the order of a call at an endpoint', () => {
  it('is kept by jobs that move forward, with gaps', () => {
    expect(findings(deliveries('a1', 'a2', 'a2.1', 'a9', 'a10'))).toEqual([]);
  });

  it('is violated by a job that was emitted earlier', () => {
    expect(findings(deliveries('a1', 'a3', 'a2'))).toEqual(['violation a2 after a3']);
    expect(findings(deliveries('a3.1', 'a3.0'))).toEqual(['violation a3.0 after a3.1']);
  });

  it('is kept by a repeat next to its original, and violated by a later one', () => {
    expect(findings(deliveries('a1', 'a2', 'a2', 'a2', 'a3'))).toEqual(['repeat a2 after a2', 'repeat a2 after a2']);
    expect(findings(deliveries('a1', 'a2', 'a3', 'a2'))).toEqual(['violation a2 after a3']);
  });

  it('is compared with the furthest, so one job that came late is one violation', () => {
    expect(findings(deliveries('a1', 'a5', 'a3', 'a6', 'a7'))).toEqual(['violation a3 after a5']);
  });

  it('is kept by an attempt that was reported late: it began before its successor', () => {
    const [first, second, late] = deliveries('a1', 'a2', 'a1');
    expect(findings([first!, second!, { ...late!, startedAt: second!.startedAt - 1 }])).toEqual([]);
    expect(findings([first!, second!, { ...late!, startedAt: second!.startedAt }])).toEqual(['violation a1 after a2']);
  });

  it('begins anew with another epoch', () => {
    expect(findings(deliveries('a8', 'a9', 'b1', 'b2'))).toEqual([]);
    expect(findings(deliveries('a8', 'b2', 'b1'))).toEqual(['violation b1 after b2']);
  });

  it('goes on from what is known already', () => {
    const last = new Map<string, Delivered>();
    findings(deliveries('a5'), last); // at 0
    expect(findings(deliveries('a4'), last)).toEqual(['violation a4 after a5']);
    expect(findings(deliveries('a6'), last)).toEqual([]);
  });

  it('is nothing that other calls or other endpoints have a part in', () => {
    const [first, second] = deliveries('a2', 'a1');
    expect(findings([first!, { ...second!, callId: 'another' }])).toEqual([]);
    expect(findings([first!, { ...second!, endpointId: 'another' }])).toEqual([]);
    expect(findings([first!, second!])).toHaveLength(1);
  });

  it('is about what was delivered through the router only', () => {
    const [first, second] = deliveries('a2', 'a1');
    expect(findings([first!, { ...second!, status: 'dead_lettered' }])).toEqual([]);
    expect(findings([{ ...first!, status: 'retrying' }, second!])).toEqual([]);
    expect(findings([first!, { ...second!, mark: null }])).toEqual([]);
  });

  it('has as many findings as jobs that are not above all before them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), { maxLength: 30 }), (offsets) => {
        const expected = offsets.flatMap((offset, index) => {
          const highest = Math.max(-1, ...offsets.slice(0, index));
          return offset > highest ? [] : offset === highest ? ['repeat'] : ['violation'];
        });
        const records = deliveries(...offsets.map((offset) => `a${offset}`));
        expect(auditOrder(records, new Map()).map(({ type }) => type)).toEqual(expected);
      }),
    );
  });
});
