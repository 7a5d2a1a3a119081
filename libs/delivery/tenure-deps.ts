import type { Kind } from '#libs/contracts';
import type { Ladder } from '#libs/ordering';
import type { LaneStore } from '#libs/storage';
import type { AttemptDeps } from './attempt.js';
import type { AttemptLog } from './attempt-line.js';
import type { EndpointHealths } from './endpoint-healths.js';
import type { DeliveryMetrics } from './metrics.js';
import type { RecordToSend } from './ports.js';

/** What a tenure, and the engine around it, is given. */
export interface TenureDeps {
  readonly kind: Kind;
  readonly attempt: AttemptDeps;
  readonly ladder: Ladder;
  readonly lanes: LaneStore;
  readonly maxInFlight: number;
  /** Of this process' endpoints, also from its earlier tenures. */
  readonly health: EndpointHealths;
  readonly metrics: DeliveryMetrics;
  readonly log: { info(fields: object, text: string): void; error(fields: object, text: string): void };
  readonly attemptLog: AttemptLog;
  send(records: RecordToSend[]): Promise<void>;
  /** What Postgres takes for an id: a job whose ids it would refuse could never be parked. UUIDs when left out. */
  isId?(text: string): boolean;
  pause(topic: string, partition: number): void;
  resume(topic: string, partition: number): void;
  /** Postgres and this process disagree on its partitions, and Kafka has not said so: the group must be joined anew. */
  lost(why: Error): void;
  /** See `CapacityDeps`; by the event loop when left out. */
  isBusy?(): boolean;
  /** Calls back after `ms`; a timer that keeps no process alive when left out. */
  after?(ms: number, callback: () => void): void;
}
