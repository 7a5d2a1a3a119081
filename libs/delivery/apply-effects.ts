import type { Kind } from '#libs/contracts';
import type { Effect, JobRef, LaneWrite, Place } from '#libs/ordering';
import type { LaneName, ParkedJob, Trouble } from '#libs/storage';
import type { Outcome, Skip } from './attempt.js';
import { AttemptTask } from './attempt-task.js';
import type { EndpointCapacity } from './endpoint-capacity.js';
import type { SpillCause } from './endpoint-share.js';
import { laneIdFor, lanePartsOf } from './lane-job.js';
import type { LaneJob, RecordToSend } from './ports.js';
import { attemptRecord, deadLetterRecord, wakeUpRecord } from './records.js';
import type { Script, Settlement, StoreWrite } from './settlement.js';
import type { Wait } from './waits.js';

/** What carries effects out for one partition. */
export interface EffectHands {
  readonly kind: Kind;
  readonly partition: number;
  readonly settlement: Settlement;
  readonly capacity: EndpointCapacity;
  /**
   * One attempt, aborted by a drain that takes too long. It is under way until `over` has dealt with its result.
   * @param waits what it waited for before.
   */
  attempt(job: LaneJob, attempt: number, waits: readonly Wait[], over: (result: Outcome | Skip) => void): void;
  /** A parked head, whole. @returns null when Postgres cannot give it now. */
  load(laneKey: string, head: JobRef): Promise<LaneJob | null>;
  /** How full what the partition keeps in memory, or unfinished in Kafka, is: from 0 to 1. */
  fullness(): number;
  /** Unix milliseconds. */
  now(): number;
}

/** Whose lane wants the effects: it is told what came of them. */
export interface EffectOwner {
  /** It is giving its lanes up: no attempt may start any more. */
  readonly isStopped: boolean;
  /** Of its tenure of the partition, in Postgres. */
  readonly epoch: number;
  /** Somebody waits for this lane's next step. */
  isAwaited(laneKey: string): boolean;
  /** What the lane's head waited for until now, when it is attempted. */
  waited(laneKey: string): Wait | null;
  attemptOver(laneKey: string, job: LaneJob, result: Outcome | Skip): void;
  /** The head could not be read to be attempted. */
  notLoaded(laneKey: string, head: JobRef): void;
  /** The lane keeps records of Kafka's unfinished, although its head only waits to be attempted. */
  keepsRecords(laneKey: string): boolean;
  /** There is no room for its attempt, since then (Unix milliseconds), and it is not made: into Postgres with the lane. */
  spill(laneKey: string, head: LaneJob | JobRef, cause: SpillCause, since: number): void;
  hold(laneKey: string, head: LaneJob | JobRef): void;
  written(laneKey: string, next: ParkedJob | null): void;
  /** Everything before the job's finish is durable. */
  finish(job: JobRef): void;
  finishRecord(place: Place): void;
  /** And a commit with its finish is. */
  settled(laneKey: string, jobs: readonly JobRef[]): void;
}

/** What led to the effects. */
export interface Cause {
  /** The attempt that just ended. */
  readonly outcome: Outcome | null;
  /** Its room in the process is to be given back. */
  readonly hasRoom: boolean;
  /** What the lane's row says for people. */
  readonly trouble: Trouble;
}

/**
 * The one place where the core's effects become real. Those that must be durable become one script: records, writes,
 * finishes, in this order whatever order they were named in, which only adds to what each of them may rely on.
 */
export function applyEffects(
  hands: EffectHands,
  owner: EffectOwner,
  laneKey: string,
  effects: readonly Effect<LaneJob>[],
  cause: Cause,
): void {
  const records: RecordToSend[] = [];
  const writes: StoreWrite[] = [];
  const jobs: JobRef[] = [];
  const places: Place[] = [];
  let isHeld = false;
  for (const effect of effects) {
    switch (effect.type) {
      case 'attempt':
        new AttemptTask(hands, owner, laneKey, effect.job, effect.attempt).submit();
        break;
      case 'hold':
        isHeld = true;
        owner.hold(laneKey, effect.job);
        break;
      case 'deadLetter':
        records.push(deadLetterRecord(hands.kind, hands.partition, effect, cause.outcome));
        break;
      case 'report':
        records.push(attemptRecord(hands.partition, effect, effect.attempt === 0 ? null : cause.outcome, hands.now()));
        break;
      case 'sendWakeUp':
        records.push(wakeUpRecord(hands.kind, hands.partition, effect));
        break;
      case 'write':
        writes.push(storeWrite(hands, owner, laneKey, effect.write, cause.trouble));
        break;
      case 'finish':
        jobs.push(effect.job);
        break;
      case 'finishRecord':
        places.push(effect.place);
        break;
    }
  }
  // What waits for Postgres (or did not count) gives its room back at once: others need it, Postgres may be away.
  const keepsRoom = cause.hasRoom && !isHeld && writes.length === 0 && jobs.length > 0;
  if (cause.hasRoom && !keepsRoom) hands.capacity.released();
  if (records.length + writes.length + jobs.length + places.length === 0) return;
  const script: Script = {
    records,
    writes,
    finish: () => {
      for (const job of jobs) owner.finish(job);
      for (const place of places) owner.finishRecord(place);
    },
    settled: () => {
      if (keepsRoom) hands.capacity.released();
      owner.settled(laneKey, jobs);
    },
  };
  hands.settlement.add(script, hands.capacity.isExhausted || owner.isAwaited(laneKey));
}

function storeWrite(
  hands: EffectHands,
  owner: EffectOwner,
  laneKey: string,
  write: LaneWrite<LaneJob>,
  trouble: Trouble,
): StoreWrite {
  const [endpointId, callId] = lanePartsOf(laneKey);
  const lane: LaneName = { laneId: laneIdFor(hands.kind, hands.partition, laneKey), endpointId, callId };
  const fence = { partition: hands.partition, epoch: owner.epoch, lane };
  const written = (next: ParkedJob | null): void => owner.written(laneKey, next);
  switch (write.type) {
    case 'park':
      return { write: { ...fence, ...write, trouble }, written };
    case 'update':
      return { write: { ...fence, ...write, trouble }, written };
    case 'advance':
      return { write: { ...fence, ...write }, written };
    case 'add':
      return { write: { ...fence, ...write } };
  }
}
