import type { Arrivals } from './arrivals.js';
import { callOf, type Shape } from './events.js';

/**
 * What is wrong with what arrived, in words; empty when every event arrived once and each call in its order.
 * @param count events 0 to count - 1 were sent.
 */
export function faultsIn({ numbers }: Pick<Arrivals, 'numbers'>, count: number, shape: Shape): string[] {
  const seen = new Uint8Array(count);
  const lastOfCall = new Map<number, number>();
  let [foreign, twice, reversed] = [0, 0, 0];
  for (const number of numbers) {
    if (number < 0 || number >= count) {
      foreign += 1;
      continue;
    }
    if (seen[number] === 1) twice += 1;
    seen[number] = 1;
    const { call } = callOf(number, shape);
    if (number < (lastOfCall.get(call) ?? -1)) reversed += 1;
    else lastOfCall.set(call, number);
  }
  const missing = seen.reduce((sum, arrived) => sum + 1 - arrived, 0);
  const faults: [number, string][] = [
    [missing, 'never arrived'],
    [twice, 'arrived again'],
    [reversed, 'arrived behind a later event of their call'],
    [foreign, 'were not sent at all'],
  ];
  return faults.filter(([number]) => number > 0).map(([number, what]) => `${number} events ${what}`);
}
