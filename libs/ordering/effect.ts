/**
 * What the core wants done, as data; `libs/delivery/apply-effects.ts` carries it out, in this order and one after the
 * other: `finish` means that everything before it is durable.
 */
export type Effect<Job> =
  /** Try the job at its destination. Its verdict comes back through `onVerdict`. */
  | { readonly type: 'attempt'; readonly job: Job; readonly attempt: number }
  /** Wait a moment, then call `onHoldOver`: the attempt did not count. */
  | { readonly type: 'hold'; readonly job: Job }
  /** Put the job on the dead-letter topic and wait for the broker's acknowledgement. */
  | { readonly type: 'deadLetter'; readonly job: Job; readonly reason: string; readonly attempts: number }
  /** Tell the history, and wait for the broker's acknowledgement. */
  | {
      readonly type: 'report';
      readonly job: Job;
      readonly attempt: number;
      readonly status: 'delivered' | 'dead_lettered' | 'skipped';
      readonly reason: string | null;
    }
  /** The job needs nothing more: note it in the ledger. `onSettled` follows when a commit with it is acknowledged. */
  | { readonly type: 'finish'; readonly job: Job };
