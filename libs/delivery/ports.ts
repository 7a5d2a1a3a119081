import type { JobRef } from '#libs/ordering';
import type { ParkedJob } from '#libs/storage';
import type { CurrentEndpoint } from './destination.js';

/** A record to write; `partition` is always the job's own: everything of a lane stays on one partition number. */
export interface RecordToSend {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly value: Buffer | string;
  readonly headers?: Record<string, string>;
}

/** A topic-partition's commit. */
export interface ProgressToCommit {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly metadata: string;
}

/** The endpoints' settings as this process holds them; reading never waits for Postgres. */
export interface EndpointSettings {
  version(): number;
  current(endpointId: string): CurrentEndpoint | undefined;
  /** True when the endpoint is disabled or deleted, as far as this process knows. */
  isOff(endpointId: string): boolean;
  /** Reloads when what is held is older than `version`. False: Postgres did not answer, the old settings stand. */
  ensureVersion(version: number): Promise<boolean>;
}

/** Whether this process may believe that it still owns its partitions. */
export interface Ownership {
  /** Milliseconds since the group coordinator last heard us. */
  heartbeatAgeMs(): number;
}

/** A job with its lane: what the ordering core hands around. */
export interface LaneJob extends ParkedJob {
  readonly laneKey: string;
  /**
   * Size of the record's value. Not the value: it is a piece of a whole fetch, up to 10 MiB that a job that waits would
   * keep in memory.
   */
  readonly bytes: number;
  /** Of an earlier attempt, Unix milliseconds; null: this service has attempted it never, or just now. */
  readonly firstAttemptAt: number | null;
}

/** True when the job itself is at hand, and not its name alone. */
export function isWhole(job: LaneJob | JobRef): job is LaneJob {
  return 'job' in job;
}
