import { parseArgs } from 'node:util';

export const MEASURES = ['loop', 'a', 'b', 'c', 't'] as const;
export type Measure = (typeof MEASURES)[number];

const DEFAULT: readonly Measure[] = ['loop', 'a', 'b', 'c'];

export interface BenchOptions {
  readonly only: readonly Measure[];
  readonly runs: number;
  readonly events: number;
  readonly activeCalls: number;
  readonly eventsPerCall: number;
  /** Of (c): events a second, and for how long. */
  readonly rate: number;
  readonly seconds: number;
  readonly name: string;
  /** Where the services leave CPU profiles. */
  readonly profile?: string;
}

export const USAGE = `npm run bench -- [options]: measures this clone on a Kafka and a PostgreSQL of its own.

  (loop)  a bare loop: consume, POST; no order, no history: what the others are compared with
  (a)     whole system: events lie in calls.events; router, delivery-custom and recorder
  (b)     delivery-custom alone: jobs lie in deliveries.custom
  (c)     latency from produce to arrival, of the whole system and of a bare chain (consume, produce, consume, POST)
  (t)     the whole system twice: without traces, and with those of all events sent to a collector

  --only LIST        some of loop,a,b,c,t (all but t; a and b bring the loop)
  --runs N           how often each is measured; medians are told (3)
  --events N         of (loop), (a), (b) and (t) (20000)
  --calls N          calls under way at any time (64)
  --per-call N       events of each call (5)
  --rate R           of (c): events a second (100)
  --seconds S        of (c): how long (30)
  --name NAME        of the result: bench-results/NAME.json (the time)
  --profile FOLDER   services write CPU profiles there; they are slower meanwhile`;

/** @param now names the result when no name is given. @throws Error with one sentence about what is wrong. */
export function parseOptions(args: readonly string[], now: Date): BenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: DEFAULT.join(',') },
      runs: { type: 'string', default: '3' },
      events: { type: 'string', default: '20000' },
      calls: { type: 'string', default: '64' },
      'per-call': { type: 'string', default: '5' },
      rate: { type: 'string', default: '100' },
      seconds: { type: 'string', default: '30' },
      name: { type: 'string', default: now.toISOString().slice(0, 19).replaceAll(':', '-') },
      profile: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  if (!/^[\w.-]+$/.test(values.name)) throw new Error(`--name is ${JSON.stringify(values.name)}: expected a file name`);
  return {
    only: measuresIn(values.only),
    runs: count('--runs', values.runs),
    events: count('--events', values.events),
    activeCalls: count('--calls', values.calls),
    eventsPerCall: count('--per-call', values['per-call']),
    rate: count('--rate', values.rate),
    seconds: count('--seconds', values.seconds),
    name: values.name,
    ...(values.profile === undefined ? {} : { profile: values.profile }),
  };
}

function measuresIn(list: string): Measure[] {
  const asked = list.split(',');
  const unknown = asked.filter((name) => !MEASURES.some((measure) => measure === name));
  if (unknown.length > 0) throw new Error(`--only is ${JSON.stringify(list)}: expected some of ${MEASURES.join(',')}`);
  const needsLoop = asked.includes('a') || asked.includes('b');
  return MEASURES.filter((measure) => asked.includes(measure) || (measure === 'loop' && needsLoop));
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${name} is ${JSON.stringify(text)}: expected a whole number above 0`);
}
