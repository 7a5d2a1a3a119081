// The bare chain that the product's latency is measured against, one process for each half:
// node bare-chain.js relay <brokers> <topic> <next topic>: consumes and produces on, as the router does.
// node bare-chain.js post <brokers> <topic> <receiver>: consumes and posts, as a delivery service does.
import { createKafka, createProducer, type OutgoingRecord } from '#libs/kafka';
import { SILENT_LOG } from '../../tools/stack/kafka-address.js';
import { consumeBarely } from './bare-consumer.js';
import { createBarePost } from './bare-post.js';

const [, , half, brokers = '', topic = '', next = ''] = process.argv;
const from = { brokers, topic, groupId: `bare-chain-${half}` };

if (half === 'relay') {
  const kafka = createKafka({ brokers: brokers.split(','), clientId: 'bare-chain', tls: false, log: SILENT_LOG });
  const producer = createProducer(kafka, SILENT_LOG);
  await producer.connect();
  let records: OutgoingRecord[] = [];
  await consumeBarely({
    ...from,
    onValue: (value, key, partition) => void records.push({ topic: next, partition, key, value }),
    onBatchEnd: () => {
      const batch = records;
      records = [];
      return producer.send(batch);
    },
  });
} else {
  const { post } = createBarePost(next, 64);
  await consumeBarely({ ...from, onValue: (value) => void post(value) });
}
