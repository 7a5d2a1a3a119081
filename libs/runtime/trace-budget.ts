/** Decides which new traces are kept. */
export interface TraceBudget {
  /** True: one more is kept. */
  take(): boolean;
}

/**
 * At most so many new traces a second, whatever comes: what tracing costs then has a bound that nobody needs to work out
 * from the traffic, and with little of it every event has its trace.
 * @param now milliseconds, of a clock that is never set.
 */
export function traceBudget(perSecond: number, now: () => number): TraceBudget {
  let left = perSecond;
  let filledAt = now();
  return {
    take: () => {
      const at = now();
      left = Math.min(perSecond, left + ((at - filledAt) / 1000) * perSecond);
      filledAt = at;
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
