// What (a) does beyond the bare chain, as barely as it can be done, one process for each:
// node bare-teller.js deliver <brokers> <topic> <receiver> <told topic>: posts, and tells what was answered.
// node bare-teller.js write <brokers> <told topic> <database>: writes that into a table, a row each.
import { createKafka, createProducer, type OutgoingRecord } from '#libs/kafka';
import pg from 'pg';
import { SILENT_LOG } from '../../tools/stack/kafka-address.js';
import { consumeBarely } from './bare-consumer.js';
import { createBoundedPost } from './bare-post.js';

/** As a delivery service gathers what it tells, and the recorder what it writes. */
const TELL_EVERY_MS = 8;
const GATHERED = { minBytes: 512 * 1024, maxWaitTimeInMs: 100 };

const [, , half, brokers = '', topic = '', target = '', told = ''] = process.argv;
const from = { brokers, topic, groupId: `bare-teller-${half}` };

if (half === 'deliver') await deliver();
else await write();

async function deliver(): Promise<void> {
  const post = createBoundedPost(target);
  const kafka = createKafka({ brokers: brokers.split(','), clientId: 'bare-teller', tls: false, log: SILENT_LOG });
  const producer = createProducer(kafka, SILENT_LOG);
  await producer.connect();
  let answered: OutgoingRecord[] = [];
  const tell = (): void => {
    const records = answered;
    answered = [];
    void producer.send(records);
  };
  await consumeBarely({
    ...from,
    onValue: (value, key, partition) =>
      post(value, () => {
        if (answered.length === 0) setTimeout(tell, TELL_EVERY_MS);
        answered.push({ topic: told, partition, key, value });
      }),
  });
}

async function write(): Promise<void> {
  const pool = new pg.Pool({ connectionString: target });
  let rows: { at: Date; callId: string; event: string }[] = [];
  await consumeBarely({
    ...from,
    gathered: GATHERED,
    onValue: (value, key) => void rows.push({ at: new Date(), callId: String(key), event: value.toString() }),
    onBatchEnd: async () => {
      const batch = rows;
      rows = [];
      await pool.query({
        name: 'write',
        text: 'INSERT INTO bench_told (at, call_id, event) SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[])',
        values: [batch.map(({ at }) => at), batch.map(({ callId }) => callId), batch.map(({ event }) => event)],
      });
    },
  });
}
