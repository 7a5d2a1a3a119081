import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { runToEnd, startChild, type Child } from './child-process.js';
import { makeOnce } from './make-once.js';
import { postgresHome, type PostgresHome } from './postgres-home.js';
import { readyOrStopped } from './until-ready.js';

export interface EmbeddedPostgresOptions {
  /** Tells it from others of its kind in one run; `postgres` when left out. */
  readonly name?: string;
  /** Holds the cluster and its log file. */
  readonly dataDir: string;
  readonly port: number;
  /** Of the superuser `postgres`; taken when the cluster is made. */
  readonly password: string;
  /** Trade safety in a crash of the machine for speed. For tests. */
  readonly shortLived?: boolean;
  readonly runDir?: string;
  /** Told what a person should know, such as a folder other than the expected. */
  readonly say?: (text: string) => void;
}

const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
  'shared_buffers=64MB',
];
// What was committed outlives the server's death, as tests count on, but not the machine's.
const SHORT_LIVED_SETTINGS = ['fsync=off', 'full_page_writes=off'];

/** Starts PostgreSQL 18 and resolves when it answers; makes its cluster once. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<Child> {
  const { port, password, runDir } = options;
  const home = await postgresHome(options.dataDir, options.say ?? (() => undefined));
  const logFile = join(options.dataDir, 'postgres.log');
  const cluster = join(home.dataDir, 'cluster');
  await makeOnce(cluster, (unfinished) => makeCluster(home, unfinished, password, logFile));
  const settings = [...SETTINGS, ...(options.shortLived ? SHORT_LIVED_SETTINGS : []), `port=${port}`];
  const child = await startChild({
    name: options.name ?? 'postgres',
    command: home.postgres,
    args: [...settings.flatMap((setting) => ['-c', setting]), '-D', cluster],
    logFile,
    ...(home.user === undefined ? {} : { user: home.user }),
    ...(runDir === undefined ? {} : { runDir }),
    // "Fast": rolls open transactions back instead of waiting for clients to leave.
    endWith: 'SIGINT',
    order: 3,
  });
  return readyOrStopped(child, () => answers(postgresUrl(port, password, 'postgres')));
}

export function postgresUrl(port: number, password: string, database: string): string {
  return `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

/** Creates the database unless it is there. @param serverUrl of any database of that server. */
export async function createDatabaseAt(serverUrl: string, name: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

async function makeCluster(home: PostgresHome, dir: string, password: string, logFile: string): Promise<void> {
  const passwordFile = join(dirname(dir), 'password');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (home.user !== undefined) {
    await chown(dir, home.user.uid, home.user.gid);
    await chown(passwordFile, home.user.uid, home.user.gid);
  }
  try {
    await runToEnd({
      name: 'initdb',
      command: home.initdb,
      // The built-in locale is the same on every machine, whatever locales it has installed.
      args: [
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--encoding=UTF8',
        '--auth=scram-sha-256',
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--no-sync',
        '-D',
        dir,
      ],
      logFile,
      ...(home.user === undefined ? {} : { user: home.user }),
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** True when it takes a query: a cluster that recovers from a crash accepts connections some time before. */
async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined); // the next question will tell
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
