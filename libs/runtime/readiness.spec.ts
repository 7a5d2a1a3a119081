import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { answers, memberOf, Readiness, type Membership } from './readiness.js';

const statesOf = async (readiness: Readiness) => Object.fromEntries(await readiness.states());

afterEach(() => {
  jest.useRealTimers();
});

describe('Readiness', () => {
  it('asks every check and keeps its words', async () => {
    const readiness = new Readiness();
    readiness.add({ name: 'a', check: () => ({ up: true, detail: 'fine' }) });
    readiness.add({ name: 'b', check: () => Promise.resolve({ up: false, detail: 'awaits the first load' }) });
    expect(await statesOf(readiness)).toEqual({
      a: { up: true, detail: 'fine' },
      b: { up: false, detail: 'awaits the first load' },
    });
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('connect ECONNREFUSED'))],
    [
      'throws',
      () => {
        throw new Error('connect ECONNREFUSED');
      },
    ],
  ])('counts a check that %s as down, in words', async (_, check) => {
    const readiness = new Readiness();
    readiness.add({ name: 'postgres', check });
    expect(await statesOf(readiness)).toEqual({ postgres: { up: false, detail: 'connect ECONNREFUSED' } });
  });

  it('does not wait longer than 2 s for a check', async () => {
    jest.useFakeTimers();
    const readiness = new Readiness();
    readiness.add({ name: 'kafka', check: () => new Promise(() => undefined) });
    let states: object | null = null;
    const asked = statesOf(readiness).then((answer) => (states = answer));
    await jest.advanceTimersByTimeAsync(1999);
    expect(states).toBeNull();
    await jest.advanceTimersByTimeAsync(1);
    await asked;
    expect(states).toEqual({ kafka: { up: false, detail: 'no answer within 2000 ms' } });
  });

  it('leaves no timer behind when checks answer', async () => {
    jest.useFakeTimers();
    const readiness = new Readiness();
    readiness.add({ name: 'a', check: () => ({ up: true }) });
    await readiness.states();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is not ready once shutdown began, although all checks are up', async () => {
    const readiness = new Readiness();
    readiness.add({ name: 'a', check: () => ({ up: true }) });
    expect([...(await readiness.states()).values()].every(({ up }) => up)).toBe(true);
    readiness.beginShutdown();
    expect((await readiness.states()).get('service')).toEqual({
      up: false,
      detail: expect.stringContaining('shutting down'),
    });
  });

  it('refuses a second check of one name', () => {
    const readiness = new Readiness();
    readiness.add(answers('a', () => Promise.resolve()));
    expect(() => readiness.add(answers('a', () => Promise.resolve()))).toThrow('two ready checks are named a');
  });
});

describe('memberOf', () => {
  const stateOf = (membership: Membership) => memberOf('router', () => membership).check();

  it('is down before the group was joined', () => {
    expect(stateOf({ joined: false, heartbeatAgeMs: 1e12, fetchAgeMs: 0, generation: null })).toEqual({
      up: false,
      detail: 'is not a member of consumer group router now: joining, or waiting for Kafka',
    });
  });

  it('is up as a member', () => {
    expect(stateOf({ joined: true, heartbeatAgeMs: 4999, fetchAgeMs: 4999, generation: 4 })).toEqual({
      up: true,
      detail: 'member of consumer group router, generation 4',
    });
  });

  it('is down when heartbeats go unanswered', () => {
    expect(stateOf({ joined: false, heartbeatAgeMs: 12_300, fetchAgeMs: 0, generation: 4 })).toEqual({
      up: false,
      detail: 'Kafka has not answered a heartbeat of consumer group router for 12 s',
    });
  });

  it.each([
    ['heartbeat', 5000, 5001],
    ['fetch', 0, 5000],
  ])('is down, although still a member, when Kafka owes it a %s for 5 s: red within 10 s', (what, beat, fetch) => {
    expect(stateOf({ joined: true, heartbeatAgeMs: beat, fetchAgeMs: fetch, generation: 4 })).toEqual({
      up: false,
      detail: `Kafka has not answered a ${what} of consumer group router for 5 s`,
    });
  });

  it('is down when the group has dropped it', () => {
    expect(stateOf({ joined: false, heartbeatAgeMs: Infinity, fetchAgeMs: 0, generation: 4 })).toEqual({
      up: false,
      detail: 'was dropped from consumer group router, joining it again',
    });
  });
});
