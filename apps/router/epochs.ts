import type { Assignment } from '#libs/kafka';

/**
 * The routing epoch of each partition. It lives in the router's commit metadata and is made anew when there is no
 * commit (a new group, a topic made again, offsets out of range): fresh events then can never look like repeats.
 */
export class Epochs {
  private readonly byPartition = new Map<number, string>();

  constructor(
    private readonly assignment: Assignment,
    private readonly newEpoch: () => string,
  ) {}

  /**
   * The epoch to route with. A new one is committed, at the first record's offset, before anything is routed with it:
   * otherwise a crash right after would make another epoch, and the replay would pass for news.
   */
  async of(topic: string, partition: number, firstOffset: number): Promise<string> {
    const known = this.byPartition.get(partition);
    if (known !== undefined) return known;
    const committed = this.assignment.committed(topic, partition)?.metadata;
    const epoch = committed === undefined || committed === '' ? this.newEpoch() : committed;
    if (epoch !== committed) {
      await this.assignment.commit([{ topic, partition, offset: firstOffset, metadata: epoch }]);
    }
    this.byPartition.set(partition, epoch);
    return epoch;
  }
}
