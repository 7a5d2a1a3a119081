/**
 * A broker that goes and comes back: everything goes on by itself, and nothing is lost.
 * Oracles: what was acknowledged against what was handed out; the commits that the broker has after its restart.
 */
import { makeTopics, Member, kafkaAt, SILENT } from './group-consumer.fixture.js';
import { createProducer } from './producer.js';
import { startKafka, uniqueName, waitFor, type TestKafka } from '#libs/testkit';

let kafka: TestKafka;

beforeAll(async () => {
  kafka = await startKafka();
}, 60_000);

afterAll(() => kafka.stop());

const members: Member[] = [];
afterEach(() => Promise.all(members.splice(0).map(({ consumer }) => consumer.stop())));

function join(name: string, topic: string, sessionTimeoutMs = 10_000): Member {
  const member = new Member(name, kafka.brokers, topic, [topic], { sessionTimeoutMs });
  members.push(member);
  return member;
}

describe('while the broker restarts', () => {
  it('producing and consuming go on by themselves, commits and their metadata are kept, and nothing is lost', async () => {
    const topic = uniqueName('topic');
    await makeTopics(kafka.brokers, [topic], 2);
    const producer = createProducer(kafkaAt(kafka.brokers), SILENT);
    await producer.connect();
    const member = join('m', topic, 3000);
    await member.start();
    const acknowledged: string[] = [];
    let producing = true;
    const produce = (async () => {
      for (let number = 0; producing; number++) {
        const value = String(number);
        await producer.send([{ topic, partition: number % 2, key: 'k', value }]);
        acknowledged.push(value);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    await waitFor('a few records', () => member.seen.length > 20);
    await member.assignment!.commit([
      { topic, partition: 0, offset: 3, metadata: 'three' },
      { topic, partition: 1, offset: 4, metadata: 'four' },
    ]);

    await kafka.restart();
    const sent = acknowledged.length;
    await waitFor('producing to go on', () => acknowledged.length > sent + 20, { timeoutMs: 20_000 });
    await waitFor('the member to be back', () => member.consumer.state().joined, { timeoutMs: 20_000 });

    await kafka.kill();
    await waitFor('readiness to fall', () => !member.consumer.state().joined, { timeoutMs: 10_000 });
    await kafka.start();
    await waitFor('readiness to recover', () => member.consumer.state().joined, { timeoutMs: 20_000 });
    producing = false;
    await produce;
    const all = () => new Set(member.seen.map(({ value }) => value));
    await waitFor('every acknowledged record', () => all().size === acknowledged.length, { timeoutMs: 20_000 });

    // Reading went on at the commits, and in order: repeats, no gaps.
    const next = new Map<string, number>();
    for (const { place, offset } of member.seen) {
      expect(offset).toBeLessThanOrEqual(next.get(place) ?? 0);
      next.set(place, offset + 1);
    }
    await member.consumer.stop();
    await producer.close();
    const heir = await join('next', topic).start();
    expect(heir.assignment?.committed(topic, 0)).toEqual({ offset: 3, metadata: 'three' });
    expect(heir.assignment?.committed(topic, 1)).toEqual({ offset: 4, metadata: 'four' });
    await waitFor('reading to begin at the commits', () => new Set(heir.seen.map(({ place }) => place)).size === 2);
    const firsts = [0, 1].map((partition) => heir.seen.find(({ place }) => place === `${topic}/${partition}`)?.offset);
    expect(firsts).toEqual([3, 4]);
  }, 90_000);
});

describe('a broker that went away', () => {
  it('does not keep a member from stopping', async () => {
    const topic = uniqueName('topic');
    await makeTopics(kafka.brokers, [topic], 1);
    const member = await join('m', topic, 2000).start();
    await waitFor('its assignment', () => member.owns.length === 1);
    await kafka.kill();
    await waitFor('readiness to fall', () => !member.consumer.state().joined);
    const before = performance.now();
    await member.consumer.stop();
    expect(performance.now() - before).toBeLessThan(4000);
    await kafka.start();
  }, 60_000);
});

describe('a member whose broker is away at its start', () => {
  it('joins when it comes; one that was stopped meanwhile ends at once and does not join', async () => {
    const topic = uniqueName('topic');
    await makeTopics(kafka.brokers, [topic], 1);
    await kafka.stop();
    const [waiting, stopped] = ['w', 's'].map((name) => join(name, topic));
    void waiting!.start();
    void stopped!.start();
    await waitFor('both to have tried', () => [waiting, stopped].every((one) => one!.complaints.length > 0));
    const before = performance.now();
    await stopped!.consumer.stop();
    expect(performance.now() - before).toBeLessThan(1000);
    expect(waiting!.consumer.state()).toMatchObject({ joined: false, generation: null });

    await kafka.start();
    await waitFor('the one to join', () => waiting!.owns.length === 1, { timeoutMs: 20_000 });
    const admin = kafkaAt(kafka.brokers).admin();
    await admin.connect();
    const { groups } = await admin.describeGroups([topic]);
    await admin.disconnect();
    expect(groups[0]?.members).toHaveLength(1);
    expect(stopped!.assignments).toEqual([]);
    await waiting!.consumer.stop();
  }, 60_000);
});

describe('a producer that is closed while its broker is away', () => {
  it('refuses what it has not sent, instead of trying for ever', async () => {
    const producer = createProducer(kafkaAt(kafka.brokers), SILENT);
    const connecting = producer.connect().catch((error: Error) => error.message);
    const sending = producer.send([{ topic: 't', key: 'k', value: 'v' }]).catch((error: Error) => error.message);
    await producer.close();
    expect(await connecting).toContain('was closed');
    expect(await sending).toContain('was closed');
    await expect(producer.send([{ topic: 't', key: 'k', value: 'v' }])).rejects.toThrow('nothing was sent');
  });
});
