/**
 * What a member reads, on a real broker: nothing is skipped, nothing is read at the wrong place, and no fault ends it.
 * Oracles: the records handed out, in order, and what was written.
 */
import { fill, kafkaAt, makeTopics, Member, SILENT, type MemberOptions } from './group-consumer.fixture.js';
import { createProducer } from './producer.js';
import { sharedKafka, uniqueName, waitFor } from '#libs/testkit';

let brokers: string;
const members: Member[] = [];
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => String(from + index));

beforeAll(async () => {
  brokers = await sharedKafka();
}, 60_000);

afterEach(async () => {
  await Promise.all(members.splice(0).map(({ consumer }) => consumer.stop()));
});

async function topicOf(partitions: number): Promise<string> {
  const topic = uniqueName('topic');
  await makeTopics(brokers, [topic], partitions);
  return topic;
}

async function join(groupId: string, topic: string, overrides?: MemberOptions): Promise<Member> {
  const member = new Member(`m${members.length}`, brokers, groupId, [topic], overrides);
  members.push(member);
  return member.start();
}

describe('a batch', () => {
  it('whose handler throws comes again, and nothing of any partition is skipped', async () => {
    const topic = await topicOf(2);
    await fill(brokers, topic, 2, 20);
    let failures = 3;
    const member = await join(topic, topic, {
      maxBytesPerPartition: 200,
      handlers: {
        onBatch: ({ partition }) =>
          partition === 0 && failures-- > 0 ? Promise.reject(new TypeError('fetch failed')) : Promise.resolve(),
      },
    });
    await waitFor('all records', () => member.seen.length === 40);
    expect(member.values(`${topic}/0`)).toEqual(numbers(0, 20));
    expect(member.values(`${topic}/1`)).toEqual(numbers(0, 20));
    expect(member.downs).toEqual([]);
    expect(member.complaints.filter((one) => one.includes('it comes again'))).toHaveLength(1);
  });

  it('comes from the first record on when there is no commit, from the commit on when there is one', async () => {
    const topic = await topicOf(1);
    await fill(brokers, topic, 1, 5);
    const first = await join(topic, topic);
    await waitFor('all records', () => first.seen.length === 5);
    await first.assignment!.commit([{ topic, partition: 0, offset: 3, metadata: '' }]);
    await first.consumer.stop();
    const second = await join(topic, topic);
    await waitFor('the rest', () => second.seen.length >= 2);
    expect(second.values(`${topic}/0`)).toEqual(['3', '4']);
  });

  it('is below the end offset when it was written before the assignment began, above it when after', async () => {
    const topic = await topicOf(2);
    await fill(brokers, topic, 1, 4);
    const producer = kafkaAt(brokers).producer({
      transactionalId: topic,
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: () => () => 1,
    });
    await producer.connect();
    // A transaction that stays open hides what is behind it from readers, and not from the end.
    const open = await producer.transaction();
    await open.send({ topic, messages: [{ key: 'k', value: 'open' }] });
    const member = await join(topic, topic);
    await waitFor('its assignment', () => member.assignment !== null);
    const assignment = member.assignment!;
    const ends = () => [0, 1].map((partition) => assignment.endOffset(topic, partition));
    expect(ends()).toEqual([4, 1]);
    await open.abort();
    await fill(brokers, topic, 1, 3, 4);
    await waitFor('all records', () => member.seen.length === 7);
    expect(ends()).toEqual([4, 1]);
    expect(() => assignment.endOffset(topic, 2)).toThrow(/\/2 is not of generation \d/);
    await producer.disconnect();
  });

  it('behind aborted transactions is reached without joining the group again', async () => {
    const topic = await topicOf(1);
    const member = await join(topic, topic);
    const producer = kafkaAt(brokers).producer({
      transactionalId: topic,
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: () => () => 0,
    });
    await producer.connect();
    for (let round = 0; round < 3; round++) {
      const aborted = await producer.transaction();
      await aborted.send({ topic, messages: [{ key: 'k', value: 'aborted' }] });
      await aborted.abort();
      const kept = await producer.transaction();
      await kept.send({ topic, messages: [{ key: 'k', value: String(round) }] });
      await kept.commit();
      await waitFor('the record', () => member.seen.length === round + 1);
    }
    await producer.disconnect();
    expect(member.values(`${topic}/0`)).toEqual(['0', '1', '2']);
    expect(member.assignments).toHaveLength(1);
    expect(member.complaints).toEqual([]);
  });
});

describe('a paused partition', () => {
  it('is not read on, while its neighbour is, and goes on when it is resumed', async () => {
    const topic = await topicOf(2);
    await fill(brokers, topic, 2, 3);
    const member = await join(topic, topic, {
      handlers: {
        onBatch: ({ partition }) => Promise.resolve(partition === 0 ? member.consumer.pause(topic, 0) : undefined),
      },
    });
    await waitFor('the first records', () => member.seen.length === 6);
    await fill(brokers, topic, 2, 3, 3);
    await waitFor("the neighbour's records", () => member.values(`${topic}/1`).length === 6);
    expect(member.values(`${topic}/0`)).toEqual(numbers(0, 3));
    member.consumer.resume(topic, 0);
    await waitFor('the rest', () => member.values(`${topic}/0`).length === 6);
    expect(member.values(`${topic}/0`)).toEqual(numbers(0, 6));
  });

  it('is read again after a rebalance, from the commit on', async () => {
    const topic = await topicOf(2);
    await fill(brokers, topic, 2, 4);
    const member = await join(topic, topic, {
      handlers: {
        onBatch: ({ partition }) =>
          Promise.resolve(member.assignments.length === 1 ? member.consumer.pause(topic, partition) : undefined),
        onRevoked: (assignment) =>
          assignment.commit([0, 1].map((partition) => ({ topic, partition, offset: 2, metadata: '' }))),
      },
    });
    await waitFor('the first records', () => member.seen.length === 8);
    const other = await join(topic, topic);
    await waitFor('both to own one', () => member.owns.length === 1 && other.owns.length === 1);
    await fill(brokers, topic, 2, 1, 4);
    const place = member.owns[0]!;
    await waitFor('reading to go on', () => member.values(place).includes('4'));
    expect(member.values(place)).toEqual([...numbers(0, 4), '2', '3', '4']);
  });
});

describe('positions that are out of range', () => {
  it('are given up by themselves when the topic was made anew, and what it holds now is read from its start', async () => {
    const topic = await topicOf(1);
    await fill(brokers, topic, 1, 50);
    const member = await join(topic, topic, {
      handlers: {
        // As a ledger does: what was read and not yet committed, once.
        onRevoked: async (assignment) => {
          if (member.assignments.length === 1)
            await assignment.commit([{ topic, partition: 0, offset: 50, metadata: 'x' }]);
        },
      },
    });
    await waitFor('all records', () => member.seen.length === 50);
    const admin = kafkaAt(brokers).admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [topic] });
    await waitFor('the topic to go', async () => !(await admin.listTopics()).includes(topic));
    await admin.disconnect();
    await makeTopics(brokers, [topic], 1);
    await fill(brokers, topic, 1, 3, 100);
    await waitFor('the new records', () => member.values(`${topic}/0`).includes('102'));
    expect(member.values(`${topic}/0`).slice(50)).toEqual(numbers(100, 103));
  });

  it('are given up when retention took the records, and the oldest that is left comes next', async () => {
    const topic = await topicOf(1);
    await fill(brokers, topic, 1, 10);
    const first = await join(topic, topic);
    await waitFor('all records', () => first.seen.length === 10);
    await first.assignment!.commit([{ topic, partition: 0, offset: 4, metadata: 'x' }]);
    await first.consumer.stop();
    const admin = kafkaAt(brokers).admin();
    await admin.connect();
    await admin.fetchTopicMetadata({ topics: [topic] });
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '8' }] });
    await admin.disconnect();
    const second = await join(topic, topic);
    await waitFor('what is left', () => second.values(`${topic}/0`).includes('9'));
    expect(second.values(`${topic}/0`)).toEqual(['8', '9']);
  });
});

describe('at rest', () => {
  it('neither a consumer nor a producer makes Node warn of timers in the past', async () => {
    const warnings: string[] = [];
    const note = ({ name, message }: Error): void => void warnings.push(`${name}: ${message}`);
    process.on('warning', note);
    const topic = await topicOf(1);
    const producer = createProducer(kafkaAt(brokers), SILENT);
    await producer.connect();
    const member = await join(topic, topic);
    await producer.send([{ topic, partition: 0, key: 'k', value: '0' }]);
    await waitFor('the record', () => member.seen.length === 1);
    const { heartbeatAgeMs } = member.consumer.state();
    expect(heartbeatAgeMs).toBeLessThan(2000);
    await new Promise((resolve) => setTimeout(resolve, 300)); // there is no event to wait for: nothing is to happen
    await producer.close();
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });
});
