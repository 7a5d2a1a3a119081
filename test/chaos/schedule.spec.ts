import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../tools/simulate/sequences.js';
import { EVERY_MS, planBlows, type PlannedBlow } from './schedule.js';

const MINUTE = 60_000;
const plan = (minutes: number, seed = 7): readonly PlannedBlow[] => planBlows(minutes * MINUTE, seededRandom(seed));
const count = (blows: readonly PlannedBlow[], type: string): number =>
  blows.filter(({ blow }) => blow.type === type).length;

describe('what happens in a chaos run', () => {
  it.each([1, 1.25, 2, 3, 4])(
    'has each outage, a stall, and a member that joins and leaves in %d minutes',
    (minutes) => {
      const blows = plan(minutes);
      for (const type of ['stall', 'broker', 'grow', 'shrink', 'database']) {
        expect([type, count(blows, type)]).toEqual([type, type === 'stall' ? 2 : 1]);
      }
    },
  );

  it('has them again and again in a long run, at services in turn', () => {
    const blows = plan(10);
    expect(count(blows, 'broker')).toBeGreaterThan(1);
    const stalled = blows.flatMap(({ blow }) => (blow.type === 'stall' ? [blow.service] : []));
    expect(new Set(stalled)).toEqual(new Set(['router', 'delivery-custom']));
  });

  it('comes every 5 seconds, and is a SIGKILL most of the time', () => {
    const blows = plan(10);
    expect(blows.map(({ atMs }) => atMs)).toEqual(blows.map((_, index) => (index + 1) * EVERY_MS));
    expect(count(blows, 'kill')).toBeGreaterThan(blows.length / 2);
    expect(count(blows, 'replace')).toBeGreaterThan(0);
  });

  it('takes away only members that came', () => {
    const sizes = plan(10).map(({ blow }) => (blow.type === 'grow' ? 1 : blow.type === 'shrink' ? -1 : 0));
    let extra = 0;
    for (const change of sizes) {
      extra += change;
      expect([0, 1]).toContain(extra);
    }
  });

  it('is the same for the same seed, and something else for another', () => {
    expect(plan(2)).toEqual(plan(2));
    expect(plan(2)).not.toEqual(plan(2, 8));
  });
});
