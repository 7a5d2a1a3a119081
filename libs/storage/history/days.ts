/** The history's tables, in the order in which everyone locks them. */
export const HISTORY_TABLES = ['attempts', 'deliveries'] as const;
export type HistoryTable = (typeof HISTORY_TABLES)[number];

export const DAY_MS = 24 * 60 * 60 * 1000;

/** The UTC day of a time, counted from 1970-01-01. @param time Unix milliseconds */
export function dayOf(time: number): number {
  return Math.floor(time / DAY_MS);
}

/** `attempts_20261124`. */
export function partitionName(table: HistoryTable, day: number): string {
  return `${table}_${isoDay(day).replaceAll('-', '')}`;
}

/** The day of a partition's name; null for what is not named so (`attempts_default`). */
export function dayOfPartition(table: HistoryTable, name: string): number | null {
  const match = new RegExp(`^${table}_(\\d{4})(\\d{2})(\\d{2})$`).exec(name);
  return match === null ? null : dayOf(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])));
}

/** `2026-11-24`. */
export function isoDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The oldest day that is kept: whatever lies before it is at least that many days old. */
export function oldestKept(now: number, retentionDays: number): number {
  return dayOf(now) - retentionDays;
}

/** Days that get tables of their own. A mad clock's days do not: their rows stay together in DEFAULT. */
export function hasPartition(day: number, now: number, retentionDays: number): boolean {
  return day >= oldestKept(now, retentionDays) && day <= dayOf(now) + 1;
}
