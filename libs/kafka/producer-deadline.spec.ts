import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startKafka, uniqueName, waitFor, type TestKafka } from '#libs/testkit';
import { createBrokerProbe } from './broker-probe.js';
import { kafkaAt, makeTopics, SILENT } from './group-consumer.fixture.js';
import { createProducer } from './producer.js';

/* A producer with a bound, and a probe, while their broker is away. Oracles: when promises settle; what the topic holds. */

let kafka: TestKafka;
let topic: string;

beforeAll(async () => {
  kafka = await startKafka();
  topic = uniqueName('topic');
  await makeTopics(kafka.brokers, [topic], 1);
}, 60_000);
afterAll(() => kafka?.stop());

const BOUND_MS = 500;

describe('while the broker is away', () => {
  it('a bounded producer gives up, does not send what it gave up, and goes on when the broker is back', async () => {
    await kafka.stop();
    const bounded = createProducer(kafkaAt(kafka.brokers), SILENT, { maxRetryMs: BOUND_MS });
    const patient = createProducer(kafkaAt(kafka.brokers), SILENT);
    const connected = Promise.all([bounded.connect(), patient.connect()]);
    const probe = createBrokerProbe(kafkaAt(kafka.brokers));
    let known = false;
    const asked = probe.ask().then(() => (known = true));

    let patience = 'pending';
    const arrived = patient.send([{ topic, key: 'k', value: 'patient' }]).then(() => (patience = 'sent'));
    const send = (value: string) => bounded.send([{ topic, key: 'k', value }]);
    // The first is on its way and may yet arrive; the second waits behind it.
    const first = expect(send('first')).rejects.toThrow(`acknowledged nothing within ${BOUND_MS} ms`);
    await new Promise(setImmediate);
    await Promise.all([first, expect(send('second')).rejects.toThrow('acknowledged nothing')]);
    // The twins: nothing else gives up.
    expect([patience, known]).toEqual(['pending', false]);

    await kafka.start();
    await Promise.all([connected, asked, arrived]);
    await send('third');
    expect(await valuesIn(topic)).toEqual(expect.arrayContaining(['patient', 'third']));
    expect(await valuesIn(topic)).not.toContain('second');
    await Promise.all([bounded.close(), patient.close(), probe.close()]);
  }, 60_000);
});

/** A broker that has just started loads its groups first, and a bare consumer that comes earlier ends for good. */
async function coordinated(groupId: string): Promise<void> {
  const admin = kafkaAt(kafka.brokers).admin();
  await admin.connect();
  const isLoaded = () =>
    admin.fetchOffsets({ groupId, topics: [topic] }).then(
      () => true,
      () => false,
    );
  await waitFor('the coordinator of the group', isLoaded, { timeoutMs: 20_000 });
  await admin.disconnect();
}

/** All values, up to an end that is marked for the purpose. */
async function valuesIn(name: string): Promise<string[]> {
  const marker = uniqueName('marker');
  const producer = createProducer(kafkaAt(kafka.brokers), SILENT);
  await producer.connect();
  await producer.send([{ topic: name, key: 'k', value: marker }]);
  await producer.close();
  const groupId = uniqueName('reader');
  await coordinated(groupId);
  const consumer = kafkaAt(kafka.brokers).consumer({ groupId });
  await consumer.connect();
  await consumer.subscribe({ topic: name, fromBeginning: true });
  const values: string[] = [];
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: ({ message }) => {
        const value = String(message.value);
        values.push(value);
        if (value === marker) resolve();
        return Promise.resolve();
      },
    });
  });
  await consumer.disconnect();
  return values;
}
