// node partition-order.js <brokers> <topic> <receiver>: delivers in the order of partitions, as most systems do that keep an
// order: each partition's records one after the other, six partitions at a time. No retries, no history.
import { subscribeBarely } from '../bare-consumer.js';
import { createBarePost } from '../bare-post.js';
import { PARTITIONS } from '../ground.js';

const [, , brokers = '', topic = '', origin = ''] = process.argv;
const { post } = createBarePost(origin, PARTITIONS);
const consumer = await subscribeBarely(brokers, topic, 'partition-order');
await consumer.run({
  partitionsConsumedConcurrently: PARTITIONS,
  eachMessage: ({ message: { value } }) => post(value!),
});
