/** Topics are made once and checked always. Oracle: what the broker says it has. */
import { checkEqualPartitions, ensureTopics } from './ensure-topics.js';
import { kafkaAt } from './group-consumer.fixture.js';
import { checkLadder, refuseOtherLadder } from './ladder-topics.js';
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

describe('a ladder of another length', () => {
  it('that is longer is refused with both numbers until its topics are made, and they can be made', async () => {
    const own = await startKafka();
    try {
      const client = kafkaAt(own.brokers);
      const topics = { partitions: 2, replicationFactor: 1 };
      await expect(checkLadder(client, 'custom', 2)).rejects.toThrow(
        'RETRY_LADDER has 2 rungs, but Kafka has 0 topics deliveries.custom.retry.1 and on; make deliveries.custom.retry.1',
      );
      await ensureTopics(client, { ...topics, rungs: 1 });
      await checkLadder(client, 'custom', 1);
      await expect(checkLadder(client, 'custom', 3)).rejects.toThrow(
        /RETRY_LADDER has 3 rungs, but Kafka has 1 topic deliveries\.custom\.retry\.1; make .*\.1 … \.3/,
      );
      expect((await ensureTopics(client, { ...topics, rungs: 3 })).toSorted()).toEqual(
        ['custom', 'email', 'slack', 'teams'].flatMap((kind) => [2, 3].map((n) => `deliveries.${kind}.retry.${n}`)),
      );
      await checkLadder(client, 'custom', 3);
    } finally {
      await own.stop();
    }
  }, 60_000);

  it('that is shorter is refused with both numbers, and nothing is made', async () => {
    const client = kafkaAt(kafka.brokers);
    const words =
      /RETRY_LADDER has 4 rungs, but Kafka has 6 topics deliveries\.custom\.retry\.1 … \.6; give it 6 rungs, or/;
    await expect(checkLadder(client, 'custom', 4)).rejects.toThrow(words);
    await expect(ensureTopics(client, { partitions: 3, replicationFactor: 1, rungs: 4 })).rejects.toThrow(
      'RETRY_LADDER has 4 rungs, but Kafka has 6 topics deliveries.slack.retry.1 … .6',
    );
    await checkLadder(client, 'custom', 6);
  });

  it('with a topic missing in between names those there are', () => {
    const some = ['deliveries.custom.retry.1', 'deliveries.custom.retry.3', 'deliveries.email.retry.2'];
    expect(() => refuseOtherLadder('custom', 2, some)).toThrow(
      'Kafka has 2 topics deliveries.custom.retry.1, .3; make',
    );
  });
});
