import { describe, expect, it } from '@jest/globals';
import { NO_FAULTS } from '../harness/lane-oracle.js';
import { parseChaosOptions } from './options.js';
import { holds, reportOf, type ChaosResult } from './report.js';

const HELD: ChaosResult = {
  seed: 7,
  durationMs: 60_000,
  events: 100,
  faults: NO_FAULTS,
  lanes: 30,
  deliveries: 300,
  delivered: 290,
  dead: 10,
  adjacentRepeats: 3,
  unseen: 0,
  retryLateness: [1, 2, 3],
  recorded: { delivered: 290, dead: 10, others: 0 },
  disagreements: [],
  unseenAttempts: [],
  violations: 0,
  sweeps: 0,
  left: { lanes: 0, jobs: 0 },
  pause: { ms: 1234, partition: 2, sinceMs: 20_000 },
};

describe('the report of a chaos run', () => {
  it('says that the promise held when nothing is lost or reversed, however often an event was repeated at its place', () => {
    expect(holds(HELD)).toBe(true);
    expect(reportOf(HELD).at(-1)).toBe('The promise held.');
  });

  it.each(Object.keys(NO_FAULTS))('says that it did not when the oracle found something %s, and what', (name) => {
    const result = { ...HELD, faults: { ...NO_FAULTS, [name]: ['the case'] } };
    expect(holds(result)).toBe(false);
    const report = reportOf(result);
    expect(report.filter((line) => line.endsWith(': the case'))).toHaveLength(1);
    expect(report.at(-1)).toBe('THE PROMISE DID NOT HOLD.');
  });

  it.each<[string, Partial<ChaosResult>]>([
    ['the history lacks a delivery', { recorded: { delivered: 289, dead: 10, others: 0 } }],
    ['the history lacks a dead letter', { recorded: { delivered: 290, dead: 9, others: 1 } }],
    ['the history and the receiver disagree', { disagreements: ['a is delivered, but'] }],
    ['the audit found a violation', { violations: 1 }],
    ['the safety net had to resume a lane', { sweeps: 1 }],
    ['a lane is left in Postgres', { left: { lanes: 1, jobs: 0 } }],
    ['a job is left in Postgres', { left: { lanes: 0, jobs: 1 } }],
  ])('says that it did not when %s', (_, fault) => {
    const result = { ...HELD, ...fault };
    expect(holds(result)).toBe(false);
    expect(reportOf(result).at(-1)).toBe('THE PROMISE DID NOT HOLD.');
  });
});

describe('the options of a chaos run', () => {
  it('have defaults, and a seed that can be given', () => {
    expect(parseChaosOptions([], () => 7)).toEqual({ minutes: 2, rate: 100, seed: 7 });
    expect(parseChaosOptions(['--minutes', '0.5', '--seed', '3'], () => 7)).toMatchObject({ minutes: 0.5, seed: 3 });
  });

  it('are refused in a sentence when they make no sense', () => {
    expect(() => parseChaosOptions(['--minutes', 'soon'], () => 7)).toThrow(
      '--minutes is "soon": expected a number above 0',
    );
  });
});
