import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { monotonicMs } from './arrivals.js';

/** Of a process and its children (PostgreSQL has one a connection). */
export interface Usage {
  readonly cpuSeconds: number;
  /** The most that was resident, in MiB. */
  readonly peakMiB: number;
}

const SAMPLE_EVERY_MS = 50;
/** Reading the memory of a family of processes is dear. */
const MEMORY_EVERY = 10;

interface Watched {
  readonly pid: number;
  readonly samples: { at: number; cpuSeconds: number }[];
  peakMiB: number;
}

/** Notes what processes take, as Linux tells it under /proc; elsewhere it notes nothing. */
export class UsageMeter {
  private readonly watched = new Map<string, Watched>();
  private readonly timer = setInterval(() => this.sample(), SAMPLE_EVERY_MS).unref();
  private count = 0;

  watch(name: string, pid: number): void {
    this.watched.set(name, { pid, samples: [], peakMiB: 0 });
    this.sample();
  }

  /** What was used before this does not count. */
  restart(): void {
    for (const { samples } of this.watched.values()) samples.length = 0;
    this.sample();
  }

  /** What was used until now, by name. @param from of monotonicMs; what is watched only later counts from there. */
  since(from: number): Record<string, Usage> {
    this.count = 0;
    this.sample();
    const usages: Record<string, Usage> = {};
    for (const [name, { samples, peakMiB }] of this.watched) {
      const before = samples.findLast(({ at }) => at <= from) ?? samples[0];
      const last = samples.at(-1);
      if (before === undefined || last === undefined) continue;
      usages[name] = { cpuSeconds: last.cpuSeconds - before.cpuSeconds, peakMiB };
    }
    return usages;
  }

  close(): void {
    clearInterval(this.timer);
  }

  private sample(): void {
    const withMemory = this.count++ % MEMORY_EVERY === 0;
    for (const one of this.watched.values()) {
      const cpuSeconds = cpuSecondsOf(one.pid);
      if (cpuSeconds !== null) one.samples.push({ at: monotonicMs(), cpuSeconds });
      if (withMemory) one.peakMiB = Math.max(one.peakMiB, residentMiBOf(one.pid) ?? 0);
    }
  }
}

let ticks: number | undefined;

/** Clock ticks of /proc/<pid>/stat in a second. */
function ticksPerSecond(): number {
  ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return ticks;
}

/** proc_pid_stat(5): utime, stime, and of children that have ended cutime, cstime. */
function cpuSecondsOf(pid: number): number | null {
  const own = statOf(pid);
  if (own === null) return null;
  const children = childrenOf(pid).map((child) => statOf(child)?.own ?? 0);
  return (own.own + own.ended + children.reduce((sum, one) => sum + one, 0)) / ticksPerSecond();
}

function statOf(pid: number): { own: number; ended: number } | null {
  const text = read(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The program's name stands in parentheses and may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return { own: field(14) + field(15), ended: field(16) + field(17) };
}

/** A single process: its peak by the kernel's own account. A family: its sum now, shared pages counted once. */
function residentMiBOf(pid: number): number | null {
  const children = childrenOf(pid);
  if (children.length === 0) return kibibytes(read(`/proc/${pid}/status`), 'VmHWM');
  const shares = [pid, ...children].map((one) => kibibytes(read(`/proc/${one}/smaps_rollup`), 'Pss') ?? 0);
  return shares.reduce((sum, one) => sum + one, 0);
}

function childrenOf(pid: number): number[] {
  const text = read(`/proc/${pid}/task/${pid}/children`)?.trim() ?? '';
  return text === '' ? [] : text.split(' ').map(Number);
}

function kibibytes(text: string | null, field: string): number | null {
  const value = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text ?? '')?.[1];
  return value === undefined ? null : Number(value) / 1024;
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null; // it has ended, or this is no Linux
  }
}
