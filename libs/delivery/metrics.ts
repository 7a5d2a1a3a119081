import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Kind } from '#libs/contracts';
import { HEADERS, TOPICS } from '#libs/kafka';
import type { Outcome } from './attempt.js';
import type { SpillCause } from './endpoint-share.js';
import type { LaneCounts } from './lane-counts.js';
import type { LaneJob, RecordToSend } from './ports.js';
import type { Stage } from './settlement.js';

/** What the engine counts. */
export interface DeliveryMetrics {
  attempted(laneJob: LaneJob, outcome: Outcome): void;
  /** A wake-up was acted on, so late after it was due, in milliseconds. */
  woken(lateMs: number): void;
  /** A head went to Postgres for want of room at its endpoint. */
  spilled(cause: SpillCause): void;
  /** The sweep had to resume so many lanes: their wake-ups were lost. */
  overdue(lanes: number): void;
  /** A job that a replayed router batch brought again. */
  repeatDropped(): void;
  /** @param ms from the commit's request to the broker's acknowledgement. */
  committed(ms: number): void;
  /** Records that Kafka has: those of the dead-letter topic are counted. */
  sent(records: readonly RecordToSend[]): void;
  /** Settling waits: it is tried again. */
  failed(stage: Stage): void;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** A delivery may have climbed all of the ladder, and waited for predecessors that did. */
const TO_DELIVERY = [...SECONDS, 60, 300, 900, 1800, 3600, 7200];

/**
 * The engine's metrics in Prometheus' form.
 * @param lanes what the lanes of this process wait for, asked when the metrics are.
 */
export function deliveryMetrics(registry: Registry, kind: Kind, lanes: () => LaneCounts): DeliveryMetrics {
  const registers = [registry];
  /** Counted here and told when asked: finding the counter by its labels costs more than all else of an attempt's count. */
  const verdicts = new Map<string, number>();
  new Counter({
    name: 'recho_attempts_total',
    help: 'Attempts at destinations, by kind and verdict',
    labelNames: ['kind', 'verdict'],
    registers,
    collect() {
      this.reset();
      for (const [verdict, count] of verdicts) this.inc({ kind, verdict }, count);
    },
  });
  const latency = new Histogram({
    name: 'recho_delivery_latency_seconds',
    help: 'From the event in Kafka to its delivery',
    labelNames: ['kind'],
    buckets: TO_DELIVERY,
    registers,
  });
  const duration = new Histogram({
    name: 'recho_attempt_duration_seconds',
    help: 'How long destinations take to answer',
    labelNames: ['kind'],
    buckets: SECONDS,
    registers,
  });
  const repeats = new Counter({
    name: 'recho_repeats_dropped_total',
    help: 'Jobs of replayed router batches, recognised by their source mark',
    labelNames: ['kind'],
    registers,
  });
  const commits = new Histogram({
    name: 'recho_commit_duration_seconds',
    help: 'How long the broker takes to acknowledge an offset commit',
    labelNames: ['kind'],
    buckets: SECONDS,
    registers,
  });
  const lateness = new Histogram({
    name: 'recho_wake_up_lateness_seconds',
    help: 'From when a retry was due until it was set going',
    labelNames: ['kind'],
    buckets: SECONDS,
    registers,
  });
  const overdue = new Counter({
    name: 'recho_lanes_overdue_total',
    help: 'Parked lanes that the sweep had to resume because their wake-up was lost; anything but 0 is a fault of ours',
    labelNames: ['kind'],
    registers,
  });
  overdue.inc({ kind }, 0);
  new Gauge({
    name: 'recho_lanes_parked',
    help: 'Lanes that wait in Postgres, of the partitions that this process owns',
    labelNames: ['kind'],
    registers,
    collect() {
      this.set({ kind }, lanes().parked);
    },
  });
  new Gauge({
    name: 'recho_lanes_spilled',
    help: 'Lanes of this process that wait in Postgres for room at their endpoint, or for its breaker to close',
    labelNames: ['kind'],
    registers,
    collect() {
      this.set({ kind }, lanes().spilled);
    },
  });
  new Gauge({
    name: 'recho_lanes_waiting',
    help: 'Lanes of this process by what their head waits for',
    labelNames: ['kind', 'cause'],
    registers,
    collect() {
      for (const [cause, count] of Object.entries(lanes().waiting)) this.set({ kind, cause }, count);
    },
  });
  new Gauge({
    name: 'recho_followers_waiting',
    help: 'Jobs in memory that wait for a predecessor in their lane; those of parked lanes wait in Postgres',
    labelNames: ['kind'],
    registers,
    collect() {
      this.set({ kind }, lanes().followers);
    },
  });
  const spills = new Counter({
    name: 'recho_spills_total',
    help: 'Heads that went to Postgres because the share of their endpoint was in use, or its breaker open',
    labelNames: ['kind', 'cause'],
    registers,
  });
  for (const cause of ['share', 'breaker'] as const) spills.inc({ kind, cause }, 0);
  const deadLetters = new Counter({
    name: 'recho_dead_letters_total',
    help: 'Records sent to the dead-letter topic, by the code of their reason',
    labelNames: ['kind', 'code'],
    registers,
  });
  const failures = new Counter({
    name: 'recho_settlement_failures_total',
    help: 'Sends and commits that Kafka, and writes that Postgres did not take; each is tried again',
    labelNames: ['kind', 'stage'],
    registers,
  });
  for (const stage of ['send', 'write', 'commit'] as const) failures.inc({ kind, stage }, 0);
  const dlq = TOPICS.dlq(kind);
  const latencyOfKind = latency.labels(kind);
  const durationOfKind = duration.labels(kind);
  return {
    attempted: (laneJob, { verdict, startedAt, durationMs }) => {
      verdicts.set(verdict.type, (verdicts.get(verdict.type) ?? 0) + 1);
      durationOfKind.observe(durationMs / 1000);
      if (verdict.type === 'delivered') {
        latencyOfKind.observe(Math.max(0, startedAt + durationMs - laneJob.job.receivedAt) / 1000);
      }
    },
    woken: (lateMs) => lateness.observe({ kind }, Math.max(0, lateMs) / 1000),
    spilled: (cause) => spills.inc({ kind, cause }),
    overdue: (lanes) => overdue.inc({ kind }, lanes),
    repeatDropped: () => repeats.inc({ kind }),
    sent: (records) => {
      for (const record of records) {
        if (record.topic === dlq) deadLetters.inc({ kind, code: codeOf(record.headers) });
      }
    },
    failed: (stage) => failures.inc({ kind, stage }),
    committed: (ms) => commits.observe({ kind }, ms / 1000),
  };
}

/** A code has a place of its own in the metric, so no text that a destination could make up becomes one. */
const CODE = /^[a-z][a-z0-9_]{0,39}(?=:|$)/;

function codeOf(headers: RecordToSend['headers']): string {
  const reason = headers?.[HEADERS.reason];
  return CODE.exec(String(reason ?? ''))?.[0] ?? 'other';
}
