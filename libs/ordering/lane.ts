/**
 * A lane is all jobs of one (endpoint, call): the unit of order.
 *
 *                      onJob                       delivered / dead-lettered
 *        (no lane) ───────────▶  attempting  ───────────────────────────────▶  settling
 *            ▲                    ▲      │ ▲                                       │
 *            │          onHoldOver│      │ └───────── a follower is the head ──────┤ onSettled
 *            │                    │      ▼ abstained                               │
 *            │                   holding                                           │
 *            └───────────────────────────────── no follower ───────────────────────┘
 *
 * Jobs that arrive meanwhile become followers. Nothing leaves `settling` but the broker's acknowledgement of a commit
 * that contains the head's finish: this one rule is what keeps a crash from ever putting an event in front of its
 * predecessor.
 */
export interface Lane<Job> {
  readonly phase: 'attempting' | 'holding' | 'settling';
  /** The oldest unresolved job (in `settling`: resolved, its finish not yet durable). */
  readonly head: Job;
  /** Number of the head's attempt, from 1. An abstained one is made again under the same number. */
  readonly attempt: number;
  /** Later jobs, in order. */
  readonly followers: readonly Job[];
}

/** The lane after a step (undefined: nothing left in it) and what the step wants done. */
export type Step<Job, E> = readonly [lane: Lane<Job> | undefined, effects: readonly E[]];
