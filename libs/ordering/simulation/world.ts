import { decodeProgress } from '../ledger-metadata.js';
import type { Ladder, Mark } from '../index.js';
import type { Break } from './breaks.js';
import type { ModelCommand, ModelJob, ModelWakeUp } from './job.js';
import { LaneTable } from './lane-table.js';
import { Oracles } from './oracles.js';

/** Two rungs are enough to tell a rung from an attempt: the second serves attempts 2 to 6. */
export const LADDER: Ladder = [10, 30];

export const MAIN = 'deliveries';
export const COMMANDS = 'commands';
export const RUNGS = LADDER.map((_, index) => `retry.${index + 1}`);
export const TOPICS = [MAIN, ...RUNGS, COMMANDS];

export interface Commit {
  readonly offset: number;
  readonly metadata: string;
  readonly bitmap: Uint8Array;
}

export function commitOf(offset: number, metadata: string): Commit {
  return { offset, metadata, bitmap: decodeProgress(metadata).bitmap };
}

/** What a ledger made of this commit takes for finished. */
export function isFinished({ offset: point, bitmap }: Commit, offset: number): boolean {
  if (offset < point) return true;
  const bit = offset - (point - (point % 8));
  return ((bitmap[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
}

/** Everything that outlives a crash, of one partition number: Kafka, Postgres, the receiver, the clock. */
export class World {
  /** Milliseconds; it passes when somebody lets it. */
  clock = 0;
  /** Of the consumer group: the owner of the latest one may commit. */
  generation = 0;
  commits: ReadonlyMap<string, Commit> = new Map(TOPICS.map((topic) => [topic, commitOf(0, '')]));
  readonly rungs: readonly ModelWakeUp[][] = LADDER.map(() => []);
  readonly commands: ModelCommand[] = [];
  readonly table: LaneTable;
  readonly oracles: Oracles;
  /** What happened, a line an action; null when nobody will read it. */
  readonly story: string[] | null;

  constructor(
    readonly log: readonly ModelJob[],
    readonly broken: Break | null,
    readonly coverage: Map<string, number>,
    options: { readonly tell: boolean; readonly only: string | null },
  ) {
    this.table = new LaneTable(broken);
    this.oracles = new Oracles(this, options.only);
    this.story = options.tell ? [] : null;
  }

  say(words: () => string): void {
    this.story?.push(`${String(this.clock).padStart(4)}  ${words()}`);
  }

  count(event: string): void {
    this.coverage.set(event, (this.coverage.get(event) ?? 0) + 1);
  }

  end(topic: string): number {
    if (topic === MAIN) return this.log.length;
    return topic === COMMANDS ? this.commands.length : this.rungs[RUNGS.indexOf(topic)]!.length;
  }

  /** Progress of all topics at once. @returns false: refused, there is a newer generation. */
  commit(generation: number, progress: ReadonlyMap<string, Commit>): boolean {
    if (generation !== this.generation && this.broken !== 'no generation check') return false;
    this.commits = progress;
    this.oracles.rowsHaveTheirWakeUps();
    return true;
  }

  isCommitted(topic: string, offset: number): boolean {
    return isFinished(this.commits.get(topic)!, offset);
  }

  /** The first record of each job, by lane, in emitted order. */
  copies(lane: string): readonly ModelJob[] {
    this.byLane ??= Map.groupBy(
      this.log.filter((job, index) => this.log.findIndex(({ name }) => name === job.name) === index),
      (job) => job.lane,
    );
    return this.byLane.get(lane) ?? [];
  }
  private byLane: Map<string, ModelJob[]> | undefined;

  laneNames(): string[] {
    return [...new Set(this.log.map(({ lane }) => lane))];
  }
}

/** The highest mark of what was read, in place of the one at the commit point. */
export function withMark({ offset, metadata }: Commit, mark: Mark | null): Commit {
  if (mark === null) return commitOf(offset, metadata);
  return commitOf(offset, `1;${mark.epoch}:${mark.offset}:${mark.ordinal};${metadata.split(';')[2] ?? ''}`);
}
