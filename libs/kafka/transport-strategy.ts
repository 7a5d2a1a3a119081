import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { GroupConsumer } from './group-consumer.js';
import type { GroupConsumerHandlers, GroupConsumerOptions } from './group-consumer-options.js';
import type { RecordBatch } from './records.js';

export type StrategyOptions = Omit<GroupConsumerOptions, 'topics' | 'handlers'> & {
  /** What to do around hand-overs. */
  readonly lifecycle?: Omit<GroupConsumerHandlers, 'onBatch'>;
};

/**
 * Kafka for ordinary Nest microservices: an `@EventPattern('<topic>')` handler gets whole `RecordBatch`es of its topic.
 * Nest's own Kafka transport hands out single messages and commits those nobody handles, so it can keep no order.
 * Offsets are not committed here: that is the handlers' business, through `batch.assignment`.
 */
export class KafkaBatchStrategy extends Server implements CustomTransportStrategy {
  /** A failing handler is our consumer's business: the batch comes again. */
  override readonly propagatesEventHandlerErrors: boolean = true;
  private readonly consumer: GroupConsumer;
  private readonly topics: string[] = [];

  constructor(options: StrategyOptions) {
    super();
    const { lifecycle, ...rest } = options;
    // The topics are known when Nest has registered the handlers, just before `listen`.
    this.consumer = new GroupConsumer({
      ...rest,
      topics: this.topics,
      handlers: { ...lifecycle, onBatch: (batch) => this.dispatch(batch) },
    });
  }

  listen(callback: (error?: unknown) => void): void {
    this.topics.push(...this.messageHandlers.keys());
    // Not awaited: a service whose Kafka is away is up, says so in its readiness, and joins when it can.
    void this.consumer.start();
    callback();
  }

  async close(): Promise<void> {
    await this.consumer.stop();
  }

  on(): never {
    throw new Error('KafkaBatchStrategy emits no events; use the lifecycle option');
  }

  unwrap<T = GroupConsumer>(): T {
    return this.consumer as T;
  }

  private async dispatch(batch: RecordBatch): Promise<void> {
    const handler = this.getHandlerByPattern(batch.topic);
    if (handler === null) throw new Error(`no handler for topic ${batch.topic}`);
    const result = this.transformToObservable(await handler(batch));
    await lastValueFrom(result, { defaultValue: undefined });
  }
}
