import { describe, expect, it } from '@jest/globals';
import type { CallItem, Delivery, Status } from '../api/history-types.js';
import { waitOf } from './lane-wait.js';

const NOW = Date.parse('2026-05-12T10:00:00.000Z');
const at = (ms: number) => new Date(NOW + ms).toISOString();

interface Event {
  readonly type: string;
  readonly received: number;
  readonly first: number | null;
  readonly ended: number;
  readonly status?: Status;
  readonly endpoint?: string;
}

function items(...events: readonly Event[]): CallItem[] {
  return events.map(({ type, received, first, ended, status = 'delivered', endpoint = 'CRM' }) => ({
    ...{ eventId: type, eventType: type, receivedAt: at(received), event: null },
    deliveries: [
      {
        ...{ id: type, eventId: type, eventType: type, endpointId: endpoint, status },
        ...{ receivedAt: at(received), firstAttemptAt: first === null ? null : at(first), statusAt: at(ended) },
      } as Delivery,
    ],
  }));
}

const waitOfLast = (all: CallItem[]) => waitOf(all, all.at(-1)!.deliveries[0]!, NOW);
const CALLING = { type: 'CALLING', received: -20_000, first: -19_900, ended: -5000 };

describe('what a delivery waited for', () => {
  it('is the event before it, when that ended later than this one came', () => {
    const all = items(CALLING, { type: 'COMPLETED', received: -19_200, first: -5000, ended: -4900 });
    expect(waitOfLast(all)).toEqual({ behind: 'CALLING', ms: 14_200, isOver: true });
  });

  it('is told while it still waits, until now', () => {
    const all = items(
      { ...CALLING, status: 'retrying' },
      { type: 'COMPLETED', received: -19_000, first: null, ended: -19_000, status: 'waiting' },
    );
    expect(waitOfLast(all)).toEqual({ behind: 'CALLING', ms: 19_000, isOver: false });
  });

  it('is nothing for the first, after one that was over, and behind another endpoint', () => {
    expect(waitOfLast(items(CALLING))).toBeNull();
    expect(waitOfLast(items(CALLING, { type: 'COMPLETED', received: -4000, first: -3000, ended: -2900 }))).toBeNull();
    const other = { type: 'COMPLETED', received: -19_200, first: -5000, ended: -4900, endpoint: 'Billing' };
    expect(waitOfLast(items(CALLING, other))).toBeNull();
  });
});
