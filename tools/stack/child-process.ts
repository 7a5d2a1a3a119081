import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export interface ChildOptions {
  /** Unique within a run. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Takes all it prints. */
  readonly logFile: string;
  readonly env?: Readonly<NodeJS.ProcessEnv>;
  /** Run as another user (as root only). */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Holds a note of the process while it runs, so that it can be ended when we are gone (tools/run-directory.mjs). */
  readonly runDir?: string;
  /** Lower ends first when we are gone; 1 when left out. */
  readonly order?: number;
  /** What ends it in good order; SIGTERM when left out. */
  readonly endWith?: NodeJS.Signals;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** The last lines that it printed, empty ones left out. */
  lastLines(count: number): string[];
  /** Resolves when it has ended, for whatever reason. */
  readonly exited: Promise<Exit>;
  running(): boolean;
  /** Asks it to end and kills it after `graceMs` (0: at once); resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
}

const LOG_KEPT_BYTES = 16 * 1024 * 1024;

/**
 * Starts a program in the background. It writes to its log file by itself, so that it goes on undisturbed when we are
 * killed, and stands in a process group of its own: a Ctrl-C in the terminal must not end it before we say so.
 * @throws Error when there is no such program, or it may not be run.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, command, args, logFile, user, runDir, endWith = 'SIGTERM', order = 1 } = options;
  mkdirSync(dirname(logFile), { recursive: true });
  if (existsSync(logFile) && statSync(logFile).size > LOG_KEPT_BYTES) renameSync(logFile, `${logFile}.1`);
  const log = openSync(logFile, 'a');
  const before = fstatSync(log).size;
  const child = spawn(command, args, {
    stdio: ['ignore', log, log],
    detached: true,
    env: options.env ?? process.env,
    ...user,
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(new Error(`${name} cannot be started (${cause.message})`, { cause })));
  });
  const pid = child.pid!;
  // Whoever started it stops it; until then it is no reason to stay alive.
  child.unref();
  const note = runDir === undefined ? null : join(runDir, `${name}.json`);
  if (runDir !== undefined && note !== null) {
    mkdirSync(runDir, { recursive: true });
    // The last argument tells it from any other program that may have its pid one day.
    writeFileSync(note, JSON.stringify({ name, pid, order, signal: endWith, command: args.at(-1) ?? command }));
  }
  const exited = new Promise<Exit>((resolve) =>
    child.once('exit', (code, signal) => {
      if (note !== null) rmSync(note, { force: true });
      resolve({ code, signal });
    }),
  );
  const running = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    name,
    pid,
    logFile,
    lastLines: (count) => lastLines(logFile, before, count),
    exited,
    running,
    stop: async (graceMs) => {
      if (!running()) return;
      if (graceMs > 0) child.kill(endWith);
      const killing = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(killing);
    },
  };
}

/** Runs a program to its end. @throws Error with the last lines it printed when it fails. */
export async function runToEnd(options: ChildOptions): Promise<void> {
  const child = await startChild(options);
  const exit = await child.exited;
  if (exit.code !== 0) throw new Error(`${describeExit(child.name, exit)}: ${child.lastLines(3).join(' | ')}`);
}

/** `router ended with exit code 1`, `router was killed by SIGKILL`. */
export function describeExit(name: string, { code, signal }: Exit): string {
  return signal === null ? `${name} ended with exit code ${code}` : `${name} was killed by ${signal}`;
}

function lastLines(logFile: string, from: number, count: number): string[] {
  return readFileSync(logFile)
    .subarray(from)
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count);
}
