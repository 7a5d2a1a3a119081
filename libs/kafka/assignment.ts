/** Another generation of the group began: the partitions may have another owner, so the commit was refused. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}

/** A topic-partition's commit; `offset` is the next one to read. */
export interface CommitEntry {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** At most 4,096 bytes (`offset.metadata.max.bytes` of the broker). */
  readonly metadata: string;
}

/** What one generation of the consumer group gave to this member. Every commit through it is fenced by it. */
export interface Assignment {
  readonly generation: number;
  readonly memberId: string;
  /** Partition numbers by topic. */
  readonly partitions: ReadonlyMap<string, readonly number[]>;
  /** The commit as it was when the assignment began; null when there was none. */
  committed(topic: string, partition: number): { readonly offset: number; readonly metadata: string } | null;
  /**
   * The next offset to be written, as it was when the assignment began: all that earlier owners had acknowledged lies
   * below it. (What one of them has under way may still land above it.)
   * @throws Error when the topic-partition is not of this assignment.
   */
  endOffset(topic: string, partition: number): number;
  /**
   * Resolves when the broker acknowledged the commit.
   * @throws FencedError when the generation is over; any other error means: not acknowledged, perhaps stored.
   */
  commit(entries: readonly CommitEntry[]): Promise<void>;
  /**
   * Resolves when the broker said that the generation still stands: nobody else had been given these partitions until
   * then.
   * @throws FencedError when it does not.
   */
  confirm(): Promise<void>;
}
