import { describe, expect, it } from '@jest/globals';
import { parseChaosOptions } from './options.js';
import { holds, reportOf, type ChaosResult } from './report.js';

const HELD: ChaosResult = {
  events: 100,
  refused: 10,
  lost: [],
  reversed: [],
  adjacentRepeats: 3,
  history: new Map([
    ['delivered', 90],
    ['dead_lettered', 10],
  ]),
  violations: 0,
  longestSilenceMs: 1234,
};

describe('the report of a chaos run', () => {
  it('says that the promise held when nothing is lost or reversed, however often an event was repeated at its place', () => {
    expect(holds(HELD)).toBe(true);
    expect(reportOf(HELD).at(-1)).toBe('The promise held.');
  });

  it.each<[string, Partial<ChaosResult>]>([
    ['an event was lost', { lost: ['a'] }],
    ['an event was reversed', { reversed: ['c: a after b'] }],
    ['the audit found a violation', { violations: 1 }],
    ['the history lacks a delivery', { history: new Map([['delivered', 89]]) }],
    ['the history lacks a dead letter', { history: new Map([['delivered', 90]]) }],
  ])('says that it did not when %s', (_, fault) => {
    const result = { ...HELD, ...fault };
    expect(holds(result)).toBe(false);
    expect(reportOf(result).at(-1)).toBe('THE PROMISE DID NOT HOLD.');
  });
});

describe('the options of a chaos run', () => {
  it('have defaults, and a seed that can be given', () => {
    expect(parseChaosOptions([], () => 7)).toEqual({ minutes: 2, rate: 400, seed: 7 });
    expect(parseChaosOptions(['--minutes', '0.5', '--seed', '3'], () => 7)).toMatchObject({ minutes: 0.5, seed: 3 });
  });

  it('are refused in a sentence when they make no sense', () => {
    expect(() => parseChaosOptions(['--minutes', 'soon'], () => 7)).toThrow(
      '--minutes is "soon": expected a number above 0',
    );
  });
});
