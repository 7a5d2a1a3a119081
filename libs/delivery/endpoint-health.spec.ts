/** Oracle: ADR 13. Times in milliseconds. */
import { EndpointHealths, type BreakerChange } from './endpoint-healths.js';
import type { Signal } from './endpoint-signal.js';

const LADDER = [5_000, 15_000, 90_000];

/** An endpoint with a share of 64, and a breaker that opens after three failures. */
function endpoint(failuresToOpen = 3, failingForMs = 0) {
  const changes: BreakerChange[] = [];
  const terms = { maxInFlight: 64, failuresToOpen, failingForMs, ladder: LADDER };
  const healths = new EndpointHealths(terms, (change) => changes.push(change));
  const tell = (signal: Signal, startedAt: number, endedAt: number, isFirst = true): number => {
    healths.told({ id: 'e', projectId: 'p' }, { signal, startedAt, endedAt, isFirst, reason: `${signal}: why` });
    return healths.limitOf('e');
  };
  return { healths, tell, changes, until: () => healths.openUntil('e') };
}

describe('the share of an endpoint', () => {
  it.each<Signal>(['timeout', 'busy'])('is halved by %s, once for all that were in flight then', (signal) => {
    const { tell } = endpoint(0);
    expect([tell(signal, 1, 100), tell(signal, 50, 110), tell(signal, 100, 120)]).toEqual([32, 32, 32]);
    expect(tell(signal, 101, 200)).toBe(16);
  });

  it('falls to one, never to none', () => {
    const { tell } = endpoint();
    const limits = Array.from({ length: 10 }, (_, round) => tell('busy', round * 10 + 1, round * 10 + 5));
    expect(limits).toEqual([32, 16, 8, 4, 2, 1, 1, 1, 1, 1]);
  });

  it('grows by one with a full share of answers, up to the whole', () => {
    const { tell, healths } = endpoint();
    for (let round = 0; round < 6; round++) tell('busy', round * 10 + 1, round * 10 + 5);
    expect([tell('answered', 100, 101), tell('answered', 100, 101), tell('answered', 100, 101)]).toEqual([2, 2, 2]);
    for (let answers = 0; answers < 2100; answers++) tell('answered', 100, 101);
    expect(healths.limitOf('e')).toBe(64);
  });

  it('is its own: another endpoint keeps all of its', () => {
    const { tell, healths } = endpoint();
    tell('timeout', 1, 100);
    expect(healths.limitOf('other')).toBe(64);
  });
});

describe('what is told of a share', () => {
  const told = () => {
    const shares: [share: number, since: number, at: number][] = [];
    const terms = { maxInFlight: 4, failuresToOpen: 0, failingForMs: 0, ladder: LADDER };
    const healths = new EndpointHealths(
      terms,
      () => undefined,
      ({ share, since, at }) => shares.push([share, since, at]),
    );
    const tell = (signal: Signal, at: number): void =>
      healths.told(
        { id: 'e', projectId: 'p' },
        { signal, startedAt: at - 1, endedAt: at, isFirst: true, reason: 'why' },
      );
    return { shares, tell };
  };

  it('is its fall, with the time since it is not whole, and that it is whole again', () => {
    const { shares, tell } = told();
    tell('busy', 10);
    tell('busy', 20_000);
    for (let n = 0; n < 20; n++) tell('answered', 30_000 + n);
    expect(shares.slice(0, 2)).toEqual([
      [2, 10, 10],
      [1, 10, 20_000],
    ]);
    expect(shares.slice(2).map(([share]) => share)).toEqual([4]);
  });

  it('is told once in a while, however often it falls', () => {
    const { shares, tell } = told();
    for (let n = 0; n < 1000; n++) tell(n % 3 === 0 ? 'busy' : 'answered', 100 + n * 9);
    expect(shares).toEqual([[2, 100, 100]]);
  });
});

describe('the breaker of an endpoint', () => {
  /** Open since 30, on the first rung's pause. */
  const opened = () => {
    const one = endpoint();
    for (const at of [10, 20, 30]) one.tell('failed', at - 5, at);
    return one;
  };

  it.each<Signal>(['failed', 'timeout'])('opens after so many %s in a row, and not one sooner', (signal) => {
    const { tell, until, changes } = endpoint();
    tell(signal, 1, 10);
    tell(signal, 11, 20);
    expect([until(), changes]).toEqual([0, []]);
    tell(signal, 21, 30);
    expect(until()).toBe(30 + LADDER[0]!);
    expect(changes).toEqual([
      {
        endpoint: { id: 'e', projectId: 'p' },
        breaker: 'open',
        since: 30,
        at: 30,
        reason: `${signal}: why`,
        probeAt: 5030,
      },
    ]);
  });

  it.each<Signal>(['answered', 'busy'])('counts anew after %s: the endpoint is there', (signal) => {
    const { tell, until } = endpoint();
    for (const one of ['failed', 'failed', signal, 'failed', 'failed'] as const) tell(one, 1, 10);
    expect(until()).toBe(0);
    tell('failed', 1, 10);
    expect(until()).toBeGreaterThan(0);
  });

  it('does not open on failures of a moment, however many: all calls may have come to an event that it fails', () => {
    const { tell, until } = endpoint(3, 5000);
    for (let n = 0; n < 1000; n++) tell('failed', 10, 5009);
    expect(until()).toBe(0);
    tell('failed', 5009, 5010);
    expect(until()).toBeGreaterThan(0);
  });

  it('counts the time anew, too, after an answer', () => {
    const { tell, until } = endpoint(3, 5000);
    tell('failed', 10, 20);
    tell('answered', 30, 40);
    for (let n = 0; n < 10; n++) tell('failed', 4000, 5010);
    expect(until()).toBe(0);
  });

  it('hears ten times less in the failure of an event that had failed before: it may be the event', () => {
    const { tell, until } = endpoint();
    for (let n = 0; n < 29; n++) tell('failed', 1, 10, false);
    expect(until()).toBe(0);
    tell('failed', 1, 10, false);
    expect(until()).toBeGreaterThan(0);
  });

  it('lets one probe through after each pause; the pauses grow as those of retries, to a minute', () => {
    const { tell, until, healths, changes } = opened();
    expect(healths.limitOf('e')).toBe(1);
    const pauses = [1, 2, 3].map(() => {
      const startedAt = until();
      tell('failed', startedAt, startedAt + 7);
      return until() - startedAt - 7;
    });
    expect(pauses).toEqual([15_000, 60_000, 60_000]);
    expect(changes.map(({ since }) => since)).toEqual([30, 30, 30, 30]);
  });

  it.each<Signal>(['answered', 'busy'])('closes when a probe is %s, and the share begins with one', (signal) => {
    const { tell, until, healths, changes } = opened();
    const startedAt = until();
    expect(tell(signal, startedAt, startedAt + 7)).toBe(1);
    expect(changes.at(-1)).toMatchObject({ breaker: 'closed', since: startedAt + 7 });
    expect([until(), healths.counts()]).toEqual([0, { open: 0, limited: 1 }]);
    tell('answered', startedAt + 8, startedAt + 9);
    expect(healths.limitOf('e')).toBe(2);
  });

  it('lets the share double with a full share of answers then, up to half of the whole', () => {
    const { tell, until } = opened();
    const startedAt = until();
    const after = (answers: number): number => {
      for (let n = 1; n < answers; n++) tell('answered', startedAt, startedAt + 1);
      return tell('answered', startedAt, startedAt + 1);
    };
    expect([after(1), after(1), after(2), after(28), after(32)]).toEqual([1, 2, 4, 32, 32]);
  });

  it('hears nothing in failures of attempts that were in flight when it opened; but whoever answers is there', () => {
    const { tell, until, changes } = opened();
    for (const signal of ['failed', 'timeout'] as const) tell(signal, 29, 4000);
    expect([until(), changes.length]).toEqual([30 + LADDER[0]!, 1]);
    tell('answered', 29, 4001);
    expect([until(), changes.at(-1)?.breaker]).toEqual([0, 'closed']);
  });

  it('never opens when it is switched off', () => {
    const terms = { maxInFlight: 64, failuresToOpen: 0, failingForMs: 0, ladder: LADDER };
    const healths = new EndpointHealths(terms, () => {
      throw new Error('it opened');
    });
    for (let at = 0; at < 1000; at++) {
      healths.told(
        { id: 'e', projectId: 'p' },
        { signal: 'failed', startedAt: at, endedAt: at, isFirst: true, reason: '' },
      );
    }
    expect(healths.openUntil('e')).toBe(0);
  });
});
