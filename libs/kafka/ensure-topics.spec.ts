/** Topics are made once and checked always. Oracle: what the broker says it has. */
import { checkEqualPartitions, ensureTopics } from './ensure-topics.js';
import { kafkaAt } from './group-consumer.fixture.js';
import { allTopics } from './topics.js';
import { startKafka, waitFor, type TestKafka } from '#libs/testkit';

let kafka: TestKafka;

beforeAll(async () => {
  kafka = await startKafka();
}, 60_000);

afterAll(() => kafka.stop());

describe('making the topics', () => {
  it('makes what is missing with its settings, and nothing the second time', async () => {
    const client = kafkaAt(kafka.brokers);
    const names = allTopics().map(({ name }) => name);
    await expect(checkEqualPartitions(client, ['calls.events'])).rejects.toThrow('Kafka has no topic calls.events');
    const [one, other] = await Promise.all(
      [1, 2].map(() => ensureTopics(kafkaAt(kafka.brokers), { partitions: 3, replicationFactor: 1 })),
    );
    expect(new Set([...one!, ...other!])).toEqual(new Set(names));
    expect(await ensureTopics(client, { partitions: 3, replicationFactor: 1 })).toEqual([]);
    expect(await checkEqualPartitions(client, names)).toBe(3);

    const admin = client.admin();
    await admin.connect();
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name: 'calls.events' }],
    });
    const config = new Map(resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]));
    expect(config.get('message.timestamp.type')).toBe('LogAppendTime');
    expect(config.get('max.message.bytes')).toBe(String(2 * 1024 * 1024));

    await admin.createPartitions({ topicPartitions: [{ topic: 'deliveries.custom.retry.2', count: 5 }] });
    await waitFor('the partitions', async () => {
      const { topics } = await admin.fetchTopicMetadata({ topics: ['deliveries.custom.retry.2'] });
      return topics[0]?.partitions.length === 5;
    });
    await admin.disconnect();
  }, 30_000);

  it('refuses unequal numbers of partitions, naming the topic, its number and the one wanted', async () => {
    const client = kafkaAt(kafka.brokers);
    await expect(ensureTopics(client, { partitions: 3, replicationFactor: 1 })).rejects.toThrow(
      /all topics need 3 partitions.*deliveries\.custom\.retry\.2 has 5/,
    );
    await expect(checkEqualPartitions(client, ['deliveries.custom.retry.2', 'calls.events'])).rejects.toThrow(
      /need 5 partitions.*as deliveries\.custom\.retry\.2 has.*calls\.events has 3/,
    );
    await expect(ensureTopics(client, { partitions: 12, replicationFactor: 1 })).rejects.toThrow(
      /all topics need 12 partitions.*and \d+ more differ/,
    );
  });
});
