import { parseArgs } from 'node:util';

export const MEASURES = ['loop', 'a', 'b', 'c', 't'] as const;
export type Measure = (typeof MEASURES)[number];
/** Those that have a file of their own in shows/. */
export const SHOWS = ['failing', 'signed', 'contrast', 'growth', 'nightmare', 'memory', 'hops'] as const;
export type ShowName = (typeof SHOWS)[number];

/** What `--only` takes besides, for those who ask in words. */
const WORDS: Readonly<Record<string, readonly (Measure | ShowName)[]>> = {
  throughput: ['loop', 'a', 'b'],
  cost: ['loop', 'a'],
  latency: ['c'],
  traces: ['t'],
};
const DEFAULT = 'throughput,latency,failing';

export interface BenchOptions {
  readonly only: readonly (Measure | ShowName)[];
  readonly runs: number;
  readonly events: number;
  readonly activeCalls: number;
  readonly eventsPerCall: number;
  /** Of (c): events a second. */
  readonly rates: readonly number[];
  /** Of (c) at each rate, and of each phase of nightmare. */
  readonly seconds: number;
  /** Of nightmare: events a second at all ten endpoints together. */
  readonly load: number;
  /** Whether the services send traces to a collector, as those of `npm start` do to its Jaeger. */
  readonly traces: boolean;
  readonly name: string;
  /** Where the services leave CPU profiles. */
  readonly profile?: string;
}

/** Look at results instead of measuring: draw them, or reckon with them. */
export interface ResultOptions {
  readonly use: 'plot' | 'plan';
  readonly files: readonly string[];
}

export const USAGE = `npm run bench -- [options]: measures this clone on a Kafka and a PostgreSQL of its own.

  throughput  (loop) a bare loop: consume, POST; no order, no history: what the others are compared with
              (a) whole system: events lie in calls.events; router, delivery-custom and recorder
              (b) delivery-custom alone: jobs lie in deliveries.custom
  cost        (a) by CPU, bytes and memory; throughput tells it as well
  latency     (c) from produce to arrival, of the whole system and of a bare chain (consume, produce, consume, POST)
  failing     (a) once more, with a fifth of the attempts answered 500
  signed      (b) without and with RSA signatures, beside what openssl signs
  contrast    an endpoint that takes 250 ms, 1,000 calls: in the order of partitions, and in lanes
  growth      one, two and three processes of router and delivery-custom
  nightmare   ten endpoints, of which one fails, stalls and hangs: what the nine others notice
  memory      whether it grows: --events 500000 is meant
  hops        the hops of (a) with nothing in them, and (a): what the way itself costs
  traces      (t) the whole system twice: without traces, and with those of all events sent to a collector

  --only LIST        some of these words, or of the letters; (${DEFAULT}) (a and b bring the loop)
  --runs N           how often each is measured; medians are told (3)
  --events N         of (loop), (a), (b), (t) and all that says no number of its own (20000)
  --calls N          calls under way at any time (64)
  --per-call N       events of each call (5)
  --rates R,R,…      of latency: events a second (100,500,1000)
  --seconds S        of latency at each rate, and of each phase of nightmare (20)
  --load R           of nightmare: events a second, at all endpoints together (1000)
  --traces on|off    whether the services send traces to a collector (on)
  --name NAME        of the result: bench-results/NAME.json (the time)
  --profile FOLDER   services write CPU profiles there; they are slower meanwhile
  --plot FILE …      measures nothing: draws these results into docs/images/performance and writes their tables into
                     docs/performance.md and docs/growth.md;
                     of what is in several, the last counts
  --plan FILE        measures nothing: what this result means for 2,000 to 1,000,000 events a second; into docs/growth.md`;

/** @param now names the result when no name is given. @throws Error with one sentence about what is wrong. */
export function parseOptions(args: readonly string[], now: Date): BenchOptions | ResultOptions | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      only: { type: 'string', default: DEFAULT },
      runs: { type: 'string', default: '3' },
      events: { type: 'string', default: '20000' },
      calls: { type: 'string', default: '64' },
      'per-call': { type: 'string', default: '5' },
      rates: { type: 'string', default: '100,500,1000' },
      seconds: { type: 'string', default: '20' },
      load: { type: 'string', default: '1000' },
      traces: { type: 'string', default: 'on' },
      name: { type: 'string', default: now.toISOString().slice(0, 19).replaceAll(':', '-') },
      profile: { type: 'string' },
      plot: { type: 'boolean' },
      plan: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  for (const use of ['plot', 'plan'] as const) {
    if (values[use] !== true) continue;
    if (positionals.length === 0) throw new Error(`--${use} needs results: bench-results/….json`);
    return { use, files: positionals };
  }
  if (positionals.length > 0) throw new Error(`${JSON.stringify(positionals[0])} is no option: --help names them`);
  if (!/^[\w.-]+$/.test(values.name)) throw new Error(`--name is ${JSON.stringify(values.name)}: expected a file name`);
  return {
    only: measuresIn(values.only),
    runs: count('--runs', values.runs),
    events: count('--events', values.events),
    activeCalls: count('--calls', values.calls),
    eventsPerCall: count('--per-call', values['per-call']),
    rates: values.rates.split(',').map((rate) => count('--rates', rate)),
    seconds: count('--seconds', values.seconds),
    load: count('--load', values.load),
    traces: isOn('--traces', values.traces),
    name: values.name,
    ...(values.profile === undefined ? {} : { profile: values.profile }),
  };
}

function measuresIn(list: string): (Measure | ShowName)[] {
  const known = [...MEASURES, ...SHOWS];
  const asked = list.split(',').flatMap((word): readonly string[] => WORDS[word] ?? [word]);
  const unknown = asked.filter((name) => !known.some((measure) => measure === name));
  if (unknown.length > 0) {
    const words = [...Object.keys(WORDS), ...SHOWS, ...MEASURES].join(',');
    throw new Error(`--only is ${JSON.stringify(list)}: expected some of ${words}`);
  }
  const needsLoop = asked.includes('a') || asked.includes('b');
  return known.filter((measure) => asked.includes(measure) || (measure === 'loop' && needsLoop));
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${name} is ${JSON.stringify(text)}: expected a whole number above 0`);
}

function isOn(name: string, text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new Error(`${name} is ${JSON.stringify(text)}: expected on or off`);
}
