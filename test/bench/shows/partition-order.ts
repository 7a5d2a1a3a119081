// node partition-order.js <brokers> <topic> <receiver>: delivers in the order of partitions, as most systems do that keep an
// order: each partition's records one after the other, six partitions at a time. No retries, no history.
import { createKafka } from '#libs/kafka';
import { SILENT_LOG } from '../../../tools/stack/kafka-address.js';
import { createBarePost } from '../bare-post.js';
import { PARTITIONS } from '../ground.js';

const [, , brokers = '', topic = '', origin = ''] = process.argv;
const groupId = 'partition-order';
const { post } = createBarePost(origin, PARTITIONS);
const kafka = createKafka({ brokers: brokers.split(','), clientId: groupId, tls: false, log: SILENT_LOG });
const consumer = kafka.consumer({ groupId });
consumer.on(consumer.events.CRASH, ({ payload }) => {
  console.error(payload.error);
  if (!payload.restart) process.exit(1);
});
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  partitionsConsumedConcurrently: PARTITIONS,
  eachMessage: ({ message: { value } }) => post(value!),
});
