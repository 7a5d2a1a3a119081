import { monotonicMs } from './arrivals.js';
import { cpuSecondsOf, peakMiBOf, residentMiBOf, writtenBytesOf } from './proc.js';

/** Of a process and its children (PostgreSQL has one a connection). */
export interface Usage {
  readonly cpuSeconds: number;
  /** Resident when the measurement began, in MiB: the service waits for work. */
  readonly restMiB: number;
  /** The most that was resident, in MiB. */
  readonly peakMiB: number;
  /** Written to the disk, in bytes. */
  readonly writtenBytes: number;
}

const SAMPLE_EVERY_MS = 50;
/** Reading the memory of a family of processes is dear. */
const MEMORY_EVERY = 10;

interface Sample {
  readonly at: number;
  readonly cpuSeconds: number;
  readonly writtenBytes: number;
}

interface Watched {
  readonly pid: number;
  readonly samples: Sample[];
  restMiB: number;
  peakMiB: number;
}

/** Notes what processes take, as Linux tells it under /proc; elsewhere it notes nothing. */
export class UsageMeter {
  private readonly watched = new Map<string, Watched>();
  private readonly timer = setInterval(() => this.sample(), SAMPLE_EVERY_MS).unref();
  private count = 0;

  watch(name: string, pid: number): void {
    this.watched.set(name, { pid, samples: [], restMiB: residentMiBOf(pid) ?? 0, peakMiB: 0 });
    this.sample();
  }

  /** What was used before this does not count. */
  restart(): void {
    for (const one of this.watched.values()) {
      one.samples.length = 0;
      one.restMiB = residentMiBOf(one.pid) ?? 0;
    }
    this.sample();
  }

  /** What was used until now, by name. @param from of monotonicMs; what is watched only later counts from there. */
  since(from: number): Record<string, Usage> {
    this.count = 0;
    this.sample();
    const usages: Record<string, Usage> = {};
    for (const [name, { samples, restMiB, peakMiB }] of this.watched) {
      const before = samples.findLast(({ at }) => at <= from) ?? samples[0];
      const last = samples.at(-1);
      if (before === undefined || last === undefined) continue;
      usages[name] = {
        cpuSeconds: last.cpuSeconds - before.cpuSeconds,
        writtenBytes: last.writtenBytes - before.writtenBytes,
        restMiB,
        peakMiB,
      };
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
      if (cpuSeconds !== null) {
        one.samples.push({ at: monotonicMs(), cpuSeconds, writtenBytes: writtenBytesOf(one.pid) ?? 0 });
      }
      if (withMemory) one.peakMiB = Math.max(one.peakMiB, peakMiBOf(one.pid) ?? 0);
    }
  }
}

/** CPU seconds of all parts for each 1,000 of something. */
export function cpuPerThousand(usage: Readonly<Record<string, Usage>>, count: number): number {
  return (Object.values(usage).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) * 1000) / count;
}
