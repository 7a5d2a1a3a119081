import fc from 'fast-check';
import { shareOut } from './same-partition-assigner.js';

const topics = (counts: Record<string, number>) =>
  new Map(Object.entries(counts).map(([topic, count]) => [topic, Array.from({ length: count }, (_, index) => index)]));

describe('sharing partitions out', () => {
  it('gives every partition number to exactly one member, the same for all topics, for 1 to 8 members', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 24 }),
        (memberIds, partitions) => {
          const shares = shareOut(memberIds, topics({ main: partitions, rung: partitions, commands: partitions }));
          expect([...shares.keys()].sort()).toEqual([...memberIds].sort());
          const owners = new Map<number, string>();
          for (const [memberId, share] of shares) {
            expect(share['rung'] ?? []).toEqual(share['main'] ?? []);
            expect(share['commands'] ?? []).toEqual(share['main'] ?? []);
            for (const partition of share['main'] ?? []) {
              expect(owners.has(partition)).toBe(false);
              owners.set(partition, memberId);
            }
          }
          expect(owners.size).toBe(partitions);
          const sizes = [...shares.values()].map((share) => share['main']?.length ?? 0);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('decides alike in whatever order the members are told', () => {
    const partitions = topics({ main: 6 });
    expect(shareOut(['b', 'c', 'a'], partitions)).toEqual(shareOut(['a', 'b', 'c'], partitions));
  });
});
