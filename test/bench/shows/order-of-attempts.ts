import { callOf, type Shape } from '../events.js';
import type { Attempts } from './moody-endpoints.js';

/** What a receiver can see of broken order, counted. */
export interface Disorder {
  /** Deliveries (answered 200) that came behind a later one of their call. */
  readonly wrongPairs: number;
  /** Attempts of an event of whose call an earlier one had not been taken yet. */
  readonly overtaking: number;
}

/** @param endpoint of those in `seen`. */
export function disorderIn(seen: Attempts, endpoint: number, shape: Shape): Disorder {
  /** By call: the number that was taken last, and how many were. */
  const calls = new Map<number, { last: number; steps: number }>();
  let [wrongPairs, overtaking] = [0, 0];
  for (const [index, number] of seen.numbers.entries()) {
    if (seen.endpoints[index] !== endpoint) continue;
    const { call, step } = callOf(number, shape);
    const before = calls.get(call) ?? { last: -1, steps: 0 };
    if (step > before.steps) overtaking += 1;
    if (seen.statuses[index] !== 200) continue;
    if (number < before.last) wrongPairs += 1;
    if (number === before.last) continue;
    calls.set(call, { last: Math.max(number, before.last), steps: before.steps + 1 });
  }
  return { wrongPairs, overtaking };
}
