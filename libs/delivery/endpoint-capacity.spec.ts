import type { Pace } from './destination.js';
import { EndpointCapacity } from './endpoint-capacity.js';
import { EndpointHealths } from './endpoint-healths.js';
import type { CapacityTask } from './endpoint-share.js';

const A = { id: 'a', projectId: 'p' };

const taskOf = (endpointId: string, start: () => void, more: Partial<CapacityTask> = {}): CapacityTask => ({
  endpointId,
  start,
  keepsRecords: true,
  isFirst: true,
  since: 0,
  spill: () => {
    throw new Error('spilled');
  },
  fullness: () => 0,
  ...more,
});

function started(capacity: EndpointCapacity): { submit(endpointId: string, name: string): void; names: string[] } {
  const names: string[] = [];
  return { names, submit: (endpointId, name) => capacity.submit(taskOf(endpointId, () => names.push(name))) };
}

const healths = (maxInFlight: number) =>
  new EndpointHealths({ maxInFlight, failuresToOpen: 0, failingForMs: 0, ladder: [1000] }, () => undefined);

/** No endpoint here has a pace, so nobody may ask for the time. */
const unpaced = (maxInFlight: number, maxPerEndpoint: number): EndpointCapacity =>
  new EndpointCapacity(maxInFlight, {
    now: (): number => {
      throw new Error('asked for the time');
    },
    after: () => undefined,
    isOff: () => false,
    isBusy: () => false,
    roomToSpill: () => 0,
    longestHoldMs: 60_000,
    health: healths(maxPerEndpoint),
  });

describe('room for attempts', () => {
  it('never starts more at one endpoint than its share', () => {
    const capacity = unpaced(10, 2);
    const { submit, names } = started(capacity);
    for (const name of ['a1', 'a2', 'a3']) submit('a', name);
    expect(names).toEqual(['a1', 'a2']);
    capacity.attemptEnded('a');
    expect(names).toEqual(['a1', 'a2', 'a3']);
  });

  it('lets an endpoint through whose neighbour has used up its share', () => {
    const { submit, names } = started(unpaced(3, 2));
    for (const name of ['a1', 'a2', 'a3', 'a4']) submit('a', name);
    submit('b', 'b1');
    expect(names).toEqual(['a1', 'a2', 'b1']);
  });

  it('counts an attempt against the process until it is settled, not only until it is answered', () => {
    const capacity = unpaced(1, 5);
    const { submit, names } = started(capacity);
    submit('a', 'a1');
    submit('a', 'a2');
    capacity.attemptEnded('a');
    expect(names).toEqual(['a1']);
    expect(capacity.isExhausted).toBe(true);
    capacity.released();
    expect(names).toEqual(['a1', 'a2']);
  });

  it('deals room out endpoint by endpoint, in order within each', () => {
    const capacity = unpaced(1, 5);
    const { submit, names } = started(capacity);
    for (const [endpointId, name] of [
      ['a', 'a1'],
      ['a', 'a2'],
      ['a', 'a3'],
      ['b', 'b1'],
    ] as const)
      submit(endpointId, name);
    for (const endpointId of ['a', 'a', 'b']) {
      capacity.attemptEnded(endpointId);
      capacity.released();
    }
    expect(names).toEqual(['a1', 'a2', 'b1', 'a3']);
  });

  it('leaves as much to all others as an endpoint has, where there is little', () => {
    const capacity = unpaced(8, 6);
    const { submit, names } = started(capacity);
    for (const endpointId of ['a', 'b', 'c', 'd']) {
      for (let n = 0; n < 6; n++) submit(endpointId, endpointId);
    }
    const inFlight = ['a', 'b', 'c', 'd'].map((endpointId) => names.filter((name) => name === endpointId).length);
    // Three that hang have left something for the fourth.
    expect(inFlight).toEqual([4, 2, 1, 1]);
    expect(capacity.isExhausted).toBe(true);
    capacity.attemptEnded('c');
    capacity.released();
    expect(names).toHaveLength(9);
  });

  it('is kept for an endpoint that was forgotten and is back, also when a timer of before looks at it', () => {
    let [now, isOff] = [0, false];
    const timers: { at: number; callback: () => void }[] = [];
    const health = new EndpointHealths(
      { maxInFlight: 2, failuresToOpen: 1, failingForMs: 0, ladder: [1000] },
      () => undefined,
    );
    const capacity = new EndpointCapacity(5, {
      now: () => now,
      after: (ms, callback) => timers.push({ at: now + ms, callback }),
      isOff: () => isOff,
      isBusy: () => false,
      roomToSpill: () => 0,
      longestHoldMs: 60_000,
      health,
    });
    const names: string[] = [];
    const submit = (name: string): void =>
      capacity.submit(taskOf('a', () => names.push(name), { keepsRecords: false }));
    submit('a1');
    capacity.told(A, { signal: 'failed', startedAt: 0, endedAt: 0, isFirst: true, reason: 'http_500: no' });
    // It waits for the probe's time. Switched off, its endpoint's breaker is nothing to wait for; then nothing is left of it.
    submit('a2');
    capacity.attemptEnded('a');
    isOff = true;
    capacity.settingsChanged();
    capacity.attemptEnded('a');
    isOff = false;
    submit('a3');
    expect(names).toEqual(['a1', 'a2']);
    now = 1000;
    for (const { callback } of timers.filter(({ at }) => at <= now)) callback();
    // One probe at a time: it is known that the first is under way.
    submit('a4');
    expect(names).toEqual(['a1', 'a2', 'a3']);
    capacity.attemptEnded('a');
    expect(names).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  it('is asked of the endpoint once more when its turn comes: its share may have fallen since', () => {
    const capacity = unpaced(1, 4);
    const { submit, names } = started(capacity);
    submit('b', 'b1');
    for (const name of ['a1', 'a2', 'a3']) submit('a', name);
    capacity.told(A, { signal: 'timeout', startedAt: 1, endedAt: 2, isFirst: true, reason: null });
    capacity.told(A, { signal: 'timeout', startedAt: 3, endedAt: 4, isFirst: true, reason: null });
    for (const endpointId of ['b', 'a', 'a']) {
      capacity.attemptEnded(endpointId);
      capacity.released();
    }
    expect(names).toEqual(['b1', 'a1', 'a2', 'a3']);
  });

  it('goes to what waits in Postgres and to what waits in memory in turns, oldest first in each', () => {
    const capacity = unpaced(1, 1);
    const names: string[] = [];
    const submit = (name: string, keepsRecords: boolean): void =>
      capacity.submit(taskOf('a', () => names.push(name), { keepsRecords }));
    for (const name of ['live 0', 'live 1', 'live 2']) submit(name, true);
    for (const name of ['spilled 1', 'spilled 2', 'spilled 3']) submit(name, false);
    for (let n = 0; n < 5; n++) {
      capacity.attemptEnded('a');
      capacity.released();
    }
    expect(names).toEqual(['live 0', 'live 1', 'spilled 1', 'live 2', 'spilled 2', 'spilled 3']);
  });

  it('passes over any number of tasks that give their room back at once', () => {
    const capacity = unpaced(1, 1);
    let ended = 0;
    const giveBack = (): void => {
      ended += 1;
      capacity.attemptEnded('a');
      capacity.released();
    };
    capacity.submit(taskOf('a', () => {}));
    for (let count = 0; count < 50_000; count++) capacity.submit(taskOf('a', giveBack));
    capacity.attemptEnded('a');
    capacity.released();
    expect(ended).toBe(50_000);
  });
});

describe('the pace of an endpoint', () => {
  /** A clock that stands until it is moved, with the timers that are due by then. */
  function paced(pace: Pace | null = { perSecond: 1, burst: 3 }, maxInFlight = 100) {
    const state = { now: 10_000, off: false };
    let timers: { readonly at: number; readonly callback: () => void }[] = [];
    const deps = {
      now: () => state.now,
      after: (ms: number, callback: () => void) => void timers.push({ at: state.now + ms, callback }),
      isOff: () => state.off,
      isBusy: () => false,
      roomToSpill: () => 0,
      longestHoldMs: 60_000,
      health: healths(50),
    };
    const capacity = new EndpointCapacity(maxInFlight, deps, pace);
    const { submit, names } = started(capacity);
    const to = (ms: number): void => {
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= ms).toSorted((one, other) => one.at - other.at);
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        state.now = next.at;
        next.callback();
      }
      state.now = ms;
    };
    const end = (endpointId = 'a'): void => {
      capacity.attemptEnded(endpointId);
      capacity.released();
    };
    return { capacity, submit, names, to, end, state, timers: () => timers.length };
  }
  const NAMES = ['a1', 'a2', 'a3', 'a4', 'a5'];

  it('allows a burst after a rest, and then one at a time, in order', () => {
    const { submit, names, to } = paced();
    for (const name of NAMES) submit('a', name);
    expect(names).toEqual(['a1', 'a2', 'a3']);
    to(10_999);
    expect(names).toHaveLength(3);
    to(11_000);
    expect(names).toEqual(['a1', 'a2', 'a3', 'a4']);
    to(11_999);
    expect(names).toHaveLength(4);
    to(12_000);
    expect(names).toEqual(NAMES);
  });

  it('is remembered while nothing waits, and forgotten when it is paid', () => {
    const { submit, names, to, end, timers } = paced();
    for (const name of ['a1', 'a2', 'a3']) submit('a', name);
    for (let count = 0; count < 3; count += 1) end();
    submit('a', 'a4');
    expect(names).toHaveLength(3);
    to(11_000);
    expect(names).toHaveLength(4);
    end();
    to(14_000);
    expect(timers()).toBe(0);
    for (const name of ['a5', 'a6', 'a7', 'a8']) submit('a', name);
    expect(names).toHaveLength(7);
  });

  it('delays no other endpoint, also when the process is short of room', () => {
    const { submit, names } = paced({ perSecond: 1, burst: 1 }, 2);
    for (const name of NAMES) submit('a', name);
    submit('b', 'b1');
    expect(names).toEqual(['a1', 'b1']);
  });

  it.each<Pace | null>([null, { perSecond: 1000, burst: 1000 }])(
    'ends for a while when the endpoint asks for it (pace %j): what came into the round before waits too',
    (pace) => {
      const { capacity, submit, names, to, end } = paced(pace, 1);
      for (const name of ['a1', 'a2']) submit('a', name);
      capacity.hold('a', 5000);
      end();
      submit('b', 'b1');
      expect(names).toEqual(['a1', 'b1']);
      end('b');
      to(14_999);
      expect(names).toEqual(['a1', 'b1']);
      to(15_000);
      expect(names).toEqual(['a1', 'b1', 'a2']);
    },
  );

  it('is not shortened by a shorter pause that is asked for later', () => {
    const { capacity, submit, names, to } = paced();
    capacity.hold('a', 5000);
    capacity.hold('a', 2000);
    submit('a', 'a1');
    to(14_999);
    expect(names).toEqual([]);
    to(15_000);
    expect(names).toEqual(['a1']);
  });

  it('does not hold what is only to be skipped: its endpoint is switched off', () => {
    const { submit, names, to, state } = paced();
    for (const name of NAMES) submit('a', name);
    state.off = true;
    to(11_000);
    expect(names).toEqual(NAMES);
  });
});
