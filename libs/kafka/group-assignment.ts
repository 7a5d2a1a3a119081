import type ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';
import type { GroupOffsets } from 'kafkajs/src/consumer/consumerGroup.js';
import { FencedError, type Assignment, type CommitEntry } from './assignment.js';

/** Broker errors that say: this member, in this generation, may not commit any more. */
const FENCED = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS', 'FENCED_INSTANCE_ID']);

type Committed = ReadonlyMap<string, { readonly offset: number; readonly metadata: string }>;

/** One generation's assignment, with the positions that reading has reached. */
export class GroupAssignment implements Assignment {
  private readonly positions = new Map<string, number>();
  private ended = false;

  /** @param offsets kafkajs' own, made anew for each generation: a commit through it carries this generation's id. */
  constructor(
    readonly generation: number,
    readonly memberId: string,
    readonly partitions: ReadonlyMap<string, readonly number[]>,
    private readonly commits: Committed,
    private readonly offsets: GroupOffsets,
  ) {}

  committed(topic: string, partition: number): { readonly offset: number; readonly metadata: string } | null {
    return this.commits.get(place(topic, partition)) ?? null;
  }

  // Not through kafkajs' consumer.commitOffsets: that returns without committing when the runner stops, and retries
  // a commit across generations, past the fence.
  async commit(entries: readonly CommitEntry[]): Promise<void> {
    if (this.ended) throw new FencedError(`generation ${this.generation} is over; nothing was committed`);
    const topics = new Map<string, { partition: number; offset: string; metadata: string }[]>();
    for (const { topic, partition, offset, metadata } of entries) {
      const partitions = topics.get(topic) ?? [];
      topics.set(topic, partitions);
      partitions.push({ partition, offset: String(offset), metadata });
    }
    try {
      await this.offsets.commitOffsets({ topics: [...topics].map(([topic, partitions]) => ({ topic, partitions })) });
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

/** The assignment that the group just got, with the commits as they are now. */
export async function readAssignment(group: ConsumerGroup): Promise<GroupAssignment> {
  const { generationId, memberId, offsetManager, groupId } = group;
  if (generationId === null || memberId === null || offsetManager === null) {
    throw new Error('kafkajs joined a group without a generation, a member id and offsets');
  }
  const assigned = group.assigned().filter(({ partitions }) => partitions.length > 0);
  const commits = new Map<string, { offset: number; metadata: string }>();
  if (assigned.length > 0) {
    const { responses } = await group.coordinator.offsetFetch({
      groupId,
      topics: assigned.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map((partition) => ({ partition })),
      })),
    });
    for (const { topic, partitions } of responses) {
      for (const { partition, offset, metadata } of partitions) {
        if (Number(offset) >= 0)
          commits.set(place(topic, partition), { offset: Number(offset), metadata: metadata ?? '' });
      }
    }
  }
  const partitions = new Map(assigned.map(({ topic, partitions }) => [topic, partitions]));
  return new GroupAssignment(generationId, memberId, partitions, commits, offsetManager);
}

function place(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
