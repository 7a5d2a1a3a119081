import type { AttemptRecord } from '#libs/contracts';
import { LRUCache } from 'lru-cache';
import pg, { type Pool } from 'pg';
import { insertAttempts } from './attempts.js';
import { DayPartitions, type HistoryClock } from './day-partitions.js';
import { upsertDeliveries } from './deliveries.js';
import { foldDeliveries } from './delivery-state.js';
import { lastDelivered } from './last-delivered.js';
import { auditOrder, isOrdered, laneOf, type Delivered, type Finding } from './order-audit.js';
import { insertViolations } from './violations.js';
import { inTransaction } from '../pool.js';

/** What lanes delivered last, as far as it is remembered; Postgres knows the rest. */
export type LaneMemory = LRUCache<string, Delivered>;

/** Lanes that are remembered: about 20 MB. */
const LANES = 50_000;

/**
 * Good for as long as nobody else records these lanes: make a new one with each assignment of partitions.
 */
export function createLaneMemory(): LaneMemory {
  return new LRUCache({ max: LANES });
}

/** The one that writes the history. */
export class HistoryWriter {
  readonly days: DayPartitions;

  constructor(
    private readonly pool: Pool,
    clock: HistoryClock,
  ) {
    this.days = new DayPartitions(pool, clock);
  }

  /**
   * Writes records, those of one partition being consecutive, in one transaction, and audits the order of what is news in
   * them. Records that were written before, by whomever, change nothing: they may come again in any grouping.
   * @param partitionOf of Kafka: everything of a call stays on one; null: not known.
   * @throws when nothing was written; `isRefused` tells whether it is the records' fault.
   */
  async write(
    records: readonly AttemptRecord[],
    lanes: LaneMemory,
    partitionOf: (record: AttemptRecord) => number | null = () => null,
  ): Promise<readonly Finding[]> {
    await this.days.ensure(records.map(({ receivedAt }) => receivedAt));
    const ordered = records.filter(isOrdered);
    const last = new Map<string, Delivered>();
    for (const lane of ordered.map(laneOf)) {
      const known = lanes.get(lane);
      if (known !== undefined) last.set(lane, known);
    }
    const findings = await inTransaction(this.pool, async (client) => {
      const unknown = ordered.filter((record) => !last.has(laneOf(record)));
      // Asked before anything is written, or the records would be compared with themselves.
      const [delivered, written] = await Promise.all([
        lastDelivered(client, unknown),
        insertAttempts(client, records, records.toSorted(byDelivery)),
      ]);
      for (const [lane, delivery] of delivered) last.set(lane, delivery);
      await upsertDeliveries(client, foldDeliveries(written.toSorted(byDelivery)), partitionOf);
      const found = auditOrder(written, last);
      await insertViolations(client, found);
      return found;
    });
    for (const [lane, delivered] of last) lanes.set(lane, delivered);
    return findings;
  }
}

/** Everyone locks rows in this order: two recorders that overlap wait for each other, and never both. */
function byDelivery(a: AttemptRecord, b: AttemptRecord): number {
  return a.deliveryId < b.deliveryId ? -1 : a.deliveryId > b.deliveryId ? 1 : 0;
}

/** 22: data exceptions, 23: constraints, 54: too large for an index. Trying again would not help. */
const REFUSED = /^(22|23|54)/;
const CHECK_VIOLATION = '23514';

/** True when Postgres will never take these records; with any other error they are tried again. */
export function isRefused(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError) || error.code === undefined) return false;
  // A row that no partition takes violates no named check: DEFAULT is gone, which is not the record's fault.
  if (error.code === CHECK_VIOLATION && error.constraint === undefined) return false;
  return REFUSED.test(error.code);
}
