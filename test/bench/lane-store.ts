import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encodeJob, laneIdOf, uuidOfName, type Job } from '#libs/contracts';
import type { LaneRow } from '#libs/ordering';
import {
  createDataSource,
  createLanePool,
  migrate,
  PgLaneStore,
  searchLanes,
  type FencedWrite,
  type LaneName,
  type ParkedJob,
} from '#libs/storage';
import { onInterrupt } from '../../tools/stack/interrupts.js';
import { freePort } from '../../tools/stack/ports.js';
import { createDatabaseAt, postgresUrl, startEmbeddedPostgres } from '../../tools/stack/postgres.js';
import { commitNow, loadNow, machineFacts } from './machine.js';
import { median, percentile } from './statistics.js';

/*
 * Parked lanes in a PostgreSQL of its own that waits for its disk, without Kafka or an engine: one writer, one batch after
 * the other. First followers of lanes that are parked are added and drained; then a partition's owner dies.
 */

const USAGE = `node tools/bench-lanes.mjs [options]
  --lanes N       lanes that are parked (2000)
  --followers N   jobs behind each head (100)
  --batch N       writes in a transaction (500)
  --taken N       lanes that are taken over (100000)`;

const PARTITION = 0;
const PROJECT_ID = uuidOfName('project');
const ENDPOINT_ID = uuidOfName('endpoint');
const FIRST_RUNG: LaneRow = { attempts: 1, wakeUp: { rung: 1, dueAt: 1764000005123 } };
const TROUBLE = { reason: 'http_503: the receiver answered 503', status: 503, firstAttemptAt: 1764000000123 };

const STACK = 'Error: no route\n    at OutboundCallAdapter.connect (/srv/adapter.js:10:7)\n'.repeat(5);

interface Options {
  readonly lanes: number;
  readonly followers: number;
  readonly batch: number;
  readonly taken: number;
}

onInterrupt(
  () => process.exit(130),
  () => process.exit(130),
);
try {
  const { values } = parseArgs({
    options: {
      lanes: { type: 'string', default: '2000' },
      followers: { type: 'string', default: '100' },
      batch: { type: 'string', default: '500' },
      taken: { type: 'string', default: '100000' },
      help: { type: 'boolean', default: false },
    },
  });
  const { help, ...counts } = values;
  if (help) console.log(USAGE);
  else await bench(Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, Number(n)])) as never);
  process.exit();
} catch (error) {
  console.error(error);
  process.exit(1);
}

async function bench(options: Options): Promise<void> {
  const dir = process.env['BENCH_DIR'];
  if (dir === undefined) throw new Error('BENCH_DIR is not set: run node tools/bench-lanes.mjs');
  const machine = machineFacts(loadNow());
  const port = await freePort();
  const password = randomBytes(16).toString('hex');
  await startEmbeddedPostgres({ dataDir: join(dir, 'postgres'), port, password, runDir: join(dir, 'run') });
  await createDatabaseAt(postgresUrl(port, password, 'postgres'), 'recho');
  const url = postgresUrl(port, password, 'recho');
  await migrate(url);
  const pool = createLanePool(url, { size: 2, applicationName: 'bench' });
  const store = new PgLaneStore(pool, 'custom');
  const api = await createDataSource(url, { poolSize: 2, applicationName: 'bench-api' }).initialize();

  console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, commit ${commitNow()}`);
  console.log(
    `${options.lanes} lanes, ${options.followers} followers each, batches of ${options.batch}, a job is ${jobOf(0, 0).bytes} bytes`,
  );
  await fillAndDrain(store, options, async () => {
    for (const which of ['a first page', 'a page']) {
      await timed(`${which} of 50 lanes for a person`, () => searchLanes(api, PROJECT_ID, {}, null, 50));
    }
    await size(pool);
  });
  await size(pool);
  await dieAndTakeOver(store, options.taken);
  await pool.query('TRUNCATE lanes, parked_jobs');
  console.log(`load ${machine.load[0].toFixed(1)} to ${loadNow().toFixed(1)}`);
}

async function fillAndDrain(store: PgLaneStore, options: Options, whenFull: () => Promise<void>): Promise<void> {
  const { lanes, followers, batch } = options;
  const epoch = (await store.takeOver([PARTITION])).get(PARTITION)!.epoch;
  const names = Array.from({ length: lanes }, (_, n) => nameOf(n));
  const of = (lane: LaneName) => ({ partition: PARTITION, epoch, lane });

  const parks = names.map((lane, n): FencedWrite => {
    return { ...of(lane), type: 'park', row: FIRST_RUNG, trouble: TROUBLE, jobs: [jobOf(n, 0)] };
  });
  await writeAll('parks', store, parks, batch);

  // Arrivals of many calls, one from each in turn.
  await writeAll(
    'adds',
    store,
    (function* () {
      for (let k = 1; k <= followers; k++) {
        for (const [n, lane] of names.entries()) yield { ...of(lane), type: 'add', job: jobOf(n, k) } as const;
      }
    })(),
    batch,
  );
  await whenFull();

  const updates = names.map((lane, n): FencedWrite => {
    return { ...of(lane), type: 'update', head: jobOf(n, 0), row: { attempts: 2, wakeUp: null }, trouble: TROUBLE };
  });
  await writeAll('updates', store, updates, batch);
  const heads = names.map((lane, n) => ({ laneId: lane.laneId, head: jobOf(n, 0) }));
  await timed(`loading ${lanes} heads`, () => store.load(heads));
  await writeAll(
    'advances',
    store,
    (function* () {
      for (let k = 0; k <= followers; k++) {
        for (const [n, lane] of names.entries()) yield { ...of(lane), type: 'advance', resolved: jobOf(n, k) } as const;
      }
    })(),
    batch,
  );
}

async function dieAndTakeOver(store: PgLaneStore, lanes: number): Promise<void> {
  const epoch = (await store.takeOver([PARTITION])).get(PARTITION)!.epoch;
  const parks = (function* () {
    for (let n = 0; n < lanes; n++) {
      const jobs = [jobOf(n, 0)];
      yield {
        type: 'park',
        partition: PARTITION,
        epoch,
        lane: nameOf(n),
        row: FIRST_RUNG,
        trouble: TROUBLE,
        jobs,
      } as const;
    }
  })();
  await writeAll('parks', store, parks, 500);
  const before = process.memoryUsage.rss();
  for (let round = 1; round <= 3; round++) {
    await timed(`taking ${lanes} lanes over`, () => store.takeOver([PARTITION]));
  }
  console.log(`  memory grew by ${Math.round((process.memoryUsage.rss() - before) / 2 ** 20)} MiB`);
}

async function writeAll(what: string, store: PgLaneStore, writes: Iterable<FencedWrite>, batch: number): Promise<void> {
  const times: number[] = [];
  let count = 0;
  let pending: FencedWrite[] = [];
  const flush = async (): Promise<void> => {
    const began = performance.now();
    await store.write(pending);
    times.push(performance.now() - began);
    count += pending.length;
    pending = [];
  };
  for (const write of writes) {
    pending.push(write);
    if (pending.length === batch) await flush();
  }
  if (pending.length > 0) await flush();
  const seconds = times.reduce((sum, ms) => sum + ms, 0) / 1000;
  const rate = Math.round(count / seconds).toLocaleString('en-US');
  console.log(
    `${count} ${what}: ${rate} a second; a batch takes ${median(times).toFixed(1)} ms at the median, ` +
      `${percentile(times, 0.99).toFixed(1)} ms at p99, ${Math.max(...times).toFixed(1)} ms at most`,
  );
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<void> {
  const began = performance.now();
  await work();
  console.log(`${what}: ${Math.round(performance.now() - began)} ms`);
}

async function size(pool: ReturnType<typeof createLanePool>): Promise<void> {
  const { rows } = await pool.query<{ line: string }>(
    `SELECT format('  %s: %s with indexes %s, dead rows %s, updates %s of which HOT %s, vacuumed %s times', relname,
       pg_size_pretty(pg_table_size(relid)), pg_size_pretty(pg_total_relation_size(relid)), n_dead_tup, n_tup_upd,
       n_tup_hot_upd, autovacuum_count) AS line
     FROM pg_stat_user_tables WHERE relname IN ('lanes', 'parked_jobs', 'lane_epochs') ORDER BY relname`,
  );
  for (const { line } of rows) console.log(line);
}

function nameOf(n: number): LaneName {
  const callId = `call-${n}`;
  const laneId = laneIdOf('custom', PARTITION, ENDPOINT_ID, callId);
  return { laneId, endpointId: ENDPOINT_ID, callId };
}

/** The k-th job of lane n: of an event with an error, about a kilobyte. */
function jobOf(n: number, k: number): ParkedJob {
  const id = uuidOfName(`job ${n} ${k}`);
  const at = '2026-05-12T10:24:00.000Z';
  const error = { code: 'NETWORK_ERROR', message: 'no route', timestamp: at, where: 'connect', phase: 'CONNECTING' };
  const job: Job = {
    v: 1,
    deliveryId: id,
    endpoint: {
      id: ENDPOINT_ID,
      name: 'My receiver',
      endpointType: 'CUSTOM',
      target: 'https://receiver.example.com/webhook',
      contentKey: null,
    },
    authType: 'NONE',
    event: {
      eventId: uuidOfName(`event ${n} ${k}`),
      projectId: PROJECT_ID,
      eventType: 'OUTBOUND_CALL_ERROR',
      occurredAt: at,
      data: { callId: `call-${n}`, callStatus: 'CALLING', callSid: 'CA0123', clientId: 'client-1' },
      errors: [{ ...error, stacktrace: STACK }],
    },
    receivedAt: 1764000000000,
    configVersion: 1,
  };
  const mark = { epoch: PROJECT_ID, offset: k, ordinal: 1 };
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  return { id, offset: k * 1000 + (n % 1000), job, bytes: Buffer.byteLength(encodeJob(job)), mark, traceparent };
}
