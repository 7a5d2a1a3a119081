/** Oracle: ADR 13, "Breaker": whose turn it is. */
import { EndpointShare, type CapacityTask } from './endpoint-share.js';

const task = (since: number, isFirst: boolean): CapacityTask => ({
  endpointId: 'e',
  keepsRecords: false,
  isFirst,
  since,
  start: () => undefined,
  spill: () => undefined,
  fullness: () => 0,
});

/** Heads that have failed wait since 1, 2 and 5; others, which have not, since 3 and 4. */
function waiting() {
  const share = new EndpointShare('e');
  const failed = [task(1, false), task(2, false)];
  const fresh = [task(3, true), task(4, true)];
  for (const one of [...failed, ...fresh, task(5, false)]) share.add(one);
  return (probes: number | null) => share.take(probes)?.since;
}

describe('what is spilled', () => {
  it('is drained in the order of its waiting, whatever has failed before', () => {
    const take = waiting();
    expect([take(null), take(null), take(null), take(null), take(null), take(null)]).toEqual([
      1,
      2,
      3,
      4,
      5,
      undefined,
    ]);
  });

  it('probes in turns: one that has not failed yet, the one that waits longest', () => {
    const take = waiting();
    expect([take(0), take(1), take(2), take(3), take(4)]).toEqual([3, 1, 4, 2, 5]);
  });
});
