import { describe, expect, it } from '@jest/globals';
import { answerIn, chances, type Mood } from './moods.js';

const statuses = (mood: Mood, sinceMs: number, attempt = 1): (number | null)[] => {
  const chance = chances(7);
  return Array.from({ length: 3000 }, () => answerIn(mood, sinceMs, attempt, chance)?.status ?? null);
};
const share = (found: readonly unknown[], wanted: unknown): number =>
  found.filter((one) => one === wanted).length / found.length;

describe('the moods of an endpoint', () => {
  it('failing: answers that share of the attempts with 500', () => {
    expect(share(statuses({ type: 'failing', share: 0.2 }, 0), 500)).toBeCloseTo(0.2, 1);
  });

  it('failing: takes an event at its fifth attempt, so that none runs out of attempts; not at its fourth', () => {
    expect(share(statuses({ type: 'failing', share: 0.2 }, 0, 5), 500)).toBe(0);
    expect(share(statuses({ type: 'failing', share: 0.2 }, 0, 4), 500)).toBeGreaterThan(0);
  });

  it('nightmare and hell take turns; in hell every answer is 500, in the nightmare a sixth', () => {
    const mood = { type: 'nightmare-and-hell', everyMs: 100 } as const;
    expect(share(statuses(mood, 99), 500)).toBeCloseTo(1 / 6, 1);
    expect(share(statuses(mood, 100), 500)).toBe(1);
    expect(share(statuses(mood, 200), 500)).toBeCloseTo(1 / 6, 1);
  });

  it('late answers come half a second to a second late', () => {
    const chance = chances(7);
    const delays = Array.from(
      { length: 300 },
      () => answerIn({ type: 'nightmare-and-hell', everyMs: 100 }, 0, 1, chance)?.delayMs ?? 0,
    );
    const late = delays.filter((ms) => ms > 0);
    expect([Math.min(...late) >= 500, Math.max(...late) <= 1000]).toEqual([true, true]);
  });

  it('hanging: never answers', () => {
    expect(share(statuses({ type: 'hanging' }, 0), null)).toBe(1);
  });
});
