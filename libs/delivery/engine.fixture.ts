import { FencedError, type Assignment, type CommitEntry, type IncomingRecord } from '#libs/kafka';
import type { Verdict } from '#libs/ordering';
import { noTracing } from '#libs/runtime';
import type { LaneStore } from '#libs/storage';
import { MemoryLaneStore } from '#libs/testkit';
import type { AttemptInput, CurrentEndpoint, Permit } from './destination.js';
import { RELIEF_EVERY_MS } from './endpoint-capacity.js';
import { EndpointHealths, type BreakerChange } from './endpoint-healths.js';
import { LADDER, recordOf, rungTopic, type JobSpec } from './jobs.fixture.js';
import type { RecordToSend } from './ports.js';
import { wakeUpsOf } from './sent.fixture.js';
import type { TenureDeps } from './tenure-deps.js';
import { SWEEP_EVERY_MS, Tenure } from './tenure.js';

/* For specs: the engine's surroundings as doubles, in which every request ends when the spec says so. */

export * from './jobs.fixture.js';
export * from './sent.fixture.js';

export const TOPIC = 'deliveries.custom';
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** Ends a send, a write or a commit that was made, but whose answer never came. */
export const LOST = 'lost';

export interface Pending<Answer = void> {
  /** What is awaited: `attempt <deliveryId>`, `send`, `write`, `commit`, `timer <ms>`. */
  readonly what: string;
  end(answer?: Answer | Error): void;
}

interface Commit {
  readonly offset: number;
  readonly metadata: string;
}

interface Sent {
  readonly input: AttemptInput;
  readonly signal: AbortSignal;
  readonly permit: Permit;
}

/** The tenure's limits; the rest of its surroundings as it is. */
export type Overrides = Partial<TenureDeps> & {
  readonly maxInFlightPerEndpoint?: number;
  /** Left out: no breaker opens. */
  readonly breakerFailures?: number;
};

/**
 * @param overrides of the tenure's limits.
 * @param store what Postgres holds; several tenures share one as processes would.
 */
export function surroundings(
  { maxInFlightPerEndpoint = 50, breakerFailures = 0, ...overrides }: Overrides = {},
  store: LaneStore = new MemoryLaneStore(),
) {
  const pending: Pending<never>[] = [];
  const attempts: Sent[] = [];
  const sent: RecordToSend[] = [];
  const commits: CommitEntry[] = [];
  const faults: string[] = [];
  const fetching: string[] = [];
  const errors: string[] = [];
  const breakers: BreakerChange[] = [];
  let repeats = 0;
  let overdue = 0;
  let sweepIsSet = false;
  const lost: string[] = [];
  const state = {
    now: 5000,
    heartbeatAgeMs: 0,
    fenced: false,
    busy: false,
    /** Postgres' reads fail; a write ends when the spec says so. */
    storeAway: false,
    endOffset: 0,
    /** Of partition 0, by topic; otherwise it is `endOffset`. */
    ends: new Map<string, number>(),
    sweep: () => {},
    /** It is looked at what waits too long; not set while nothing waits. */
    relieve: () => {},
    endpoints: new Map<string, CurrentEndpoint | null>(),
  };

  const request = <Answer>(what: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const one: Pending<Answer> = {
        what,
        end: (answer) => {
          const index = pending.indexOf(one as Pending<never>);
          if (index < 0) throw new Error(`${what} ended already`);
          pending.splice(index, 1);
          if (answer instanceof Error) reject(answer);
          else resolve(answer as Answer);
        },
      };
      pending.push(one as Pending<never>);
    });

  /** What is asked is done when the request ends, also when its answer is lost. */
  const asked = async <Result>(what: string, make: () => Result | Promise<Result>): Promise<Result> => {
    const answer = await request<typeof LOST | undefined>(what);
    const result = await make();
    if (answer === LOST) throw new Error(`the answer of a ${what} was lost`);
    return result;
  };

  const deps: TenureDeps = {
    kind: 'custom',
    attempt: {
      room: {
        kind: 'custom',
        render: (input) => input,
        send: async (input, permit) => {
          const { signal } = permit;
          const { job } = input as AttemptInput;
          attempts.push({ input: input as AttemptInput, signal, permit });
          // The verdict travels in the answer's body; an abort ends the attempt as in a real room.
          const over = new AbortController();
          const verdict = await Promise.race([
            request<Verdict>(`attempt ${job.deliveryId}`),
            new Promise<Verdict>((resolve) =>
              signal.addEventListener('abort', () => resolve({ type: 'abstained', reason: 'aborted: by us' }), over),
            ),
          ]);
          over.abort();
          const status = verdict.type === 'retry' ? 503 : 200;
          return { status, body: JSON.stringify(verdict), retryAfter: null, failure: null };
        },
        classify: ({ body }) => JSON.parse(body ?? '') as Verdict,
      },
      settings: {
        version: () => 1,
        ensureVersion: () => Promise.resolve(true),
        isOff: (id) => state.endpoints.get(id) === null || state.endpoints.get(id)?.enabled === false,
        current: (id) => {
          const endpoint = state.endpoints.get(id);
          if (endpoint === null) return undefined;
          return (
            endpoint ?? {
              id,
              projectId: 'p1',
              target: 'https://now.example/hook',
              authType: 'NONE',
              enabled: true,
              bearerToken: null,
              signingKey: null,
            }
          );
        },
      },
      ownership: { heartbeatAgeMs: () => state.heartbeatAgeMs },
      sessionTimeoutMs: 10_000,
      now: () => state.now,
      tracing: noTracing((parent) => `child of ${parent ?? 'none'}`),
      onFault: (error) => faults.push(String(error)),
    },
    ladder: LADDER,
    isId: () => true,
    lanes: {
      takeOver: (partitions) => (state.storeAway ? away() : store.takeOver(partitions)),
      load: (heads) => (state.storeAway ? away() : store.load(heads)),
      write: (writes) => asked('write', () => store.write(writes)),
    },
    maxInFlight: 100,
    health: new EndpointHealths(
      { maxInFlight: maxInFlightPerEndpoint, failuresToOpen: breakerFailures, failingForMs: 0, ladder: LADDER },
      (change) => breakers.push(change),
    ),
    metrics: {
      sent: () => undefined,
      failed: () => undefined,
      attempted: () => {},
      repeatDropped: () => (repeats += 1),
      committed: () => {},
      woken: () => {},
      spilled: () => {},
      overdue: (lanes) => (overdue += lanes),
    },
    log: { info: () => {}, error: (_fields, text) => errors.push(text) },
    isBusy: () => state.busy,
    attemptLog: { debug: () => {}, info: () => {}, warn: () => {} },
    send: (records) => asked('send', () => void sent.push(...records)),
    pause: (_topic, partition) => fetching.push(`pause ${partition}`),
    resume: (_topic, partition) => fetching.push(`resume ${partition}`),
    lost: (why) => lost.push(why.message),
    after: (ms, callback) => {
      // It comes again for ever: not among what is to come to an end.
      if (ms === SWEEP_EVERY_MS && !sweepIsSet) {
        sweepIsSet = true;
        state.sweep = () => {
          sweepIsSet = false;
          callback();
        };
      } else if (ms === RELIEF_EVERY_MS) state.relieve = callback;
      else void request(`timer ${ms}`).then(callback);
    },
    ...overrides,
  };

  /** @param committed of the jobs, by partition. @param elsewhere of other topics' partition 0. */
  const assignment = (
    committed: Record<number, Commit> = {},
    elsewhere: ReadonlyMap<string, Commit> = new Map(),
  ): Assignment => ({
    generation: 1,
    memberId: 'm',
    partitions: new Map([[TOPIC, [0, 1, 2]]]),
    committed: (topic, partition) =>
      (topic === TOPIC ? committed[partition] : partition === 0 ? elsewhere.get(topic) : undefined) ?? null,
    endOffset: (topic, partition) => (partition === 0 ? state.ends.get(topic) : undefined) ?? state.endOffset,
    confirm: () => (state.fenced ? Promise.reject(new FencedError('generation 1 is over')) : Promise.resolve()),
    commit: async (entries) => {
      if (state.fenced) throw new FencedError('generation 1 is over');
      await asked('commit', () => {
        if (state.fenced) throw new FencedError('generation 1 is over');
        commits.push(...entries);
      });
    },
  });

  const find = (what: string) => pending.find((one) => one.what === what || one.what.startsWith(`${what} `));
  /** Ends the oldest request of that name. */
  const end = async (what: string, answer?: unknown): Promise<void> => {
    const one = find(what);
    if (one === undefined) throw new Error(`nothing awaits ${what}; there are: ${pending.map((p) => p.what).join()}`);
    (one as Pending<unknown>).end(answer);
    await turn();
  };
  /** Lets sends, commits and short timers go through until none is left; a drain's bound is left alone. */
  const shortTimer = () => pending.find(({ what }) => what.startsWith('timer') && Number(what.slice(6)) < 1000);
  const settle = async (): Promise<void> => {
    await turn();
    for (let one; (one = find('send') ?? find('write') ?? find('commit') ?? shortTimer()) !== undefined; await turn())
      one.end();
  };
  return {
    deps,
    assignment,
    pending,
    attempts,
    /** Ids of the jobs attempted, in order. */
    attempted: () => attempts.map(({ input }) => input.job.deliveryId),
    sent,
    commits,
    faults,
    fetching,
    errors,
    breakers,
    repeats: () => repeats,
    overdue: () => overdue,
    lost,
    state,
    end,
    settle,
  };
}

const away = (): Promise<never> => Promise.reject(new Error('Postgres is away'));

export type Surroundings = ReturnType<typeof surroundings>;

export const batchOf = (
  assignment: Assignment,
  records: readonly IncomingRecord[],
  partition = 0,
  topic: string = TOPIC,
) => ({
  topic,
  partition,
  records,
  highWatermark: (records.at(-1)?.offset ?? -1) + 1,
  assignment,
});

/** A tenure in these surroundings, that has just begun. @param committed by partition, as the broker has it. @param endOffset of every log. */
export function tenureOf(
  overrides: Overrides = {},
  committed: Parameters<Surroundings['assignment']>[0] = {},
  store?: LaneStore,
  endOffset = 0,
) {
  const world = surroundings(overrides, store);
  world.state.endOffset = endOffset;
  const assignment = world.assignment(committed);
  const tenure = new Tenure(world.deps, assignment);
  const accept = async (
    records: Parameters<typeof batchOf>[1],
    partition = 0,
    topic: string = TOPIC,
  ): Promise<void> => {
    tenure.accept(batchOf(assignment, records, partition, topic));
    await turn();
  };
  /** What was sent to a rung is read from it. */
  const climb = (rung: number) => accept(wakeUpsOf(world, rung), 0, rungTopic(rung));
  const read = (offsets: readonly number[], spec: JobSpec = {}) => accept(offsets.map((one) => recordOf(one, spec)));
  return { ...world, tenure, accept, read, climb };
}
