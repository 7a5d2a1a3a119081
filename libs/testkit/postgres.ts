import { join } from 'node:path';
import { freePort } from '../../tools/stack/ports.js';
import { createDatabaseAt, postgresUrl, startEmbeddedPostgres } from '../../tools/stack/postgres.js';
import { onceInRun, processesOfRun, testRunDir, uniqueName } from './test-run.js';

export interface TestPostgres {
  /** Of the database `postgres`, as superuser; the same after a restart. */
  readonly url: string;
  readonly port: number;
  restart(): Promise<void>;
  /** SIGKILL: as by a power cut. */
  kill(): Promise<void>;
  /** Orderly; `start` brings it back. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

const PASSWORD = 'test';

/** A real PostgreSQL 18 of the spec's own, for what would disturb others. It ends with the run, or with `stop`. */
export async function startPostgres(): Promise<TestPostgres> {
  const name = uniqueName('postgres');
  const dataDir = join(testRunDir(), name);
  const port = await freePort();
  const start = () =>
    startEmbeddedPostgres({ name, dataDir, port, password: PASSWORD, shortLived: true, runDir: processesOfRun() });
  let server = await start();
  const stop = () => server.stop(10_000);
  return {
    url: postgresUrl(port, PASSWORD, 'postgres'),
    port,
    stop,
    start: async () => {
      server = await start();
    },
    restart: async () => {
      await stop();
      server = await start();
    },
    kill: () => server.stop(0),
  };
}

/** The URL of a new, empty database in the server that all specs of the run share. */
export async function createDatabase(): Promise<string> {
  const server = await onceInRun('shared-postgres', async () => (await startPostgres()).url);
  return createDatabaseOn(server);
}

/** The URL of a new, empty database in that server. @param server a TestPostgres' url */
export async function createDatabaseOn(server: string): Promise<string> {
  const name = uniqueName('db');
  await createDatabaseAt(server, name);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
