import type { Kind } from '#libs/contracts';
import type { Effect } from '#libs/ordering';
import type { Outcome, Skip } from './attempt.js';
import type { EndpointCapacity } from './endpoint-capacity.js';
import type { LaneJob, RecordToSend } from './ports.js';
import { attemptRecord, deadLetterRecord } from './records.js';
import type { Settlement } from './settlement.js';

/** How long an attempt that did not count waits before it is made again, in milliseconds. */
const HOLD_MS = 250;

/** What carries effects out for one partition. */
export interface EffectHands {
  readonly kind: Kind;
  readonly partition: number;
  readonly settlement: Settlement;
  readonly capacity: EndpointCapacity;
  /** One attempt, aborted by a drain that takes too long. It is under way until `over` has dealt with its result. */
  attempt(laneJob: LaneJob, attempt: number, over: (result: Outcome | Skip) => void): void;
  /** Unix milliseconds. */
  now(): number;
  after(ms: number, callback: () => void): void;
}

/** Whose lanes want the effects: it is told what came of them. */
export interface EffectOwner {
  /** It is giving its lanes up: no attempt may start any more. */
  readonly isStopped: boolean;
  hasFollowers(laneJob: LaneJob): boolean;
  attemptOver(laneJob: LaneJob, result: Outcome | Skip): void;
  holdOver(laneJob: LaneJob): void;
  /** Everything before the job's finish is durable. */
  finish(offset: number, bytes: number): void;
  /** And a commit with its finish is. */
  settled(laneJob: LaneJob): void;
}

/**
 * The one place where the core's effects become real. `finish` is handed over together with the records before it:
 * the settlement notes it only when the broker has acknowledged them.
 */
export function applyEffects(
  hands: EffectHands,
  owner: EffectOwner,
  effects: readonly Effect<LaneJob>[],
  outcome: Outcome | null,
): void {
  const records: RecordToSend[] = [];
  for (const effect of effects) {
    switch (effect.type) {
      case 'attempt':
        startAttempt(hands, owner, effect.job as LaneJob, effect.attempt);
        break;
      case 'hold':
        // The attempt did not count: its room goes back at once, the lane keeps its place.
        hands.capacity.released();
        hands.after(HOLD_MS, () => owner.holdOver(effect.job));
        break;
      case 'deadLetter':
        if (outcome === null) throw new Error('a job is dead-lettered by the verdict of an attempt');
        records.push(deadLetterRecord(hands.kind, hands.partition, effect, outcome));
        break;
      case 'report':
        records.push(attemptRecord(hands.partition, effect, outcome, hands.now()));
        break;
      case 'finish':
        finish(hands, owner, effect.job, records);
        break;
    }
  }
}

function startAttempt(hands: EffectHands, owner: EffectOwner, laneJob: LaneJob, attempt: number): void {
  const { capacity } = hands;
  const endpointId = laneJob.job.endpoint.id;
  capacity.submit({
    endpointId,
    start: () => {
      // The partition is being handed over: its next owner makes this attempt.
      if (owner.isStopped) {
        capacity.attemptEnded(endpointId);
        capacity.released();
        return;
      }
      hands.attempt(laneJob, attempt, (result) => {
        capacity.attemptEnded(endpointId);
        owner.attemptOver(laneJob, result);
      });
    },
  });
}

function finish(hands: EffectHands, owner: EffectOwner, laneJob: LaneJob, records: RecordToSend[]): void {
  const eager = owner.hasFollowers(laneJob) || hands.capacity.isExhausted;
  hands.settlement.add(
    {
      records,
      finish: () => owner.finish(laneJob.offset, laneJob.bytes),
      settled: () => {
        hands.capacity.released();
        owner.settled(laneJob);
      },
    },
    eager,
  );
}
