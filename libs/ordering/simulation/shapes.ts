import type { Verdict } from '../index.js';

/** A kind of bad day. Random choice alone would hardly ever climb a ladder, or meet a rare moment twice. */
export interface Shape {
  readonly name: string;
  /** How likely each kind of action is, where it differs from `WEIGHTS`. */
  readonly weights: Readonly<Record<string, number>>;
  readonly verdicts: readonly Verdict[];
}

const DELIVERED: Verdict = { type: 'delivered' };
const RETRY: Verdict = { type: 'retry', reason: 'retry' };
const LATER: Verdict = { type: 'retry', reason: 'retry', afterMs: 20 };
const REFUSED: Verdict = { type: 'refused', reason: 'refused' };
const ABSTAINED: Verdict = { type: 'abstained', reason: 'our fault' };

/** How likely each kind of action is against the others; 30 for those that are not named. */
const WEIGHTS: Readonly<Record<string, number>> = {
  ...{ lose: 6, abstain: 6, skip: 1, spill: 10, abort: 10 },
  ...{ crash: 2, stall: 2, 'stall early': 2, drain: 2, old: 10, tick: 5, time: 20, look: 4, ask: 6 },
};

export const SHAPES: readonly Shape[] = [
  { name: 'mixed', weights: {}, verdicts: [DELIVERED, DELIVERED, RETRY, LATER, REFUSED, ABSTAINED] },
  { name: 'crashes', weights: { crash: 8, stall: 8, old: 20, lose: 15 }, verdicts: [DELIVERED, RETRY, RETRY] },
  { name: 'climb', weights: { crash: 1, stall: 1, drain: 1, time: 200, abstain: 1, look: 1 }, verdicts: [RETRY] },
  { name: 'operators', weights: { look: 20, ask: 25, time: 5 }, verdicts: [RETRY, RETRY, DELIVERED] },
  { name: 'breaker', weights: { abstain: 30, spill: 40, time: 40 }, verdicts: [DELIVERED, RETRY, RETRY, ABSTAINED] },
  // What was held is set going by hand.
  { name: 'hasty operators', weights: { look: 40, ask: 40, abstain: 60, spill: 60 }, verdicts: [RETRY, ABSTAINED] },
  {
    name: 'slow commits',
    weights: { commit: 1, time: 90, crash: 1, stall: 1, drain: 1, tick: 1, abstain: 1, look: 1, ask: 1 },
    verdicts: [DELIVERED, RETRY],
  },
  {
    name: 'slow take-over',
    weights: { 'stall early': 10, 'old takeOver': 3, old: 40, 'old skip': 1, abstain: 10, spill: 30 },
    verdicts: [DELIVERED, RETRY],
  },
];

/** An action of a stalled owner has `old ` before its kind. */
export function weightOf(kind: string, { weights }: Shape): number {
  const usual = kind.startsWith('old ') ? (weights['old'] ?? WEIGHTS['old']) : WEIGHTS[kind];
  return weights[kind] ?? usual ?? 30;
}
