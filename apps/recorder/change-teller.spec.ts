import { describe, expect, it } from '@jest/globals';
import { waitFor } from '#libs/testkit';
import { ChangeTeller } from './change-teller.js';

/* Oracle: what was told, and what was not when nobody could be. */

function teller() {
  const told: (readonly string[])[] = [];
  let away = false;
  const changes = new ChangeTeller({
    pauseMs: 5,
    tell: (ids) => {
      if (away) return Promise.reject(new Error('away'));
      told.push(ids);
      return Promise.resolve();
    },
  });
  return { changes, told, setAway: (now: boolean) => (away = now) };
}

describe('whoever watches', () => {
  it('is told at once, and then of all that came meanwhile together', async () => {
    const { changes, told } = teller();
    changes.note(['a', 'a']);
    expect(told).toEqual([['a']]);
    changes.note(['b']);
    changes.note(['c', 'b']);
    expect(told).toHaveLength(1);
    await waitFor('the others', () => told.length === 2);
    expect(told[1]).toEqual(['b', 'c']);
    changes.note(['a']);
    await waitFor('what comes later', () => told.length === 3);
  });

  it('is told later of what nobody could be told', async () => {
    const { changes, told, setAway } = teller();
    setAway(true);
    changes.note(['a']);
    changes.note(['b']);
    setAway(false);
    await waitFor('both', () => told.flat().length === 2);
    expect(told.flat().toSorted()).toEqual(['a', 'b']);
  });

  it('is told of the last of it when the recorder leaves, and is not waited for when that cannot be', async () => {
    const [here, gone] = [teller(), teller()];
    here.changes.note(['a']);
    here.changes.note(['b']);
    gone.setAway(true);
    gone.changes.note(['a']);
    await Promise.all([here.changes.close(), gone.changes.close()]);
    expect([here.told, gone.told]).toEqual([[['a'], ['b']], []]);
  });
});
