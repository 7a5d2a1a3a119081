import type { LaneVerdict } from '../harness/lane-oracle.js';
import { quantile } from '../harness/print.js';
import type { Comparison } from './compare.js';

export interface ChaosResult extends LaneVerdict, Comparison {
  readonly seed: number;
  readonly durationMs: number;
  readonly events: number;
  /** Attempts that the history has and the receiver never read, in sentences. */
  readonly unseenAttempts: readonly string[];
  /** What the recorders' audit counted. */
  readonly violations: number;
  /** Lanes that the engine's safety net had to resume. */
  readonly sweeps: number;
  /** What waits in Postgres in the end. */
  readonly left: { readonly lanes: number; readonly jobs: number };
  /** The longest time in which a partition with work saw no request. `sinceMs`: when, from the start of the load. */
  readonly pause: { readonly ms: number; readonly partition: number; readonly sinceMs: number };
}

/** A line of the table; with `must`, what it has to say. */
interface Row {
  readonly what: string;
  readonly value: number | string;
  readonly must?: number;
  /** Shown below, the first few of them. */
  readonly cases?: readonly string[];
}

const SHOWN = 5;

/** True when the promise held. */
export function holds(result: ChaosResult): boolean {
  return rowsOf(result).every(({ value, must }) => must === undefined || value === must);
}

export function reportOf(result: ChaosResult): string[] {
  const rows = rowsOf(result);
  return [
    '',
    ...rows.map(
      ({ what, value, must }) =>
        `  ${what.padEnd(46)} ${String(value).padStart(10)}${must === undefined ? '' : `   (must be ${must})`}`,
    ),
    ...rows.flatMap(({ what, cases = [] }) => cases.slice(0, SHOWN).map((one) => `  ${what}: ${one}`)),
    '',
    holds(result) ? 'The promise held.' : 'THE PROMISE DID NOT HOLD.',
  ];
}

function rowsOf(result: ChaosResult): Row[] {
  const { faults, recorded, left, pause, retryLateness } = result;
  const none = (what: string, cases: readonly string[]): Row => ({ what, value: cases.length, must: 0, cases });
  return [
    { what: 'events', value: result.events },
    { what: 'deliveries (events at 3 endpoints)', value: result.deliveries },
    { what: 'delivered, by what the receiver answered', value: result.delivered },
    { what: 'delivered, by the history', value: recorded.delivered, must: result.delivered },
    { what: 'dead, by what the receiver answered', value: result.dead },
    { what: 'dead, by the history', value: recorded.dead, must: result.dead },
    none('history against receiver', result.disagreements),
    none('lost', faults.lost),
    none('without an end', faults.unfinished),
    none('reversed', faults.reversed),
    none('non-adjacent repeats', faults.nonAdjacent),
    none('before its predecessor had ended', faults.overtaking),
    none('two requests of a lane at a time', faults.overlapping),
    none('early retries', faults.early),
    none('attempts out of number', faults.misnumbered),
    { what: "violations, by the recorders' audit", value: result.violations, must: 0 },
    { what: 'sweeps (lanes that were overdue)', value: result.sweeps, must: 0 },
    { what: 'lanes left in Postgres', value: left.lanes, must: 0 },
    { what: 'jobs left in Postgres', value: left.jobs, must: 0 },
    { what: 'adjacent repeats', value: result.adjacentRepeats },
    { what: 'attempts that never came', value: result.unseenAttempts.length, cases: result.unseenAttempts },
    { what: 'retries', value: retryLateness.length },
    { what: '  late by, half of them at most', value: milliseconds(quantile(retryLateness, 0.5)) },
    { what: '  late by, 99 of 100 at most', value: milliseconds(quantile(retryLateness, 0.99)) },
    { what: 'longest hand-over pause*', value: seconds(pause.ms) },
    { what: 'duration', value: seconds(result.durationMs) },
    { what: 'seed', value: result.seed },
    {
      what: `* partition ${pause.partition} had work and no request, outages included, from`,
      value: seconds(pause.sinceMs),
    },
  ];
}

function milliseconds(ms: number): string {
  return `${Math.round(ms)} ms`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
