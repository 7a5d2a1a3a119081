import { parseArgs } from 'node:util';

export interface ChaosOptions {
  readonly minutes: number;
  /** Events per second. */
  readonly rate: number;
  /** Chooses whom it hits, with what, and when; what the processes make of it is another matter. */
  readonly seed: number;
}

export const USAGE = `npm run chaos -- [options]: three processes each of router and delivery-custom, two recorders, and every few
seconds one of them is killed, stopped for longer than the session time-out, or replaced; the broker and the database
restart once. Ends with what became of the events, and exits with 1 unless the promise held.

  --minutes M   how long (2)
  --rate R      events per second (400)
  --seed N      the same number hits in the same places`;

/** @throws Error with one sentence about what is wrong. */
export function parseChaosOptions(args: readonly string[], randomSeed: () => number): ChaosOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '2' },
      rate: { type: 'string', default: '400' },
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
