import type { JobRef, Mark, WakeUp } from '../index.js';

/** A job in the model's log. */
export interface ModelJob extends JobRef {
  readonly lane: string;
  /** For people: `a3`; a redriven one `a3+`. A router's replay has its original's name: it is the same job. */
  readonly name: string;
  /** Its place in its lane, from 0: the emitted order. */
  readonly turn: number;
  /** null: redriven, it did not come through the router. */
  readonly mark: Mark | null;
}

/** A job on a rung. */
export interface ModelWakeUp extends WakeUp {
  readonly id: string;
  readonly lane: string;
  readonly name: string;
  readonly attempts: number;
}

export interface ModelCommand {
  readonly type: 'retry' | 'skip';
  readonly lane: string;
  readonly id: string;
  readonly attempts: number;
}

/** How a log is made up: what the router emitted, which batches it replayed, which jobs were redriven. */
export interface Course {
  /** One lane's name an event. */
  readonly lanes: readonly string[];
  /** Up to three events before this one are sent once more. */
  readonly replays: readonly number[];
  /** The job at `of` is sent again without a mark, `after` records later. */
  readonly redrives: readonly { readonly of: number; readonly after: number }[];
}

export function logOf({ lanes, replays, redrives }: Course): ModelJob[] {
  type Draft = Omit<ModelJob, 'offset' | 'turn'>;
  const count = new Map<string, number>();
  const emitted = lanes.map((lane, offset): Draft => {
    const n = (count.get(lane) ?? 0) + 1;
    count.set(lane, n);
    return { id: `${lane}${n}`, name: `${lane}${n}`, lane, mark: { epoch: 'e', offset, ordinal: 0 } };
  });
  const log = [...emitted];
  for (const at of replays) {
    const end = Math.min(at, emitted.length);
    const last = log.findLastIndex(({ mark }) => mark?.offset === end - 1);
    log.splice(last + 1, 0, ...emitted.slice(Math.max(0, end - 3), end));
  }
  redrives.forEach(({ of, after }, index) => {
    const { id, lane } = emitted[of % emitted.length]!;
    const at = log.findIndex((job) => job.id === id) + 1 + after;
    log.splice(at, 0, { id, lane, name: `${id}${'+'.repeat(index + 1)}`, mark: null });
  });
  const turns = new Map<string, number>();
  const next = new Map<string, number>();
  return log.map((draft, offset) => {
    if (!turns.has(draft.name)) {
      turns.set(draft.name, next.get(draft.lane) ?? 0);
      next.set(draft.lane, turns.get(draft.name)! + 1);
    }
    return { ...draft, offset, turn: turns.get(draft.name)! };
  });
}
