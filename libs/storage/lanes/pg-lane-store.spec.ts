import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Pool } from 'pg';
import { createDatabase, MemoryLaneStore, startPostgres, waitFor } from '#libs/testkit';
import { migrate } from '../data-source.js';
import { isDatabaseAway } from '../database-away.js';
import { createLanePool } from './lane-pool.js';
import { LaneFencedError, LaneMismatchError, type FencedWrite, type LaneStore } from './lane-store.js';
import { FAILED, FIRST_RUNG, KIND, NO_TROUBLE, parkedJob, Tenure } from './lane-writes.fixture.js';
import { PgLaneStore } from './pg-lane-store.js';

/* What is Postgres' own: transactions that wait for each other, servers and networks that go away. */

let url: string;
let pool: Pool;
let store: PgLaneStore;
let tenure: Tenure;
let partition = 0;
const endings: (() => unknown)[] = [];

beforeAll(async () => {
  url = await createDatabase();
  await migrate(url);
  pool = createLanePool(url, { size: 4, applicationName: 'spec' });
  store = new PgLaneStore(pool, KIND);
});
beforeEach(async () => {
  tenure = await take(store, ++partition);
});
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});
afterAll(() => pool?.end());

async function take(by: LaneStore, of: number): Promise<Tenure> {
  return new Tenure(of, (await by.takeOver([of])).get(of)!.epoch);
}

/** Statements of this database that wait for a lock. */
async function waiting(): Promise<number> {
  const { rowCount } = await pool.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rowCount!;
}

/** A write that is stopped in the middle of its transaction, until `go`. */
async function stoppedWrite(writes: readonly FencedWrite[]) {
  const blocker = await pool.connect();
  await blocker.query('BEGIN');
  await blocker.query('LOCK TABLE parked_jobs IN SHARE MODE');
  const writing = store.write(writes);
  await waitFor('the write to wait', async () => (await waiting()) === 1);
  const go = async (): Promise<void> => {
    await blocker.query('COMMIT');
    blocker.release();
  };
  return { writing, go };
}

describe('a partition is taken over while its owner is in the middle of a write', () => {
  it('the next owner waits for the end of it, and finds what it wrote', async () => {
    const { writing, go } = await stoppedWrite([tenure.park([parkedJob(1)])]);
    let over = false;
    const taking = store.takeOver([partition]).finally(() => (over = true));
    await waitFor('the next owner to wait, too', async () => (await waiting()) === 2);
    expect(over).toBe(false);
    await go();
    await writing;
    expect((await taking).get(partition)!.lanes).toMatchObject([{ head: { id: parkedJob(1).id } }]);
    await expect(store.write([tenure.add(parkedJob(2))])).rejects.toBeInstanceOf(LaneFencedError);
  });

  it('an owner of another partition does not wait', async () => {
    const { writing, go } = await stoppedWrite([tenure.park([parkedJob(1)])]);
    expect((await store.takeOver([1000 + partition])).size).toBe(1);
    await go();
    await writing;
  });

  it('an owner that is stopped there, or whose network is cut, keeps the next one for seconds only', async () => {
    const stopped = await pool.connect();
    stopped.on('error', () => undefined); // Postgres ends the connection
    endings.push(() => stopped.release(true));
    await stopped.query('BEGIN');
    await stopped.query('SELECT FROM lane_epochs WHERE kind = $1 AND partition = $2 FOR NO KEY UPDATE', [
      KIND,
      partition,
    ]);
    expect((await store.takeOver([partition])).size).toBe(1);
  });
});

describe('two batches of one partition', () => {
  it('are made one after the other: the repeat of one that Postgres still works on finds it done', async () => {
    await store.write([tenure.park([1, 2, 3].map((n) => parkedJob(n)))]);
    const batch = [tenure.add(parkedJob(4)), tenure.advance(parkedJob(1))];
    const { writing, go } = await stoppedWrite(batch);
    const again = store.write(batch);
    await waitFor('the repeat to wait', async () => (await waiting()) === 2);
    await go();
    expect(await again).toEqual(await writing);
    expect(await store.write([tenure.advance(parkedJob(2))])).toMatchObject([{ id: parkedJob(3).id }]);
  });
});

/** What the property does to two lanes; `job` is a place among the lane's jobs, or behind them. */
const action = fc.record({
  type: fc.constantFrom('park', 'add', 'update', 'advance', 'takeOver', 'repeat'),
  call: fc.constantFrom('a', 'b'),
  job: fc.nat(5),
  dueAt: fc.option(fc.nat(4102444799999)),
});

describe('any writes, fitting or not', () => {
  it('have the answers of the store in memory (model: MemoryLaneStore)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(action, { minLength: 1, maxLength: 3 }), { maxLength: 20 }),
        async (script) => {
          const of = ++partition;
          const stores: readonly LaneStore[] = [store, new MemoryLaneStore()];
          const tenures = await Promise.all(stores.map((one) => take(one, of)));
          let last: ((by: Tenure) => FencedWrite)[] = [];
          for (const batch of script) {
            const writes = batch[0]!.type === 'repeat' ? last : oneChangePerLane(batch).map(writeOf);
            last = writes;
            const answers = await Promise.all(
              stores.map((one, n) => one.write(writes.map((write) => write(tenures[n]!))).catch(nameOfError)),
            );
            expect(answers[0]).toEqual(answers[1]);
            if (batch.some(({ type }) => type === 'takeOver')) {
              const found = await Promise.all(stores.map(async (one) => (await one.takeOver([of])).get(of)!));
              tenures.splice(0, 2, ...found.map(({ epoch }) => new Tenure(of, epoch)));
              const [lanes, model] = found.map(({ lanes }) => lanes.toSorted((x, y) => (x.callId < y.callId ? -1 : 1)));
              expect(lanes).toEqual(model);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

/** As the port demands it: of one lane, one change and any number of adds. */
function oneChangePerLane(batch: readonly Action[]): Action[] {
  const changed = new Set<string>();
  return batch.filter(({ type, call }) => {
    if (type === 'takeOver' || type === 'repeat') return false;
    if (type === 'add') return true;
    return !changed.has(call) && changed.add(call);
  });
}

function writeOf({ type, call, job, dueAt }: Action): (by: Tenure) => FencedWrite {
  const one = parkedJob(job, call);
  const row = { attempts: job, wakeUp: dueAt === null ? null : { rung: 1 + job, dueAt } };
  return (by) => {
    if (type === 'park') return by.park([one, parkedJob(job + 1, call)], row, FAILED, call);
    if (type === 'add') return by.add(one, call);
    if (type === 'update') return by.update(one, row, NO_TROUBLE, call);
    return by.advance(one, call);
  };
}

function nameOfError(error: unknown): string {
  if (error instanceof LaneMismatchError || error instanceof LaneFencedError) return error.name;
  throw error;
}

describe('parked jobs', () => {
  it('are found by key, whatever the statistics say of the table', async () => {
    const scans = async (): Promise<number> => {
      await pool.query('SELECT pg_stat_clear_snapshot()');
      const { rows } = await pool.query<{ n: string }>(
        `SELECT sum(seq_scan) AS n FROM pg_stat_user_tables WHERE relname IN ('lanes', 'parked_jobs')`,
      );
      return Number(rows[0]!.n);
    };
    const before = await scans();
    for (let n = 0; n < 20; n++) {
      const call = `scan ${n}`;
      await store.write([tenure.park([parkedJob(n), parkedJob(100 + n)], FIRST_RUNG, FAILED, call)]);
      await store.write([tenure.add(parkedJob(200 + n), call), tenure.update(parkedJob(n), FIRST_RUNG, FAILED, call)]);
      await store.load([{ laneId: tenure.laneId(call), head: parkedJob(n) }]);
      await store.write([tenure.advance(parkedJob(n), call)]);
      await store.takeOver([1000 + partition]);
    }
    expect(await scans()).toBe(before);
  });

  it('that Postgres cannot spell in its columns are kept all the same', async () => {
    const trouble = { ...FAILED, reason: 'http_503: a\0b' };
    await store.write([tenure.park([parkedJob(1, 'call-1', { traceparent: 'a\0b' })], FIRST_RUNG, trouble)]);
    const [head] = await store.load([{ laneId: tenure.laneId(), head: parkedJob(1) }]);
    expect(head?.job.traceparent).toBe('a\uFFFDb');
  });
});

describe('a Postgres that is away', () => {
  const attempts = (by: PgLaneStore) => [
    () => by.takeOver([1]),
    () => by.write([new Tenure(1, 1).park([parkedJob(1)])]),
    () => by.load([{ laneId: new Tenure(1, 1).laneId(), head: parkedJob(1) }]),
  ];

  async function expectAway(by: PgLaneStore): Promise<void> {
    for (const attempt of attempts(by)) {
      const error = await attempt().catch((thrown: unknown) => thrown);
      expect({ error, away: isDatabaseAway(error) }).toMatchObject({ away: true });
    }
  }

  function storeAt(at: string): PgLaneStore {
    const own = createLanePool(at, { size: 1, applicationName: 'spec', statementMs: 200 });
    endings.push(() => own.end());
    return new PgLaneStore(own, KIND);
  }

  it('is said to be, at once', async () => {
    const began = performance.now();
    await expectAway(storeAt('postgres://nobody@127.0.0.1:1/none'));
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('is used again when it is back, after a shutdown and after a crash', async () => {
    const server = await startPostgres();
    endings.push(() => server.stop());
    await migrate(server.url);
    const own = storeAt(server.url);
    for (const [round, away] of [server.stop, server.kill].entries()) {
      const owner = await take(own, 1);
      await own.write([owner.park([parkedJob(round)], FIRST_RUNG, FAILED, `round ${round}`)]);
      await away();
      await expectAway(own);
      await server.start();
      expect((await own.takeOver([1])).get(1)!.lanes).toHaveLength(round + 1);
    }
  }, 60_000);

  it('and whose network says nothing any more is given up within the statement’s time', async () => {
    const network = await startNetwork(url);
    endings.push(network.close);
    const own = storeAt(network.url);
    await own.takeOver([partition]);
    network.silence();
    for (const attempt of attempts(own)) {
      const error = await attempt().catch((thrown: unknown) => thrown);
      expect({ error, away: isDatabaseAway(error) }).toMatchObject({ away: true });
      network.heal();
      expect((await own.takeOver([partition])).size).toBe(1);
      network.silence();
    }
  });
});

/** A wire to Postgres. Silent, it takes what is said and passes nothing on; connections made while it was stay dead. */
async function startNetwork(to: string) {
  const target = new URL(to);
  let silent = false;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on('data', (bytes) => (silent ? undefined : into.write(bytes)));
      from.on('close', () => into.destroy());
      from.on('error', () => undefined);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = new URL(to);
  at.port = String((server.address() as AddressInfo).port);
  return {
    url: at.href,
    silence: () => void (silent = true),
    heal: () => void (silent = false),
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
