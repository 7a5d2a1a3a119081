import { createKafka } from '#libs/kafka';
import type { Consumer, ConsumerConfig } from 'kafkajs';
import { SILENT_LOG } from '../../tools/stack/kafka-address.js';

export interface BareConsumer {
  readonly brokers: string;
  readonly topic: string;
  readonly groupId: string;
  onValue(value: Buffer, key: Buffer | null, partition: number): Promise<void> | void;
  /** Once for each batch, after its last value. */
  onBatchEnd?(): Promise<void>;
  /** What the broker gathers before it answers, and for how long; as kafkajs has it when left out. */
  readonly gathered?: Pick<ConsumerConfig, 'minBytes' | 'maxWaitTimeInMs'>;
}

/** Consumes with kafkajs and no more: what anybody would write who asks for neither order nor history. */
export async function consumeBarely(options: BareConsumer): Promise<void> {
  const { brokers, topic, groupId, onValue, onBatchEnd, gathered } = options;
  const consumer = await subscribeBarely(brokers, topic, groupId, gathered);
  await consumer.run({
    partitionsConsumedConcurrently: 6,
    eachBatch: async ({ batch }) => {
      for (const { value, key } of batch.messages) {
        const waiting = onValue(value!, key, batch.partition);
        if (waiting !== undefined) await waiting;
      }
      await onBatchEnd?.();
    },
  });
  // A group whose member went without a word would keep the next one waiting.
  process.once('SIGTERM', () => void consumer.disconnect().then(() => process.exit()));
}

/** A consumer that has yet to be run. When it ends for good, so does the process. */
export async function subscribeBarely(
  brokers: string,
  topic: string,
  groupId: string,
  gathered: BareConsumer['gathered'] = {},
): Promise<Consumer> {
  const kafka = createKafka({ brokers: brokers.split(','), clientId: groupId, tls: false, log: SILENT_LOG });
  const consumer = kafka.consumer({ groupId, ...gathered });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    console.error(payload.error);
    if (!payload.restart) process.exit(1);
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  return consumer;
}
