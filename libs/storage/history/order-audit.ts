import type { AttemptRecord, SourceMark } from '#libs/contracts';

/** The job that a lane delivered last. */
export interface Delivered {
  readonly mark: SourceMark;
  readonly eventId: string;
  /** When it was first attempted, Unix milliseconds. */
  readonly startedAt: number;
}

/** `repeat`: the same job once more, next to itself, which is allowed. `violation`: it went back. */
export interface Finding {
  readonly type: 'repeat' | 'violation';
  readonly record: AttemptRecord;
  /** What the lane had delivered before it. */
  readonly last: Delivered;
}

/** A record of a lane's order: a delivered job that came through the router. */
export type OrderedRecord = AttemptRecord & { readonly mark: SourceMark };

/** Redriven jobs carry no mark, and may come late. */
export function isOrdered(record: AttemptRecord): record is OrderedRecord {
  return record.status === 'delivered' && record.mark !== null && record.mark !== undefined;
}

export function laneOf({ endpointId, callId }: Pick<AttemptRecord, 'endpointId' | 'callId'>): string {
  return `${endpointId}|${callId}`;
}

/**
 * Checks that each lane's delivered jobs only ever move forward. It knows nothing of how order is kept, and compares
 * what was delivered with where the events came from.
 * @param records attempts never audited before, in the order they were recorded
 * @param last what each of their lanes delivered last, by `laneOf`; moved forward here
 */
export function auditOrder(records: readonly AttemptRecord[], last: Map<string, Delivered>): readonly Finding[] {
  const findings: Finding[] = [];
  for (const record of records) {
    if (!isOrdered(record)) continue;
    const lane = laneOf(record);
    const before = last.get(lane);
    const step = before === undefined ? 1 : compare(record.mark, before.mark);
    const { mark, eventId, startedAt } = record;
    if (before === undefined || step > 0) last.set(lane, { mark, eventId, startedAt });
    else if (step < 0 && startedAt < before.startedAt) continue;
    else findings.push({ type: step === 0 ? 'repeat' : 'violation', record, last: before });
  }
  return findings;
}

/** Positive: `mark` is ahead of `before`. Another epoch is: the source topic was made anew, and counts from 0. */
function compare(mark: SourceMark, before: SourceMark): number {
  if (mark.epoch !== before.epoch) return 1;
  return mark.offset - before.offset || mark.ordinal - before.ordinal;
}
