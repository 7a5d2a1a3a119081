import { describe, expect, it } from '@jest/globals';
import { GroupAssignment, place } from './group-assignment.js';

/* Oracle: records between the commits and the ends, counted by hand. */

const TOPIC = 'deliveries.custom';

function assignment(): GroupAssignment {
  return new GroupAssignment(3, 'member', new Map([[TOPIC, [0, 1]]]), {
    commits: new Map([[place(TOPIC, 0), { offset: 10, metadata: '' }]]),
    ends: new Map(),
    offsets: { commitOffsets: () => Promise.resolve() },
    heartbeat: () => Promise.resolve(),
  });
}

describe('the lag of an assignment', () => {
  const ends = new Map([
    [place(TOPIC, 0), 15],
    [place(TOPIC, 1), 4],
    [place('of somebody else', 0), 100],
  ]);

  it('is what lies above the commits of its own partitions; without a commit, all of it', () => {
    expect(assignment().lag(ends)).toEqual(new Map([[TOPIC, 5 + 4]]));
  });

  it('shrinks by a commit that was acknowledged', async () => {
    const ours = assignment();
    await ours.commit([{ topic: TOPIC, partition: 0, offset: 14, metadata: '' }]);
    expect(ours.lag(ends)).toEqual(new Map([[TOPIC, 1 + 4]]));
  });

  it('does not shrink by one that was refused', async () => {
    const ours = assignment();
    ours.end();
    await expect(ours.commit([{ topic: TOPIC, partition: 0, offset: 14, metadata: '' }])).rejects.toThrow('is over');
    expect(ours.lag(ends)).toEqual(new Map([[TOPIC, 5 + 4]]));
  });
});
