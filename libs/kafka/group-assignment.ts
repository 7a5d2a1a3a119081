import type { GroupOffsets } from 'kafkajs/src/consumer/consumerGroup.js';
import { FencedError, type Assignment, type CommitEntry } from './assignment.js';

/** Broker errors that say: this member, in this generation, may not commit any more. */
const FENCED = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS', 'FENCED_INSTANCE_ID']);

/** What an assignment begins with; maps are by `place`. */
export interface Beginning {
  readonly commits: ReadonlyMap<string, { readonly offset: number; readonly metadata: string }>;
  readonly ends: ReadonlyMap<string, number>;
  /** kafkajs' own, made anew for each generation: a commit through it carries this generation's id. */
  readonly offsets: GroupOffsets;
  /** One heartbeat in the name of this generation. */
  heartbeat(): Promise<void>;
}

/** One generation's assignment, with the positions that reading has reached. */
export class GroupAssignment implements Assignment {
  private readonly positions = new Map<string, number>();
  /** The last acknowledged commits of this generation. */
  private readonly acknowledged = new Map<string, number>();
  private ended = false;

  constructor(
    readonly generation: number,
    readonly memberId: string,
    readonly partitions: ReadonlyMap<string, readonly number[]>,
    private readonly beginning: Beginning,
  ) {}

  committed(topic: string, partition: number): { readonly offset: number; readonly metadata: string } | null {
    return this.beginning.commits.get(place(topic, partition)) ?? null;
  }

  endOffset(topic: string, partition: number): number {
    const end = this.beginning.ends.get(place(topic, partition));
    if (end === undefined) throw new Error(`${place(topic, partition)} is not of generation ${this.generation}`);
    return end;
  }

  // Not through kafkajs' consumer.commitOffsets: that returns without committing when the runner stops, and retries
  // a commit across generations, past the fence.
  async commit(entries: readonly CommitEntry[]): Promise<void> {
    const topics = new Map<string, { partition: number; offset: string; metadata: string }[]>();
    for (const { topic, partition, offset, metadata } of entries) {
      const partitions = topics.get(topic) ?? [];
      topics.set(topic, partitions);
      partitions.push({ partition, offset: String(offset), metadata });
    }
    await this.fenced(() =>
      this.beginning.offsets.commitOffsets({
        topics: [...topics].map(([topic, partitions]) => ({ topic, partitions })),
      }),
    );
    for (const { topic, partition, offset } of entries) this.acknowledged.set(place(topic, partition), offset);
  }

  /**
   * How many records of each topic lie above this member's commits, as Kafka counts lag.
   * @param ends the next offset to be written, by `place`, as it is now.
   */
  lag(ends: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    const lags = new Map<string, number>();
    for (const [topic, numbers] of this.partitions) {
      let lag = 0;
      for (const partition of numbers) {
        const at = place(topic, partition);
        const committed = this.acknowledged.get(at) ?? this.committed(topic, partition)?.offset ?? 0;
        lag += Math.max(0, (ends.get(at) ?? committed) - committed);
      }
      lags.set(topic, lag);
    }
    return lags;
  }

  confirm(): Promise<void> {
    return this.fenced(() => this.beginning.heartbeat());
  }

  private async fenced(ask: () => Promise<void>): Promise<void> {
    if (this.ended) throw new FencedError(`generation ${this.generation} is over; nothing was committed`);
    try {
      await ask();
    } catch (error) {
      const type = (error as { type?: string }).type;
      if (type !== undefined && FENCED.has(type)) {
        throw new FencedError(`generation ${this.generation} is over (${type}); nothing was committed`, {
          cause: error,
        });
      }
      throw error;
    }
  }

  /** True when a batch that begins at `offset` is the next one of the topic-partition. */
  expects(topic: string, partition: number, offset: number): boolean {
    const at = this.positions.get(place(topic, partition)) ?? this.committed(topic, partition)?.offset;
    return this.partitions.get(topic)?.includes(partition) === true && (at === undefined || at === offset);
  }

  moveTo(topic: string, partition: number, offset: number): void {
    this.positions.set(place(topic, partition), offset);
  }

  /** kafkajs read records that it hands to nobody. Batches of another generation or position move nothing. */
  passOver(batch: { topic: string; partition: number; firstOffset: string; lastOffset: string }): void {
    const { topic, partition, firstOffset, lastOffset } = batch;
    if (this.expects(topic, partition, Number(firstOffset))) this.moveTo(topic, partition, Number(lastOffset) + 1);
  }

  end(): void {
    this.ended = true;
  }
}

/** Names a topic-partition. */
export function place(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
