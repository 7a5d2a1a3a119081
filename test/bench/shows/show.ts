import type { Ground } from '../ground.js';
import type { BenchOptions } from '../options.js';
import type { Collector } from '../collector-process.js';

/** One number that a show measured in one round. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  /** `/s`, `ms`, `MiB` …; empty: a plain number. */
  readonly unit: string;
  readonly digits: number;
  /** What it should be. */
  readonly goal?: { readonly atLeast: number } | { readonly atMost: number };
}

/** Of one round. */
export interface ShowRun {
  readonly figures: readonly Figure[];
  /** In words; empty when every event arrived once and each call in its order. */
  readonly faults: readonly string[];
}

export interface ShowSetup {
  readonly ground: Ground;
  readonly options: BenchOptions;
  readonly collector?: Collector;
  /** Counts from 1; names what belongs to it. */
  readonly round: number;
  say(text: string): void;
}

export type Show = (setup: ShowSetup) => Promise<ShowRun>;

export function figure(what: string, value: number, unit = '', digits = 0, goal?: Figure['goal']): Figure {
  return { what, value, unit, digits, ...(goal === undefined ? {} : { goal }) };
}

export function isMet(value: number, goal: NonNullable<Figure['goal']>): boolean {
  return 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
}
