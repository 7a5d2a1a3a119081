import { encodeJob, type AttemptRecord, type Job } from '#libs/contracts';
import { encodeMark, FencedError, HEADERS, type Assignment, type CommitEntry, type IncomingRecord } from '#libs/kafka';
import type { Verdict } from '#libs/ordering';
import type { LaneStore } from '#libs/storage';
import { MemoryLaneStore } from '#libs/testkit';
import type { AttemptInput, CurrentEndpoint } from './destination.js';
import type { RecordToSend } from './ports.js';
import { SWEEP_EVERY_MS, Tenure, type TenureDeps } from './tenure.js';

/* For specs: the engine's surroundings as doubles, in which every request ends when the spec says so. */

export const TOPIC = 'deliveries.custom';
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

export interface Pending<Answer = void> {
  /** What is awaited: `attempt <deliveryId>`, `send`, `write`, `commit`, `timer <ms>`. */
  readonly what: string;
  end(answer?: Answer | Error): void;
}

export interface JobSpec {
  readonly endpointId?: string;
  readonly callId?: string;
  /** Source offset of its mark; left out: the record's offset. null: no mark. */
  readonly mark?: number | null;
}

export function jobOf(offset: number, { endpointId = 'e1', callId = 'c1' }: JobSpec = {}): Job {
  return {
    v: 1,
    deliveryId: `d${offset}`,
    endpoint: {
      id: endpointId,
      name: 'Receiver',
      endpointType: 'CUSTOM',
      target: 'https://routed.example/hook',
      contentKey: null,
    },
    authType: 'NONE',
    event: {
      eventId: `ev${offset}`,
      projectId: 'p1',
      eventType: 'OUTBOUND_CALL_PENDING',
      occurredAt: '2026-05-12T10:24:00.000Z',
      data: { callId, callStatus: 'PENDING', callSid: null, clientId: null },
      errors: [],
    },
    receivedAt: 1000,
    configVersion: 1,
  };
}

export function recordOf(offset: number, spec: JobSpec = {}): IncomingRecord {
  const mark = spec.mark === undefined ? offset : spec.mark;
  return {
    offset,
    key: Buffer.from(spec.callId ?? 'c1'),
    value: Buffer.from(encodeJob(jobOf(offset, spec))),
    headers: mark === null ? {} : { [HEADERS.mark]: encodeMark({ epoch: 'epoch', offset: mark, ordinal: 0 }) },
    timestamp: 1000,
  };
}

export const brokenRecord = (offset: number, value = 'not a job'): IncomingRecord => ({
  ...recordOf(offset),
  value: Buffer.from(value),
});

export const DELIVERED: Verdict = { type: 'delivered' };
export const REFUSED: Verdict = { type: 'refused', reason: 'http_400: the endpoint answered 400' };
export const ABSTAINED: Verdict = { type: 'abstained', reason: 'local_limit: no room' };

interface Sent {
  readonly input: AttemptInput;
  readonly signal: AbortSignal;
}

/** The rungs' delays, in milliseconds: far from those of every other timer. */
export const LADDER = [10_000, 20_000, 30_000];

/**
 * @param overrides of the tenure's limits.
 * @param store what Postgres holds; several tenures share one as processes would.
 */
export function surroundings(overrides: Partial<TenureDeps> = {}, store: LaneStore = new MemoryLaneStore()) {
  const pending: Pending<never>[] = [];
  const attempts: Sent[] = [];
  const sent: RecordToSend[] = [];
  const commits: CommitEntry[] = [];
  const faults: string[] = [];
  const fetching: string[] = [];
  const errors: string[] = [];
  let repeats = 0;
  let overdue = 0;
  const lost: string[] = [];
  const state = {
    now: 5000,
    heartbeatAgeMs: 0,
    fenced: false,
    endOffset: 0,
    sweep: () => {},
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

  const deps: TenureDeps = {
    kind: 'custom',
    attempt: {
      room: {
        kind: 'custom',
        render: (input) => input,
        send: async (input, { signal }) => {
          const { job } = input as AttemptInput;
          attempts.push({ input: input as AttemptInput, signal });
          // The verdict travels in the answer's body; an abort ends the attempt as in a real room.
          const verdict = await Promise.race([
            request<Verdict>(`attempt ${job.deliveryId}`),
            new Promise<Verdict>((resolve) =>
              signal.addEventListener('abort', () => resolve({ type: 'abstained', reason: 'aborted: by us' })),
            ),
          ]);
          return { status: 200, body: JSON.stringify(verdict), retryAfter: null, failure: null };
        },
        classify: ({ body }) => JSON.parse(body ?? '') as Verdict,
      },
      settings: {
        version: () => 1,
        ensureVersion: () => Promise.resolve(true),
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
            }
          );
        },
      },
      ownership: { heartbeatAgeMs: () => state.heartbeatAgeMs },
      sessionTimeoutMs: 10_000,
      now: () => state.now,
      childTrace: (parent) => `child of ${parent ?? 'none'}`,
      onFault: (error) => faults.push(String(error)),
    },
    ladder: LADDER,
    lanes: {
      takeOver: (partitions) => store.takeOver(partitions),
      load: (heads) => store.load(heads),
      write: async (writes) => {
        await request('write');
        return store.write(writes);
      },
    },
    maxInFlight: 100,
    maxInFlightPerEndpoint: 50,
    metrics: {
      attempted: () => {},
      repeatDropped: () => (repeats += 1),
      committed: () => {},
      woken: () => {},
      overdue: (lanes) => (overdue += lanes),
    },
    log: { info: () => {}, error: (_fields, text) => errors.push(text) },
    send: async (records) => {
      await request('send');
      sent.push(...records);
    },
    pause: (_topic, partition) => fetching.push(`pause ${partition}`),
    resume: (_topic, partition) => fetching.push(`resume ${partition}`),
    lost: (why) => lost.push(why.message),
    after: (ms, callback) => {
      // It comes again for ever: not among what is to come to an end.
      if (ms === SWEEP_EVERY_MS) state.sweep = callback;
      else void request(`timer ${ms}`).then(callback);
    },
    ...overrides,
  };

  const assignment = (committed: Record<number, { offset: number; metadata: string }> = {}): Assignment => ({
    generation: 1,
    memberId: 'm',
    partitions: new Map([[TOPIC, [0, 1, 2]]]),
    committed: (topic, partition) => (topic === TOPIC ? (committed[partition] ?? null) : null),
    endOffset: () => state.endOffset,
    confirm: () => (state.fenced ? Promise.reject(new FencedError('generation 1 is over')) : Promise.resolve()),
    commit: async (entries) => {
      if (state.fenced) throw new FencedError('generation 1 is over');
      await request('commit');
      commits.push(...entries);
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
    repeats: () => repeats,
    overdue: () => overdue,
    lost,
    state,
    end,
    settle,
  };
}

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

/** A tenure in these surroundings, that has just begun. @param committed by partition, as the broker has it. */
export function tenureOf(
  overrides: Partial<TenureDeps> = {},
  committed: Parameters<Surroundings['assignment']>[0] = {},
  store?: LaneStore,
) {
  const world = surroundings(overrides, store);
  const assignment = world.assignment(committed);
  const tenure = new Tenure(world.deps, assignment);
  const accept = async (records: Parameters<typeof batchOf>[1], partition = 0): Promise<void> => {
    tenure.accept(batchOf(assignment, records, partition));
    await turn();
  };
  const read = (offsets: readonly number[], spec: JobSpec = {}) => accept(offsets.map((one) => recordOf(one, spec)));
  return { ...world, tenure, accept, read };
}

export const reportsOf = ({ sent }: Pick<Surroundings, 'sent'>) =>
  sent
    .filter(({ topic }) => topic === 'deliveries.attempts')
    .map(({ value }) => JSON.parse(String(value)) as AttemptRecord);
export const deadOf = ({ sent }: Pick<Surroundings, 'sent'>) =>
  sent.filter(({ topic }) => topic === 'deliveries.custom.dlq');
