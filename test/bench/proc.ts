import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/* What Linux tells under /proc of a process and its children (PostgreSQL has one a connection); elsewhere it is null. */

let ticks: number | undefined;

/** Clock ticks of /proc/<pid>/stat in a second. */
function ticksPerSecond(): number {
  ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return ticks;
}

/** User and system time so far. proc_pid_stat(5): utime, stime, and of children that have ended cutime, cstime. */
export function cpuSecondsOf(pid: number): number | null {
  const own = statOf(pid);
  if (own === null) return null;
  const children = childrenOf(pid).map((child) => statOf(child)?.own ?? 0);
  return (own.own + own.ended + sum(children)) / ticksPerSecond();
}

/**
 * Bytes that it caused to be written to a disk, by the kernel's account (proc_pid_io(5), write_bytes): counted when a page
 * of a file becomes dirty, so what is only written again in the page cache counts once. Those of children that have
 * ended are in their parent's.
 */
export function writtenBytesOf(pid: number): number | null {
  const own = writeBytes(pid);
  return own === null ? null : own + sum(childrenOf(pid).map((child) => writeBytes(child) ?? 0));
}

/** Resident now, in MiB. Of a family pages that are shared count once. */
export function residentMiBOf(pid: number): number | null {
  return childrenOf(pid).length === 0 ? statusMiB(pid, 'VmRSS') : familyMiBOf(pid);
}

/** The most that was resident, in MiB. A single process: by the kernel's own account. A family: its sum now. */
export function peakMiBOf(pid: number): number | null {
  return childrenOf(pid).length === 0 ? statusMiB(pid, 'VmHWM') : familyMiBOf(pid);
}

function familyMiBOf(pid: number): number {
  return sum([pid, ...childrenOf(pid)].map((one) => kibibytes(read(`/proc/${one}/smaps_rollup`), 'Pss') ?? 0));
}

function statusMiB(pid: number, field: string): number | null {
  return kibibytes(read(`/proc/${pid}/status`), field);
}

function statOf(pid: number): { own: number; ended: number } | null {
  const text = read(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The program's name stands in parentheses and may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return { own: field(14) + field(15), ended: field(16) + field(17) };
}

function writeBytes(pid: number): number | null {
  const value = /^write_bytes: (\d+)$/m.exec(read(`/proc/${pid}/io`) ?? '')?.[1];
  return value === undefined ? null : Number(value);
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

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
