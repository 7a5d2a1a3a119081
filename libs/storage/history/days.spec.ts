import { describe, expect, it } from '@jest/globals';
import { DAY_MS, dayOf, dayOfPartition, hasPartition, isoDay, oldestKept, partitionName } from './days.js';

const NOW = Date.UTC(2026, 10, 24, 23, 59, 59, 999);

describe('days', () => {
  it('begin and end at midnight UTC', () => {
    expect(isoDay(dayOf(NOW))).toBe('2026-11-24');
    expect(isoDay(dayOf(NOW + 1))).toBe('2026-11-25');
    expect(isoDay(dayOf(-1))).toBe('1969-12-31');
  });

  it('name their partitions, and are read from the names', () => {
    const name = partitionName('attempts', dayOf(NOW));
    expect(name).toBe('attempts_20261124');
    expect(dayOfPartition('attempts', name)).toBe(dayOf(NOW));
    for (const other of ['attempts_default', 'attempts_2026', 'deliveries_20261124', 'attempts_20261124_old']) {
      expect(dayOfPartition('attempts', other)).toBeNull();
    }
  });

  it('are kept until all of them is older than the retention', () => {
    expect(isoDay(oldestKept(NOW, 30))).toBe('2026-10-25');
    expect(isoDay(oldestKept(NOW + 1, 30))).toBe('2026-10-26');
  });

  it('have partitions of their own from the oldest kept until tomorrow', () => {
    const has = (days: number): boolean => hasPartition(dayOf(NOW + days * DAY_MS), NOW, 30);
    expect([-31, -30, 0, 1, 2, 100_000].map(has)).toEqual([false, true, true, true, false, false]);
    expect(hasPartition(dayOf(Infinity), NOW, 30)).toBe(false);
  });
});
