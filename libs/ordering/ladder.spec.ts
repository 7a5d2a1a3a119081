import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { onVerdict } from './decide.js';
import { RETRY, TERMS, attempting, effectsOf, job } from './lane.fixture.js';
import { MAX_ATTEMPTS, wakeUpAfter, type Ladder } from './ladder.js';

const LADDER: Ladder = [5_000, 15_000, 45_000, 135_000, 405_000, 1_215_000];
const NOW = 1_000_000;

describe('the ladder', () => {
  it('gives each retry the next rung, and its due time by the delay of that rung', () => {
    const wakeUps = [1, 2, 3, 4, 5, 6].map((attempt) => wakeUpAfter(attempt, undefined, LADDER, NOW));
    expect(wakeUps.map(({ rung }) => rung)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(wakeUps.map(({ dueAt }) => dueAt - NOW)).toEqual(LADDER);
  });

  it('moves up to the first rung that is as long as the receiver wishes', () => {
    expect(wakeUpAfter(1, 5_000, LADDER, NOW)).toEqual({ rung: 1, dueAt: NOW + 5_000 });
    expect(wakeUpAfter(1, 5_001, LADDER, NOW)).toEqual({ rung: 2, dueAt: NOW + 15_000 });
    expect(wakeUpAfter(2, 100_000, LADDER, NOW).rung).toBe(4);
  });

  it('never moves down: a shorter wish than the own rung changes nothing', () => {
    expect(wakeUpAfter(4, 1_000, LADDER, NOW).rung).toBe(4);
    expect(wakeUpAfter(4, 0, LADDER, NOW).rung).toBe(4);
  });

  it('has its longest rung as the cap', () => {
    expect(wakeUpAfter(1, 86_400_000, LADDER, NOW)).toEqual({ rung: 6, dueAt: NOW + 1_215_000 });
  });

  it('counts attempts by themselves: after a move up the next retry has the rung of its own number', () => {
    expect(wakeUpAfter(1, 1_000_000, LADDER, NOW).rung).toBe(6);
    expect(wakeUpAfter(2, undefined, LADDER, NOW).rung).toBe(2);
  });

  it('serves all further retries from its last rung when it is short', () => {
    expect([1, 2, 6].map((attempt) => wakeUpAfter(attempt, undefined, [1_000], NOW).rung)).toEqual([1, 1, 1]);
    expect([1, 2, 3, 6].map((attempt) => wakeUpAfter(attempt, undefined, [1_000, 2_000], NOW).rung)).toEqual([
      1, 2, 2, 2,
    ]);
  });

  it('never wakes anyone before its own delay, nor before the wish unless that is beyond the cap', () => {
    const ladders = fc
      .array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 8 })
      .map((delays) => delays.toSorted((one, other) => one - other));
    const attempts = fc.integer({ min: 1, max: MAX_ATTEMPTS - 1 });
    fc.assert(
      fc.property(ladders, attempts, fc.option(fc.nat(200_000), { nil: undefined }), (ladder, attempt, afterMs) => {
        const { rung, dueAt } = wakeUpAfter(attempt, afterMs, ladder, NOW);
        const delay = dueAt - NOW;
        expect(delay).toBe(ladder[rung - 1]);
        expect(delay).toBeGreaterThanOrEqual(ladder[Math.min(attempt, ladder.length) - 1]!);
        expect(delay).toBeGreaterThanOrEqual(Math.min(afterMs ?? 0, ladder.at(-1)!));
      }),
    );
  });
});

describe('the last attempt', () => {
  const after = (attempts: number) => {
    const row = { attempts, wakeUp: null };
    return effectsOf(onVerdict({ ...attempting(), row, settled: true }, job(1), RETRY, TERMS));
  };

  it('is the seventh: it ends on the dead-letter topic with its reason', () => {
    expect(after(6)).toEqual([
      `dead-letter job-1 after 7: ${RETRY.reason}`,
      'report job-1 dead_lettered',
      'advance past job-1',
    ]);
  });

  it('is not the sixth: that one climbs', () => {
    expect(after(5)).toContain('wake-up of job-1 on rung 3');
  });
});
