import { describe, expect, it } from '@jest/globals';
import { totalOf, withEmpty } from './stretches.js';

const at = (minute: number): string => `2026-05-12T10:0${minute}:00.000Z`;

describe('the stretches of a chart', () => {
  it('stand one after the other, empty ones too, up to the one that is not over', () => {
    const busy = { at: at(2), delivered: 3, deadLettered: 1, other: 2 };
    const shown = withEmpty([busy], { from: at(1), to: '2026-05-12T10:04:30.000Z', bucketSeconds: 60 });
    expect(shown.map((one) => one.at)).toEqual([at(1), at(2), at(3), at(4)]);
    expect(shown.map(totalOf)).toEqual([0, 6, 0, 0]);
    expect(shown[1]).toBe(busy);
  });
});
