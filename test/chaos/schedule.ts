import type { Random } from '../../tools/simulate/sequences.js';
import type { ServiceName } from '../harness/system.js';

/** The processes of a run. */
export const FLEET = ['router', 'router', 'router', 'delivery-custom', 'delivery-custom', 'delivery-custom'] as const;
export const RECORDERS = ['recorder', 'recorder'] as const;

export type Blow =
  /** `pick`, 0 to 1, says which of the service's processes. `replace`: SIGTERM; after both another one is started. */
  | { readonly type: 'kill' | 'replace' | 'stall'; readonly service: ServiceName; readonly pick: number }
  | { readonly type: 'grow' | 'shrink'; readonly service: ServiceName }
  | { readonly type: 'broker' | 'database' };

export interface PlannedBlow {
  /** Since the load began. */
  readonly atMs: number;
  readonly blow: Blow;
}

export const EVERY_MS = 5000;
/** What happens once happens once in so much of a long run. */
const ROUND_MS = 240_000;
const KILLED = 0.75;

/**
 * What happens, and when: every 5 seconds a process is hit, most of them by SIGKILL; in each round (at most four
 * minutes) the broker restarts, the database restarts, a member joins and one leaves, and one process stands still for
 * longer than its session.
 */
export function planBlows(durationMs: number, random: Random): readonly PlannedBlow[] {
  const roundMs = Math.min(durationMs, ROUND_MS);
  const planned = new Map<number, Blow>();
  for (let round = 0; round * roundMs < durationMs; round++) {
    for (const [share, blow] of onceARound(round)) {
      const slot = Math.max(1, Math.round(((round + share) * roundMs) / EVERY_MS));
      planned.set(slot, blow);
    }
  }
  const slots = Math.ceil(durationMs / EVERY_MS) - 1;
  return Array.from({ length: slots }, (_, index) => {
    const slot = index + 1;
    // Drawn in any case: so a slot's blow does not hang on what others are.
    const any = anyBlow(random);
    return { atMs: slot * EVERY_MS, blow: planned.get(slot) ?? any };
  });
}

function onceARound(round: number): [share: number, blow: Blow][] {
  const [one, other] =
    round % 2 === 0 ? (['delivery-custom', 'router'] as const) : (['router', 'delivery-custom'] as const);
  return [
    [0.15, { type: 'stall', service: one, pick: 0 }],
    [0.4, { type: 'broker' }],
    [0.5, { type: 'grow', service: one }],
    [0.65, { type: 'shrink', service: one }],
    [0.75, { type: 'database' }],
    // Only where there is room for one more: longer than a stall before the end.
    [0.6, { type: 'stall', service: other, pick: 0.5 }],
  ];
}

function anyBlow(random: Random): Blow {
  const everybody = [...FLEET, ...RECORDERS];
  const service = everybody[Math.floor(random() * everybody.length)]!;
  return { type: random() < KILLED ? 'kill' : 'replace', service, pick: random() };
}
