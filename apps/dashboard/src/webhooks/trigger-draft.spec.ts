import { describe, expect, it } from '@jest/globals';
import { allTo, changesBetween, countOf, isOn, shareOf } from './trigger-draft.js';

const TYPES = ['PENDING', 'CALLING', 'ERROR'];
const SAVED = { PENDING: [], CALLING: ['a'], ERROR: ['a', 'b'] };

describe('triggers while they are changed', () => {
  it('a column goes on and off as a whole, and no other column with it', () => {
    const on = allTo(SAVED, TYPES, ['b'], true);
    expect(TYPES.map((type) => isOn(on, type, 'b'))).toEqual([true, true, true]);
    expect(countOf(on, 'a')).toBe(2);
    expect(countOf(allTo(on, TYPES, ['b'], false), 'b')).toBe(0);
  });

  it('what is on stays on once', () => {
    expect(allTo(SAVED, ['ERROR'], ['a'], true)['ERROR']).toEqual(['b', 'a']);
  });

  it('a block is all, some or none', () => {
    expect([shareOf(SAVED, ['PENDING'], ['a', 'b']), shareOf(SAVED, ['CALLING'], ['a', 'b'])]).toEqual([
      'none',
      'some',
    ]);
    expect(shareOf(SAVED, ['ERROR'], ['a', 'b'])).toBe('all');
  });

  it('changes are counted by cell, and none are left when they are taken back', () => {
    const changed = allTo(SAVED, TYPES, ['a', 'b'], true);
    expect(changesBetween(SAVED, changed)).toBe(3);
    expect(
      changesBetween(SAVED, allTo(allTo(changed, ['PENDING'], ['a', 'b'], false), ['CALLING'], ['b'], false)),
    ).toBe(0);
  });
});
