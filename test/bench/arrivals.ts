/** What the receiver saw, in the order of arrival. */
export interface Arrivals {
  /** The events' numbers (BenchEvent.number). */
  readonly numbers: readonly number[];
  /** When each arrived, in milliseconds of `monotonicMs`. */
  readonly times: readonly number[];
}

/** Milliseconds of the machine's monotonic clock: the same clock in every process of the machine. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
