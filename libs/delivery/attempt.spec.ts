/** What a room is given to make an attempt with. Oracle: the permit that reaches the room. */
import { makeAttempt, type AttemptDeps } from './attempt.js';
import type { CurrentEndpoint, Permit } from './destination.js';
import { jobOf } from './engine.fixture.js';

const SESSION_MS = 10_000;
const endpoint: CurrentEndpoint = {
  id: 'e1',
  projectId: 'p1',
  target: 'https://current.example/hook',
  authType: 'NONE',
  enabled: true,
  bearerToken: null,
  signingKey: null,
};

/** An attempt whose room holds the request until the spec has looked at the permit. */
async function permitOf(ownership: { ageMs: number }, signal: AbortSignal): Promise<Permit> {
  const given = Promise.withResolvers<Permit>();
  const deps: AttemptDeps = {
    room: {
      kind: 'custom',
      render: () => ({}),
      send: (_, permit) => (given.resolve(permit), new Promise(() => {})),
      classify: () => ({ type: 'delivered' }),
    },
    settings: {
      version: () => 1,
      ensureVersion: () => Promise.resolve(true),
      current: () => endpoint,
      isOff: () => false,
    },
    ownership: { heartbeatAgeMs: () => ownership.ageMs },
    sessionTimeoutMs: SESSION_MS,
    now: () => 0,
    childTrace: () => 'trace',
    onFault: (error) => given.reject(error),
  };
  const job = jobOf(0);
  const laneJob = {
    id: job.deliveryId,
    offset: 0,
    laneKey: 'lane',
    job,
    bytes: 1,
    mark: null,
    traceparent: null,
    firstAttemptAt: null,
  };
  void makeAttempt(deps, laneJob, 1, signal);
  return given.promise;
}

describe('the permit of an attempt', () => {
  it('is withdrawn when no heartbeat was heard within the session time-out, while the request waits in the room', async () => {
    const ownership = { ageMs: 0 };
    const permit = await permitOf(ownership, new AbortController().signal);
    expect(permit.mayStart()).toBe(true);
    ownership.ageMs = SESSION_MS - 1;
    expect(permit.mayStart()).toBe(true);
    ownership.ageMs = SESSION_MS;
    expect(permit.mayStart()).toBe(false);
  });

  it('is withdrawn by the abort of a drain', async () => {
    const drain = new AbortController();
    const permit = await permitOf({ ageMs: 0 }, drain.signal);
    expect(permit.mayStart()).toBe(true);
    drain.abort();
    expect(permit.mayStart()).toBe(false);
    expect(permit.signal).toBe(drain.signal);
  });
});
