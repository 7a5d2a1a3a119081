// node bare-loop.js <brokers> <topic> <receiver>: the bare loop that the product is measured against. It consumes a topic
// and posts every value as it is: no order, no history, no settings.
import { consumeBarely } from './bare-consumer.js';
import { createBoundedPost } from './bare-post.js';

const [, , brokers = '', topic = '', origin = ''] = process.argv;
const post = createBoundedPost(origin);

await consumeBarely({ brokers, topic, groupId: 'bare-loop', onValue: (value) => post(value) });
