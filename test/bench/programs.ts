import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { describeExit, startChild, type Child } from '../../tools/stack/child-process.js';
import { errorIn } from '../../tools/stack/error-in-log.js';
import { SERVICE_FLAGS } from '../../tools/stack/node-flags.js';
import { freePort } from '../../tools/stack/ports.js';
import { REPOSITORY } from '../../tools/stack/repository.js';
import { readyOrStopped } from '../../tools/stack/until-ready.js';
import { monotonicMs } from './arrivals.js';
import { PARTITIONS, type Ground } from './ground.js';

export type ServiceName = 'router' | 'delivery-custom' | 'recorder';

/** Of all services: it opens what is sealed in the database. */
export const SECRETS_KEY = randomBytes(32).toString('base64');

export interface ServiceOptions {
  /** See --profile. */
  readonly profileDir?: string | undefined;
  /** More settings. */
  readonly env?: Readonly<Record<string, string>>;
  /** Of the process, when there are several; the service's when left out. */
  readonly processName?: string;
  /** Its start-up is over: it listens, and is about to join its group. */
  onLive?(child: Child): void;
}

/** Starts one of the product's services as it is deployed, and resolves when it is ready. */
export async function startService(ground: Ground, name: ServiceName, options: ServiceOptions = {}): Promise<Child> {
  return (await startServiceAt(ground, name, options)).child;
}

/** The same, and where its metrics are. */
export async function startServiceAt(
  ground: Ground,
  name: ServiceName,
  options: ServiceOptions = {},
): Promise<{ readonly child: Child; readonly port: number }> {
  const { profileDir, onLive, env, processName = name } = options;
  const port = await freePort();
  const child = await startChild({
    name: processName,
    command: process.execPath,
    args: [
      ...SERVICE_FLAGS,
      ...(profileDir === undefined
        ? []
        : ['--cpu-prof', '--cpu-prof-dir', profileDir, `--cpu-prof-name=${processName}.cpuprofile`]),
      join(REPOSITORY, 'dist', 'apps', name, 'main.js'),
    ],
    logFile: join(ground.dir, 'logs', `${processName}.log`),
    env: {
      ...process.env,
      KAFKA_BROKERS: ground.brokers,
      DATABASE_URL: ground.databaseUrl,
      PARTITIONS: String(PARTITIONS),
      HEALTH_PORT: String(port),
      SECRETS_KEY,
      ALLOW_HTTP_TARGETS: 'true',
      ALLOW_PRIVATE_TARGETS: 'true',
      NODE_ENV: 'production',
      ...ground.serviceEnv,
      ...env,
    },
    runDir: ground.runDir,
  });
  let live = false;
  await readyOrStopped(child, async () => {
    const answer = await askHealth(port);
    if (answer !== null && !live) {
      live = true;
      onLive?.(child);
    }
    return answer?.ok ?? false;
  });
  return { child, port };
}

/** null: it does not listen yet. */
async function askHealth(port: number): Promise<Response | null> {
  return fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(5000) }).catch(() => null);
}

/** Starts a program of this folder. @param name of its process; @param file without `.js`. */
export function startOwn(ground: Ground, name: string, file: string, args: readonly string[]): Promise<Child> {
  return startChild({
    name,
    command: process.execPath,
    args: [join(import.meta.dirname, `${file}.js`), ...args],
    logFile: join(ground.dir, 'logs', `${name}.log`),
    runDir: ground.runDir,
  });
}

const ASK_EVERY_MS = 20;

/**
 * Asks until the number is reached.
 * @param patienceMs how long it may stand still.
 * @throws Error when it stands still, or when one of the processes ends.
 */
export async function untilCount(
  what: string,
  wanted: number,
  count: () => Promise<number>,
  processes: readonly Child[],
  patienceMs = 20_000,
): Promise<void> {
  let [last, movedAt] = [-1, monotonicMs()];
  for (;;) {
    const now = await count();
    if (now >= wanted) return;
    for (const child of processes) {
      if (child.running()) continue;
      const exit = await child.exited;
      const lines = child.lastLines(50);
      throw new Error(`${describeExit(child.name, exit)}: ${errorIn(lines, exit) ?? lines.slice(-3).join(' | ')}`);
    }
    if (now !== last) [last, movedAt] = [now, monotonicMs()];
    else if (monotonicMs() - movedAt > patienceMs) {
      const logs = processes.flatMap((child) => child.lastLines(1).map((line) => `${child.name}: ${line}`)).join(' | ');
      throw new Error(`${now} of ${wanted} ${what}, and no more for ${patienceMs / 1000} s (${logs})`);
    }
    await after(ASK_EVERY_MS);
  }
}

/** Ends them in good order, all at a time. */
export async function stopAll(processes: readonly Child[]): Promise<void> {
  await Promise.all(processes.map((child) => child.stop(20_000)));
}
