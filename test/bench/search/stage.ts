import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { migrate } from '#libs/storage';
import { waitFor } from '#libs/testkit';
import { startChild, type Child } from '../../../tools/stack/child-process.js';
import { SERVICE_FLAGS } from '../../../tools/stack/node-flags.js';
import { freePort } from '../../../tools/stack/ports.js';
import { createDatabaseAt, postgresUrl, startEmbeddedPostgres } from '../../../tools/stack/postgres.js';
import { REPOSITORY } from '../../../tools/stack/repository.js';
import { fill } from './fill.js';
import type { Filled } from './requests.js';

/** The API over a filled history. */
export interface SearchStage extends Filled {
  readonly url: string;
  readonly token: string;
  /** Its URL. */
  readonly database: string;
  /** Of the database, in words. */
  readonly size: string;
  close(): Promise<void>;
}

const PASSWORD = 'bench';
const TOKEN = 'the-admin-token-of-the-benchmark';

interface StageOptions {
  readonly rows: number;
  /** Null: nothing stays. */
  readonly folder: string | null;
  readonly say: (text: string) => void;
}

/** The folder of this run, which is gone after it. */
function runFolder(): string {
  const dir = process.env['BENCH_DIR'];
  if (dir === undefined) throw new Error('BENCH_DIR is not set: start this with node tools/bench-search.mjs');
  return dir;
}

export async function setSearchStage({ rows, folder, say }: StageOptions): Promise<SearchStage> {
  const dir = folder === null ? runFolder() : resolve(folder);
  mkdirSync(dir, { recursive: true, mode: 0o711 });
  const runDir = join(runFolder(), 'run');
  const port = await freePort();
  const server = { dataDir: join(dir, 'postgres'), port, password: PASSWORD, shortLived: true, runDir };
  let postgres = await startEmbeddedPostgres(server);
  const admin = postgresUrl(port, PASSWORD, 'postgres');
  const database = postgresUrl(port, PASSWORD, 'bench');
  const note = join(dir, 'filled.json');
  if (!existsSync(note)) {
    // What is filled needs no log that outlives a crash.
    await tune(admin, { wal_level: 'minimal', max_wal_senders: '0', max_wal_size: '8GB', autovacuum: 'off' });
    await postgres.stop(30_000);
    postgres = await startEmbeddedPostgres(server);
    await createDatabaseAt(admin, 'bench');
    await migrate(database);
    const until = Date.now();
    const began = performance.now();
    await fill(database, { rows, until, say });
    say(`${rows.toLocaleString('en-US')} deliveries after ${((performance.now() - began) / 1000).toFixed(0)} s`);
    await tune(admin, { autovacuum: 'on' });
    writeFileSync(note, JSON.stringify({ rows, until } satisfies Filled));
  }
  const filled = JSON.parse(readFileSync(note, 'utf8')) as Filled;
  if (filled.rows !== rows)
    throw new Error(`${note} says that ${filled.rows} rows are there: ask for as many, or take another folder`);
  // What the sources have come to since.
  await migrate(database);
  const api = await startApi(database, runDir);
  return {
    ...filled,
    url: api.url,
    token: TOKEN,
    database,
    size: await sizeOf(database),
    close: async () => {
      await api.child.stop(10_000);
      await postgres.stop(60_000);
    },
  };
}

async function tune(url: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const [name, value] of Object.entries(settings)) await client.query(`ALTER SYSTEM SET ${name} = '${value}'`);
  await client.query('SELECT pg_reload_conf()');
  await client.end();
}

async function sizeOf(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ size: string }>(
    'SELECT pg_size_pretty(pg_database_size(current_database())) AS size',
  );
  await client.end();
  return rows[0]!.size;
}

/** Without a Kafka: nothing that is asked here needs one. */
async function startApi(database: string, runDir: string): Promise<{ readonly child: Child; readonly url: string }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { NODE_OPTIONS: _flags, ...env } = process.env;
  const child = await startChild({
    name: 'api',
    command: process.execPath,
    args: [...SERVICE_FLAGS, join(REPOSITORY, 'dist', 'apps', 'api', 'main.js')],
    logFile: join(runFolder(), 'api.log'),
    runDir,
    env: {
      ...env,
      API_PORT: String(port),
      DATABASE_URL: database,
      KAFKA_BROKERS: '127.0.0.1:1',
      ADMIN_TOKEN: TOKEN,
      SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
      API_RATE_LIMIT: '0',
      LOG_LEVEL: 'warn',
    },
  });
  await waitFor(
    'the API to reach its database',
    async () => {
      if (!child.running()) throw new Error(`the API ended: ${child.lastLines(3).join('\n')}`);
      const answer = await fetch(`${url}/v1/projects`, { headers: { authorization: `Bearer ${TOKEN}` } }).catch(
        () => null,
      );
      return answer?.ok === true;
    },
    { timeoutMs: 60_000 },
  );
  return { child, url };
}
