/**
 * A consumer that ends, for whatever reason, says so and is started again, on a real broker.
 * Oracles: what the member was told (`onDown`, `onRevoked`, assignments) and the records it was handed.
 */
import { FencedError } from './assignment.js';
import { fill, makeTopics, Member, type MemberOptions } from './group-consumer.fixture.js';
import { sharedKafka, uniqueName, waitFor } from '#libs/testkit';

let brokers: string;
const members: Member[] = [];

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

describe('a consumer that ends', () => {
  it('for an error that kafkajs gives up on is started again, and says so', async () => {
    const topic = await topicOf(1);
    await fill(brokers, topic, 1, 2);
    const member = await join(topic, topic);
    await waitFor('all records', () => member.seen.length === 2);
    await member.assignment!.commit([{ topic, partition: 0, offset: 2, metadata: '' }]);
    // What kafkajs cannot go on after: a raw error from the middle of its fetch loop.
    const group = (member.consumer as unknown as { group: { fetch(): Promise<never> } }).group;
    group.fetch = () => Promise.reject(new TypeError('broken'));
    await waitFor('the end', () => member.downs.length === 1);
    expect(member.consumer.state()).toMatchObject({ joined: false, generation: null });
    // What is late for the old one must do no harm.
    member.consumer.pause(topic, 0);
    member.consumer.resume(topic, 0);
    await fill(brokers, topic, 1, 1, 2);
    await waitFor('the next record', () => member.seen.length === 3);
    expect(member.values(`${topic}/0`)).toEqual(['0', '1', '2']);
  });

  it('is not missed: a take-over that fails is tried again, though no record comes', async () => {
    const topic = await topicOf(1);
    let failures = 2;
    const member = await join(topic, topic, {
      handlers: {
        onAssigned: () => {
          if (failures-- > 0) throw new Error('the database is away');
        },
      },
    });
    await waitFor('the assignment', () => member.owns.length === 1);
    expect(member.consumer.state().joined).toBe(true);
  });
});

describe('a restart that its user asks for', () => {
  it('gives the tenure up at once, without a hand-over, and joins again with a new one', async () => {
    const topic = await topicOf(1);
    await fill(brokers, topic, 1, 2);
    let revoked = 0;
    const member = await join(topic, topic, { handlers: { onRevoked: () => void (revoked += 1) } });
    await waitFor('all records', () => member.seen.length === 2);
    const old = member.assignment!;
    await old.commit([{ topic, partition: 0, offset: 2, metadata: 'kept' }]);
    const why = new Error('Postgres says that partition 0 has another owner');

    member.consumer.restart(why);
    expect(member.downs).toEqual([why]);
    expect(member.consumer.state()).toMatchObject({ joined: false, generation: null });
    await expect(old.commit([{ topic, partition: 0, offset: 1, metadata: 'late' }])).rejects.toThrow(FencedError);
    // Asked again on the way, it is one restart.
    member.consumer.restart(why);

    await waitFor('the next tenure', () => member.assignments.length === 2);
    expect(member.assignment?.committed(topic, 0)).toEqual({ offset: 2, metadata: 'kept' });
    await fill(brokers, topic, 1, 1, 2);
    await waitFor('the next record', () => member.seen.length === 3);
    expect(member.values(`${topic}/0`)).toEqual(['0', '1', '2']);
    expect(member.downs).toEqual([why]);
    expect(revoked).toBe(0);
  });

  it('leaves the group: another member has the partitions long before a session would end', async () => {
    const topic = await topicOf(6);
    const [one, other] = [await join(topic, topic), await join(topic, topic)];
    await waitFor('both to share', () => one.owns.length === 3 && other.owns.length === 3);
    const before = performance.now();
    one.consumer.restart(new Error('another owner'));
    await waitFor('the other to own all', () =>
      other.assignments.some(({ partitions }) => partitions.get(topic)?.length === 6),
    );
    expect(performance.now() - before).toBeLessThan(5000);
    await waitFor('both to share again', () => one.owns.length === 3 && other.owns.length === 3);
  });

  it('while a tenure begins ends that one before it has read anything; the one after it reads', async () => {
    const topic = await topicOf(1);
    await fill(brokers, topic, 1, 1);
    const why = new Error('another owner');
    const read: number[] = [];
    const member = await join(topic, topic, {
      handlers: {
        onAssigned: () => {
          const [joining] = members;
          if (joining!.downs.length === 0) joining!.consumer.restart(why);
        },
        onBatch: ({ assignment }) => Promise.resolve(void read.push(assignment.generation)),
      },
    });
    await waitFor('the record', () => read.length === 1);
    expect(member.downs).toEqual([why]);
    expect(read[0]).toBe(member.assignments[1]?.generation);
  });

  it('of a batch in the handler: it may end, and its records come again from the commit on', async () => {
    const topic = await topicOf(1);
    await fill(brokers, topic, 1, 1);
    const held = Promise.withResolvers<void>();
    let handed = 0;
    const member = await join(topic, topic, {
      // kafkajs leaves when the handler has ended; until then the group waits for this long.
      sessionTimeoutMs: 1500,
      handlers: { onBatch: () => (++handed === 1 ? held.promise : Promise.resolve()) },
    });
    await waitFor('the batch', () => handed === 1);
    member.consumer.restart(new Error('another owner'));
    await waitFor('the next tenure to be handed it', () => handed === 2);
    held.resolve();
    await waitFor('both to end', () => member.seen.length === 2);
    expect(member.values(`${topic}/0`)).toEqual(['0', '0']);
  });
});
