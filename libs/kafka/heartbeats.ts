import type ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';

/**
 * A member's own heartbeats. kafkajs sends one between two batches only: a drain, or a handler that takes long, would
 * cost the membership before its work is committed.
 */
export class Heartbeats {
  private timer: NodeJS.Timeout | null = null;
  private heardAt = -Infinity;

  constructor(private readonly intervalMs: number) {}

  /** Unix milliseconds of the newest request that the coordinator answered to a member; -Infinity when we are none. */
  get lastHeardAt(): number {
    return this.heardAt;
  }

  /** The group has just taken us in. Resolves after the first heartbeat. */
  async begin(group: ConsumerGroup): Promise<void> {
    this.end();
    this.timer = setInterval(() => void this.beat(group), this.intervalMs);
    await this.beat(group);
  }

  end(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  private async beat({ coordinator, groupId, memberId, generationId }: ConsumerGroup): Promise<void> {
    if (memberId === null || generationId === null) return;
    const { timer } = this;
    // The moment of asking, not of the answer: a process that was stopped in between learns of it too late.
    const askedAt = Date.now();
    let heard = true;
    let lost = false;
    try {
      await coordinator.heartbeat({ groupId, memberId, groupGenerationId: generationId });
    } catch (error) {
      const { type } = error as { type?: string };
      lost = type === 'UNKNOWN_MEMBER_ID' || type === 'ILLEGAL_GENERATION';
      // The group waits for us to join again, and until then we are its member. Any other error: not heard.
      heard = type === 'REBALANCE_IN_PROGRESS';
    }
    if (timer !== this.timer) return;
    if (lost) this.heardAt = -Infinity;
    else if (heard) this.heardAt = Math.max(this.heardAt, askedAt);
  }
}
