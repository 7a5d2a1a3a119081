import { parseArgs } from 'node:util';

export interface ChaosOptions {
  readonly minutes: number;
  /** Events per second. */
  readonly rate: number;
  /** Chooses what it hits, and which attempts fail; what the processes make of it is another matter. */
  readonly seed: number;
}

export const USAGE = `npm run chaos -- [options]: three processes each of router and delivery-custom and two recorders deliver to three
endpoints that fail a fifth of the attempts (503, 429, Retry-After, hangs, resets). Every 5 s one of them is hit: most are
killed, some replaced, one stands still for longer than its session, one comes and one goes; the broker and the database
restart. Ends with what became of the events, and exits with 1 unless the promise held.

  --minutes M   how long (2)
  --rate R      events per second, each for three endpoints (100)
  --seed N      the same number hits the same services at the same times and fails the same attempts`;

/** @throws Error with one sentence about what is wrong. */
export function parseChaosOptions(args: readonly string[], randomSeed: () => number): ChaosOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '2' },
      rate: { type: 'string', default: '100' },
      seed: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  return {
    minutes: positive('--minutes', values.minutes),
    rate: positive('--rate', values.rate),
    seed: values.seed === undefined ? randomSeed() : positive('--seed', values.seed),
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`${name} is ${JSON.stringify(text)}: expected a number above 0`);
}
