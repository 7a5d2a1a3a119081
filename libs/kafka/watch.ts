import type ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';
import type { Heartbeats } from './heartbeats.js';

/** How many session time-outs a member may hear nothing: after one the group has dropped it, the second is to be told so. */
const SESSIONS_OF_SILENCE = 2;

export interface WatchOptions {
  readonly heartbeats: Heartbeats;
  readonly sessionTimeoutMs: number;
  /** How often it looks, in milliseconds. */
  readonly everyMs: number;
  /** Kafka has been silent for too long. Told once a tenure. */
  onSilence(why: Error): void;
}

/**
 * Watches over a member that seems to be well. kafkajs ends no connection whose other side has vanished without a word,
 * and tries a fetch that fails for ever, saying nothing: such a member would read nothing until somebody wonders.
 */
export class Watch {
  private timer: NodeJS.Timeout | null = null;
  private group: ConsumerGroup | null = null;
  /** Since when a fetch has been wanted, by the broker's id; tries that failed in between do not count. Unix milliseconds. */
  private readonly wanted = new Map<string, number>();

  constructor(private readonly options: WatchOptions) {}

  /** A tenure begins. */
  begin(group: ConsumerGroup): void {
    this.end();
    this.group = group;
    this.timer = setInterval(() => this.look(), this.options.everyMs);
  }

  end(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.group = null;
    this.wanted.clear();
  }

  fetchWanted(nodeId: string): void {
    if (this.group !== null && !this.wanted.has(nodeId)) this.wanted.set(nodeId, Date.now());
  }

  fetchAnswered(nodeId: string): void {
    this.wanted.delete(nodeId);
  }

  /** How long the fetch that has waited longest has waited, in milliseconds; 0 when none waits. */
  fetchAgeMs(): number {
    if (this.wanted.size === 0) return 0;
    // A broker that is gone from the cluster is asked no more.
    const brokers = this.group?.getNodeIds() ?? [];
    const since = [...this.wanted].filter(([nodeId]) => brokers.includes(nodeId)).map(([, at]) => at);
    return since.length === 0 ? 0 : Date.now() - Math.min(...since);
  }

  private look(): void {
    const { heartbeats, sessionTimeoutMs, onSilence } = this.options;
    const mostMs = SESSIONS_OF_SILENCE * sessionTimeoutMs;
    // A member that the group has dropped is about to hear of it; -Infinity is no silence.
    const heardAt = heartbeats.lastHeardAt;
    const unheardMs = heardAt === -Infinity ? 0 : Date.now() - heardAt;
    const fetchMs = this.fetchAgeMs();
    if (Math.max(unheardMs, fetchMs) < mostMs) return;
    this.end();
    const what = unheardMs >= mostMs ? `heartbeat for ${unheardMs} ms` : `fetch for ${fetchMs} ms`;
    onSilence(new Error(`Kafka has answered no ${what}: connecting anew`));
  }
}
