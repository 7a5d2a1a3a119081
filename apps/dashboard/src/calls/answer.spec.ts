import { describe, expect, it } from '@jest/globals';
import type { CallHistory, Delivery, LaneWithJobs, Status } from '../api/history-types.js';
import { answersOf } from './answer.js';

/** Oracle: the sentences, word by word. */

const NOW = Date.parse('2026-05-12T10:00:00.000Z');
const at = (ms: number) => new Date(NOW + ms).toISOString();
const WORDS = { labelOf: (type: string) => type, endpointOf: (id: string) => id, now: NOW };

function delivery(eventType: string, status: Status, endpoint = 'CRM', more: Partial<Delivery> = {}): Delivery {
  return {
    ...{ id: `${eventType}@${endpoint}`, endpointId: endpoint, endpointName: endpoint, endpointType: 'CUSTOM' },
    ...{ callId: 'call', eventId: eventType, eventType, status, statusAt: at(-500), attemptCount: 1, redriveCount: 0 },
    ...{ reason: null, responseStatus: null, receivedAt: at(-1000), firstAttemptAt: at(-900), lastAttemptAt: at(-500) },
    ...more,
  };
}

function call(deliveries: readonly Delivery[], lanes: readonly LaneWithJobs[] = []): CallHistory {
  const types = [...new Set(deliveries.map(({ eventType }) => eventType))];
  const items = types.map((eventType) => ({
    ...{ eventId: eventType, eventType, receivedAt: at(-1000), event: null },
    deliveries: deliveries.filter((one) => one.eventType === eventType),
  }));
  return { callId: 'call', items, lanes, nextCursor: null };
}

function lane(head: Partial<LaneWithJobs['head']>, followers: readonly string[]): LaneWithJobs {
  return {
    ...{ id: 'lane', endpointId: 'CRM', callId: 'call', since: at(-60_000), followers: followers.length },
    waiting: ['CALLING', ...followers].map((eventType) => ({
      ...{ deliveryId: `${eventType}@CRM`, eventId: eventType, eventType, parkedAt: at(-60_000) },
    })),
    head: {
      ...{ deliveryId: 'CALLING@CRM', eventId: 'CALLING', eventType: 'CALLING', since: at(-60_000), attempts: 3 },
      ...{ firstAttemptAt: at(-60_000), lastReason: 'http_503: the endpoint answered 503', lastStatus: 503 },
      nextAttemptAt: at(41_000),
      ...head,
    },
  };
}

const textsOf = (history: CallHistory) => answersOf(history, WORDS).map(({ text }) => text);

describe('why a call has not arrived', () => {
  it('one event waits behind another: which, until when, and what its endpoint does', () => {
    const history = call(
      [delivery('CALLING', 'retrying'), delivery('COMPLETED', 'waiting')],
      [lane({}, ['COMPLETED'])],
    );
    expect(textsOf(history)).toEqual([
      '“COMPLETED” waits behind “CALLING”, whose 3rd retry is due in 41 s: CRM answers 503.',
    ]);
  });

  it('several wait, or none', () => {
    const deliveries = [
      delivery('CALLING', 'retrying'),
      delivery('CLOSING', 'waiting'),
      delivery('COMPLETED', 'waiting'),
    ];
    expect(textsOf(call(deliveries, [lane({ attempts: 1 }, ['CLOSING', 'COMPLETED'])]))).toEqual([
      '2 events wait behind “CALLING”, whose 1st retry is due in 41 s: CRM answers 503.',
    ]);
    const alone = lane({ attempts: 2, nextAttemptAt: null, lastReason: 'timeout: no answer' }, []);
    expect(textsOf(call([delivery('CALLING', 'retrying')], [alone]))).toEqual([
      'The 2nd retry of “CALLING” is due now: CRM does not answer in time.',
    ]);
  });

  it('an event was given up: after how much, and why', () => {
    const given = delivery('CALLING', 'dead_lettered', 'CRM', {
      attemptCount: 7,
      reason: 'http_503: the endpoint answered 503',
    });
    expect(textsOf(call([given, delivery('COMPLETED', 'delivered')]))).toEqual([
      '“CALLING” was given up at CRM after 7 attempts: the endpoint answered 503.',
    ]);
  });

  it('each endpoint has its own trouble, and its own sentence', () => {
    const refused = delivery('ERROR', 'dead_lettered', 'Billing', { reason: 'http_404: the endpoint answered 404' });
    const history = call([delivery('CALLING', 'retrying'), refused], [lane({}, [])]);
    expect(textsOf(history)).toHaveLength(2);
    expect(answersOf(history, WORDS).map(({ tone }) => tone)).toEqual(['warn', 'bad']);
  });

  it('nothing is wrong: it is on its way, or has arrived, in order', () => {
    expect(textsOf(call([delivery('CALLING', 'delivered'), delivery('COMPLETED', 'pending')]))).toEqual([
      '“COMPLETED” is on its way to CRM.',
    ]);
    expect(textsOf(call([delivery('CALLING', 'delivered'), delivery('COMPLETED', 'delivered')]))).toEqual([
      'All 2 events were delivered in order, the slowest 500 ms after it was received.',
    ]);
    expect(textsOf(call([delivery('CALLING', 'delivered')]))).toEqual([
      '1 event was delivered, 500 ms after it was received.',
    ]);
  });
});
