import { parseArgs } from 'node:util';

export interface SimulateOptions {
  readonly calls: number;
  /** Events per second. */
  readonly rate: number;
  /** Share of calls that meet an error, 0 to 1. */
  readonly errors: number;
  readonly seed: number;
  readonly project?: string;
  readonly brokers?: string;
  readonly api?: string;
}

export const USAGE = `npm run simulate -- [options]: plays calls into Kafka, several at a time, each in its own order.

  --calls N       how many calls (20)
  --rate R        events per second, of all calls together (10)
  --errors S      share of the calls that meet an error, 0 to 1 (0.1)
  --project ID    whose calls (the newest project; the demo's when there is no other)
  --brokers LIST  host:port,… (KAFKA_BROKERS; else those of npm start)
  --api URL       the API to ask for the project, with ADMIN_TOKEN (that of npm start)
  --seed N        the same number plays the same calls`;

/** @throws Error with one sentence about what is wrong. */
export function parseOptions(args: readonly string[], randomSeed: () => number): SimulateOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      calls: { type: 'string', default: '20' },
      rate: { type: 'string', default: '10' },
      errors: { type: 'string', default: '0.1' },
      seed: { type: 'string' },
      project: { type: 'string' },
      brokers: { type: 'string' },
      api: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  const { project, brokers, api } = values;
  return {
    calls: numberIn('--calls', values.calls, (n) => Number.isInteger(n) && n > 0, 'a whole number above 0'),
    rate: numberIn('--rate', values.rate, (n) => n > 0, 'a number above 0'),
    errors: numberIn('--errors', values.errors, (n) => n >= 0 && n <= 1, 'a share from 0 to 1'),
    seed:
      values.seed === undefined ? randomSeed() : numberIn('--seed', values.seed, Number.isInteger, 'a whole number'),
    ...(project === undefined ? {} : { project }),
    ...(brokers === undefined ? {} : { brokers }),
    ...(api === undefined ? {} : { api }),
  };
}

function numberIn(name: string, text: string, fits: (value: number) => boolean, expected: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value) && fits(value)) return value;
  throw new Error(`${name} is ${JSON.stringify(text)}: expected ${expected}`);
}
