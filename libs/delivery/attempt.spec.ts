/** What a room is given to make an attempt with. Oracle: the permit that reaches the room. */
import { makeAttempt, type AttemptDeps } from './attempt.js';
import type { CurrentEndpoint, Permit } from './destination.js';
import { noTracing } from '#libs/runtime';
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

const LASTING: Permit = { signal: new AbortController().signal, mayStart: () => true };

interface Made {
  readonly send: AttemptDeps['room']['send'];
  readonly onFault: (error: unknown) => void;
  readonly ownership?: { readonly ageMs: number };
  readonly current?: CurrentEndpoint;
  readonly leave?: Permit;
}

function attempted({
  send,
  onFault,
  ownership = { ageMs: 0 },
  current = endpoint,
  leave = LASTING,
}: Made): Promise<unknown> {
  const deps: AttemptDeps = {
    room: { kind: 'custom', render: () => ({}), send, classify: () => ({ type: 'delivered' }) },
    settings: {
      version: () => 1,
      ensureVersion: () => Promise.resolve(true),
      current: () => current,
      isOff: () => false,
    },
    ownership: { heartbeatAgeMs: () => ownership.ageMs },
    sessionTimeoutMs: SESSION_MS,
    now: () => 0,
    tracing: noTracing(() => 'trace'),
    onFault,
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
  return makeAttempt(deps, { job: laneJob, attempt: 1, waits: [] }, leave);
}

/** The permit of an attempt whose room holds the request until the spec has looked at it. */
async function permitOf(ownership: { ageMs: number }, leave: Permit = LASTING): Promise<Permit> {
  const given = Promise.withResolvers<Permit>();
  const send: Made['send'] = (_, permit) => (given.resolve(permit), new Promise(() => {}));
  void attempted({ send, onFault: given.reject, ownership, leave });
  return given.promise;
}

/** What is kept of an answer with the body. */
function keptOf(body: string, bearerToken: string | null): Promise<unknown> {
  const onFault = (error: unknown): never => {
    throw error;
  };
  const send: Made['send'] = () => Promise.resolve({ status: 200, body, retryAfter: null, failure: null });
  return attempted({ send, onFault, current: { ...endpoint, authType: 'BEARER', bearerToken } });
}

describe('the permit of an attempt', () => {
  it('is withdrawn when no heartbeat was heard within the session time-out, while the request waits in the room', async () => {
    const ownership = { ageMs: 0 };
    const permit = await permitOf(ownership);
    expect(permit.mayStart()).toBe(true);
    ownership.ageMs = SESSION_MS - 1;
    expect(permit.mayStart()).toBe(true);
    ownership.ageMs = SESSION_MS;
    expect(permit.mayStart()).toBe(false);
  });

  it('is withdrawn by the abort of a drain', async () => {
    const drain = new AbortController();
    const permit = await permitOf({ ageMs: 0 }, { ...LASTING, signal: drain.signal });
    expect(permit.mayStart()).toBe(true);
    drain.abort();
    expect(permit.mayStart()).toBe(false);
    expect(permit.signal).toBe(drain.signal);
  });
});

it('a request that still waits when its partition is given up is not started any more; one under way is not aborted', async () => {
  const owner = { givesUp: false };
  const permit = await permitOf({ ageMs: 0 }, { ...LASTING, mayStart: () => !owner.givesUp });
  expect(permit.mayStart()).toBe(true);
  owner.givesUp = true;
  expect([permit.mayStart(), permit.signal.aborted]).toEqual([false, false]);
});

describe('the kept body of an answer', () => {
  it.each([
    ['{"authorization":"Bearer tok-secret-1"}', '{"authorization":"Bearer (not shown)"}'],
    ['tok-secret-1,tok-secret-1', '(not shown),(not shown)'],
    ['cut within it: tok-secr', 'cut within it: (not shown)'],
    ['another token: tok-other-1', 'another token: tok-other-1'],
  ])("never shows the endpoint's token, and all else as it was: %s", async (body, responseBody) => {
    expect(await keptOf(body, 'tok-secret-1')).toMatchObject({ responseBody });
  });

  it('is kept as it is when the endpoint has no token', async () => {
    const body = 'Bearer tok-secret-1';
    expect(await keptOf(body, null)).toMatchObject({ responseBody: body });
  });
});
