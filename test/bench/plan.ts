import { median } from './statistics.js';
import type { BenchResult } from './results.js';

/* What a measured run of the whole system means for another rate: arithmetic, and every assumption by name. */

export const ASSUMED = {
  /** Of a core: the rest is for peaks, hand-overs and a process that is gone. */
  utilisation: 0.6,
  /** A process of ours is one thread. */
  coresOfProcess: 1,
  brokerCores: 8,
  /** Bytes a second of the log, replicas included, that a broker writes at most. */
  brokerLogBytes: 150e6,
  /** Followers fetch what the leader has written: so much of its CPU each, taken high. */
  followerCpu: 0.5,
  replicas: 3,
  databaseCores: 8,
  /** Bytes a second of write-ahead log that one PostgreSQL writes at most. */
  databaseWalBytes: 60e6,
  /** US dollars for a core and its memory, on demand, an hour. */
  coreHour: 0.05,
} as const;

export interface Plan {
  readonly rate: number;
  /** Cores that are busy, by part. */
  readonly busy: Readonly<Record<Part, number>>;
  readonly processes: Readonly<Record<Service, number>>;
  /** The next power of two that gives each delivery process two partitions at least. */
  readonly partitions: number;
  readonly logBytesPerSecond: number;
  readonly walBytesPerSecond: number;
  readonly brokers: number;
  readonly databases: number;
  readonly cores: number;
  readonly dollarsPerMillion: number;
}

const SERVICES = ['router', 'delivery-custom', 'recorder'] as const;
type Service = (typeof SERVICES)[number];
type Part = Service | 'kafka' | 'postgres';

/** For each 1,000 deliveries. */
export interface Measured {
  readonly cpu: Readonly<Record<Part, number>>;
  readonly logBytes: number;
  readonly walBytes: number;
}

/** @throws Error when the result has no run of the whole system. */
export function measuredIn({ rounds, options }: BenchResult): Measured {
  const runs = rounds.flatMap(({ a }) => a ?? []);
  if (runs.length === 0) throw new Error('the result has no (a): npm run bench -- --only cost');
  const thousands = options.events / 1000;
  const cpu = (part: Part): number => median(runs.map(({ usage }) => usage[part]!.cpuSeconds / thousands));
  return {
    cpu: {
      router: cpu('router'),
      'delivery-custom': cpu('delivery-custom'),
      recorder: cpu('recorder'),
      kafka: cpu('kafka'),
      postgres: cpu('postgres'),
    },
    // The events themselves were there before: they are part of what Kafka keeps.
    logBytes: median(runs.map(({ logged }) => logged.kafkaLog)) / thousands + EVENT_LOG_BYTES,
    walBytes: median(runs.map(({ logged }) => logged.wal)) / thousands,
  };
}

/** 1,000 events of 600 bytes with key and framing. */
const EVENT_LOG_BYTES = 650_000;

export function planFor(rate: number, { cpu, logBytes, walBytes }: Measured): Plan {
  const thousands = rate / 1000;
  const { utilisation, replicas, followerCpu, brokerCores, brokerLogBytes, databaseCores, databaseWalBytes } = ASSUMED;
  const busy = Object.fromEntries(Object.entries(cpu).map(([part, seconds]) => [part, seconds * thousands])) as Record<
    Part,
    number
  >;
  busy.kafka *= 1 + (replicas - 1) * followerCpu;
  const needed = (cores: number, each: number): number => Math.max(1, Math.ceil(cores / (each * utilisation)));
  const processes = Object.fromEntries(
    SERVICES.map((service) => [service, needed(busy[service], ASSUMED.coresOfProcess)]),
  ) as Record<Service, number>;
  const logBytesPerSecond = logBytes * thousands * replicas;
  const walBytesPerSecond = walBytes * thousands;
  const brokers = Math.max(replicas, needed(busy.kafka, brokerCores), Math.ceil(logBytesPerSecond / brokerLogBytes));
  const databases = Math.max(needed(busy.postgres, databaseCores), Math.ceil(walBytesPerSecond / databaseWalBytes));
  const cores =
    SERVICES.reduce((sum, service) => sum + processes[service], 0) + brokers * brokerCores + databases * databaseCores;
  return {
    rate,
    busy,
    processes,
    partitions: Math.max(12, 2 ** Math.ceil(Math.log2(2 * processes['delivery-custom']))),
    logBytesPerSecond,
    walBytesPerSecond,
    brokers,
    databases,
    cores,
    dollarsPerMillion: (cores * ASSUMED.coreHour * 1e6) / (3600 * rate),
  };
}

/** In Markdown. */
export function planTable(result: BenchResult, rates: readonly number[]): string[] {
  const measured = measuredIn(result);
  const { cpu, logBytes, walBytes } = measured;
  const plans = rates.map((rate) => planFor(rate, measured));
  const row = (what: string, of: (plan: Plan) => string): string => `| ${[what, ...plans.map(of)].join(' | ')} |`;
  const number = (value: number, digits = 0): string =>
    value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const services = SERVICES.map((service) => `${service} ${number(cpu[service], 3)}`).join(', ');
  return [
    `Measured for 1,000 deliveries (commit ${result.commit}): CPU s ${services}, Kafka ${number(cpu.kafka, 3)}, PostgreSQL ${number(cpu.postgres, 3)}; ${number(logBytes / 1000)} KB of Kafka's log, ${number(walBytes / 1000)} KB of write-ahead log.`,
    '',
    row('events a second', ({ rate }) => number(rate)),
    `| --- |${' ---: |'.repeat(plans.length)}`,
    ...SERVICES.map((service) =>
      row(
        `${service}: busy cores → processes`,
        ({ busy, processes }) => `${number(busy[service], 1)} → ${number(processes[service])}`,
      ),
    ),
    row('partitions of each topic', ({ partitions }) => number(partitions)),
    row('Kafka: busy cores', ({ busy }) => number(busy.kafka, 1)),
    row('Kafka: log, 3 replicas, MB/s', ({ logBytesPerSecond }) => number(logBytesPerSecond / 1e6)),
    row(`Kafka: brokers of ${ASSUMED.brokerCores} cores`, ({ brokers }) => number(brokers)),
    row('PostgreSQL: busy cores', ({ busy }) => number(busy.postgres, 1)),
    row('PostgreSQL: write-ahead log, MB/s', ({ walBytesPerSecond }) => number(walBytesPerSecond / 1e6, 1)),
    row(`PostgreSQL: servers of ${ASSUMED.databaseCores} cores`, ({ databases }) => number(databases)),
    row('cores in all', ({ cores }) => number(cores)),
    row('US$ per million deliveries', ({ dollarsPerMillion }) => number(dollarsPerMillion, 3)),
  ];
}
