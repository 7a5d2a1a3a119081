import type { Verdict } from '../harness/order-oracle.js';

export interface ChaosResult extends Verdict {
  readonly events: number;
  /** Events that the receiver refuses: they must be dead letters. */
  readonly refused: number;
  /** Deliveries in the history, by status. */
  readonly history: ReadonlyMap<string, number>;
  /** What the recorders' audit counted. */
  readonly violations: number;
  readonly longestSilenceMs: number;
}

const SHOWN = 5;

/** True when the promise held: nothing lost, nothing reversed, and the history says the same. */
export function holds({ events, refused, lost, reversed, history, violations }: ChaosResult): boolean {
  const recorded = history.get('delivered') === events - refused && (history.get('dead_lettered') ?? 0) === refused;
  return lost.length === 0 && reversed.length === 0 && violations === 0 && recorded;
}

export function reportOf(result: ChaosResult): string[] {
  const { events, refused, lost, reversed, adjacentRepeats, history, violations, longestSilenceMs } = result;
  const row = (what: string, value: number | string, wanted = ''): string =>
    `  ${what.padEnd(32)} ${String(value).padStart(9)}${wanted === '' ? '' : `   (must be ${wanted})`}`;
  return [
    '',
    row('events', events),
    row('delivered, by the history', history.get('delivered') ?? 0, String(events - refused)),
    row('dead, by the history', history.get('dead_lettered') ?? 0, String(refused)),
    row('lost', lost.length, '0'),
    row('reversed, non-adjacent repeats', reversed.length, '0'),
    row('violations, by the audit', violations, '0'),
    row('adjacent repeats', adjacentRepeats),
    row('longest silence', `${(longestSilenceMs / 1000).toFixed(1)} s`),
    ...reversed.slice(0, SHOWN).map((one) => `  reversed: ${one}`),
    ...lost.slice(0, SHOWN).map((one) => `  lost: ${one}`),
    '',
    holds(result) ? 'The promise held.' : 'THE PROMISE DID NOT HOLD.',
  ];
}
