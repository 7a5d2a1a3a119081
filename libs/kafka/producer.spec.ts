import { createRequire } from 'node:module';
/** Oracles: a kafkajs producer that writes down what it is asked; for the real thing, what the broker has. */
import type { Kafka } from 'kafkajs';
import fc from 'fast-check';
import type { Message } from 'kafkajs';
import { kafkaAt, makeTopics, Member, SILENT } from './group-consumer.fixture.js';
import { partitionOf } from './murmur2.js';
import { batchesOf, createProducer, knowGroups } from './producer.js';
import type { OutgoingRecord } from './records.js';
import { sharedKafka, uniqueName, waitFor } from '#libs/testkit';

const record = (topic: string, partition: number, value: string): OutgoingRecord => ({
  topic,
  partition,
  key: 'k',
  value,
});

describe('dividing records into requests', () => {
  it('keeps each topic-partition in order, loses nothing, and stays under the size of a request', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat(2), fc.integer({ min: 1, max: 400 * 1024 })), {
          maxLength: 30,
        }),
        (specs) => {
          const records = specs.map(([topic, partition, size], index) => ({
            ...record(topic, partition, ''),
            value: Buffer.alloc(size, index),
          }));
          const batches = batchesOf(records);
          for (const topic of ['a', 'b']) {
            for (const partition of [0, 1, 2]) {
              const of = (batch: (typeof batches)[number]) =>
                batch
                  .flatMap((one) => (one.topic === topic ? one.messages : []))
                  .filter((m) => m.partition === partition);
              expect(batches.flatMap(of).map(({ value }) => value)).toEqual(
                records.filter((one) => one.topic === topic && one.partition === partition).map(({ value }) => value),
              );
              for (const batch of batches) {
                const bytes = of(batch).reduce((sum, { value }) => sum + value!.length, 0);
                expect(bytes).toBeLessThanOrEqual(900 * 1024);
              }
            }
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('makes one request of what fits, and sends alone what alone is too large', () => {
    expect(batchesOf([record('a', 0, 'x'), record('b', 1, 'y'), record('a', 0, 'z')])).toHaveLength(1);
    const large = record('a', 0, 'x'.repeat(1024 * 1024));
    expect(batchesOf([record('a', 0, 'x'), large, record('a', 0, 'y')])).toHaveLength(3);
    expect(batchesOf([])).toEqual([]);
  });
});

describe("kafkajs' grouping of messages", () => {
  const group = createRequire(import.meta.url)('kafkajs/src/producer/groupMessagesPerPartition.js') as (of: {
    topic: string;
    partitionMetadata: object[];
    messages: Message[];
    partitioner: (choice: { message: Message }) => number;
  }) => Record<string, Message[]>;
  const grouped = (messages: Message[]) =>
    group({ topic: 'a', partitionMetadata: [{}], messages, partitioner: ({ message }) => message.partition ?? 9 });

  it('is the same when it is told the groups, and its own when a message does not say its partition', () => {
    const partitions = fc.array(fc.oneof({ weight: 9, arbitrary: fc.nat(3) }, fc.constant(undefined)));
    fc.assert(
      fc.property(partitions, (ofEach) => {
        const messages = ofEach.map((partition, index): Message =>
          partition === undefined ? { value: String(index) } : { value: String(index), partition },
        );
        const expected = grouped([...messages]);
        knowGroups(messages);
        expect(grouped(messages)).toEqual(expected);
        expect(Object.hasOwn(messages, 'reduce')).toBe(!ofEach.includes(undefined));
      }),
    );
  });
});

describe('sending', () => {
  /** A Kafka whose requests end when the spec says so. */
  function scripted() {
    const requests: { values: string[]; end(error?: Error): void }[] = [];
    let producers = 0;
    const kafka = {
      producer: () => {
        producers += 1;
        return {
          connect: () => Promise.resolve(),
          disconnect: () => Promise.resolve(),
          sendBatch: ({ topicMessages }: { topicMessages: { messages: { value: string }[] }[] }) =>
            new Promise<void>((resolve, reject) =>
              requests.push({
                values: topicMessages.flatMap(({ messages }) => messages.map(({ value }) => value)),
                end: (error) => (error === undefined ? resolve() : reject(error)),
              }),
            ),
        };
      },
    } as unknown as Kafka;
    return { requests, producers: () => producers, producer: createProducer(kafka, SILENT) };
  }

  it('has one request in flight, and what is sent meanwhile goes out together as the next', async () => {
    const { requests, producer } = scripted();
    const sent: string[] = [];
    const send = (value: string) => producer.send([record('t', 0, value)]).then(() => sent.push(value));
    const all = [send('1'), send('2')];
    await waitFor('a request', () => requests.length === 1);
    all.push(send('3'), send('4'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(requests.map(({ values }) => values)).toEqual([['1', '2']]);
    expect(sent).toEqual([]);
    requests[0]!.end();
    await waitFor('the next', () => requests.length === 2);
    expect(sent).toEqual(['1', '2']);
    requests[1]!.end();
    await Promise.all(all);
    expect(requests[1]!.values).toEqual(['3', '4']);
  });

  it('goes on with a new producer after an error that kafkajs would not retry, and tells who was refused', async () => {
    const { requests, producer, producers } = scripted();
    const refused = producer.send([record('t', 0, '1')]);
    await waitFor('a request', () => requests.length === 1);
    const next = producer.send([record('t', 0, '2')]);
    requests[0]!.end(new Error('OUT_OF_ORDER_SEQUENCE_NUMBER'));
    await expect(refused).rejects.toThrow('OUT_OF_ORDER');
    await waitFor('the next', () => requests.length === 2);
    requests[1]!.end();
    await next;
    expect(producers()).toBe(2);
  });
});

describe('on a real broker', () => {
  it("puts records without a partition where Kafka's murmur2 says, with their headers and bytes as given", async () => {
    const brokers = await sharedKafka();
    const topic = uniqueName('topic');
    await makeTopics(brokers, [topic], 6);
    const producer = createProducer(kafkaAt(brokers), SILENT);
    await producer.connect();
    const keys = ['abc-123', 'звонок-7', '📞', ''];
    await producer.send(keys.map((key) => ({ topic, key, value: key, headers: { name: 'é' } })));
    await producer.send([{ topic, partition: 5, key: null, value: Buffer.from([0xff, 0x00]) }]);
    const headers: unknown[] = [];
    const member = new Member('m', brokers, topic, [topic], {
      handlers: { onBatch: ({ records }) => Promise.resolve(void headers.push(...records.map((one) => one.headers))) },
    });
    await member.start();
    await waitFor('all records', () => member.seen.length === 5);
    await member.consumer.stop();
    await producer.close();
    for (const key of keys) expect(member.values(`${topic}/${partitionOf(key, 6)}`)).toContain(key);
    expect(member.values(`${topic}/5`)).toContain(Buffer.from([0xff, 0x00]).toString());
    expect(headers).toContainEqual({ name: Buffer.from('é') });
  }, 60_000);
});
