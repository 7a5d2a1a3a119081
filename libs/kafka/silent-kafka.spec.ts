/**
 * A Kafka that keeps its connections and answers nothing (a frozen broker, a network that swallows everything): a short
 * silence costs nothing, a long one is told, and reading goes on by itself after it.
 * Oracles: what the member says of itself, and the tenures and records it was handed.
 */
import { fill, makeTopics, Member, type MemberOptions } from './group-consumer.fixture.js';
import { startKafka, uniqueName, waitFor, type TestKafka } from '#libs/testkit';

let kafka: TestKafka;
const members: Member[] = [];

beforeAll(async () => {
  kafka = await startKafka();
}, 60_000);

afterEach(async () => {
  kafka.thaw();
  await Promise.all(members.splice(0).map(({ consumer }) => consumer.stop()));
});

afterAll(() => kafka.stop());

/** A member that has read the two records of its topic. */
async function reader(overrides: MemberOptions): Promise<{ topic: string; member: Member }> {
  const topic = uniqueName('topic');
  await makeTopics(kafka.brokers, [topic], 1);
  await fill(kafka.brokers, topic, 1, 2);
  const member = new Member('m', kafka.brokers, topic, [topic], overrides);
  members.push(member);
  await member.start();
  await waitFor('all records', () => member.seen.length === 2);
  return { topic, member };
}

describe('a silence', () => {
  it('shorter than the session is only a slow commit: it is acknowledged, and nothing is joined or read again', async () => {
    const { topic, member } = await reader({ sessionTimeoutMs: 10_000 });
    kafka.freeze();
    let acknowledged = false;
    const committing = member
      .assignment!.commit([{ topic, partition: 0, offset: 2, metadata: 'slow' }])
      .then(() => (acknowledged = true));
    await waitFor('3 s of silence', () => member.consumer.state().heartbeatAgeMs > 3000, { timeoutMs: 6000 });
    expect(acknowledged).toBe(false);
    kafka.thaw();
    await committing;
    await fill(kafka.brokers, topic, 1, 1, 2);
    await waitFor('the next record', () => member.seen.length === 3);
    expect(member.values(`${topic}/0`)).toEqual(['0', '1', '2']);
    expect(member.assignments).toHaveLength(1);
    expect(member.downs).toEqual([]);
    expect(member.consumer.state().joined).toBe(true);
    await member.consumer.stop();
    const heir = new Member('heir', kafka.brokers, topic, [topic]);
    members.push(heir);
    await heir.start();
    expect(heir.assignment?.committed(topic, 0)).toEqual({ offset: 2, metadata: 'slow' });
  }, 30_000);

  it('of two sessions ends the tenure; when Kafka answers again, the member is back and reads on', async () => {
    const { topic, member } = await reader({ sessionTimeoutMs: 3000 });
    await member.assignment!.commit([{ topic, partition: 0, offset: 2, metadata: '' }]);
    const frozenAt = performance.now();
    kafka.freeze();
    // From 5 s on readiness is red (memberOf of libs/runtime).
    await waitFor('5 s of silence', () => member.consumer.state().heartbeatAgeMs >= 5000, { timeoutMs: 10_000 });
    expect(performance.now() - frozenAt).toBeLessThan(10_000);
    expect(member.consumer.state().joined).toBe(false);
    await waitFor('the end of the tenure', () => member.downs.length === 1, { timeoutMs: 10_000 });
    expect(String(member.downs[0])).toMatch(/Kafka has answered no heartbeat for 6\d{3} ms/);
    kafka.thaw();
    await waitFor('the member to be back', () => member.consumer.state().joined, { timeoutMs: 20_000 });
    await fill(kafka.brokers, topic, 1, 1, 2);
    await waitFor('the next record', () => member.seen.length === 3);
    expect(member.values(`${topic}/0`)).toEqual(['0', '1', '2']);
  }, 60_000);
});

interface Inside {
  group: { fetch(): Promise<unknown> };
}
const inside = (member: Member): Inside['group'] => (member.consumer as unknown as Inside).group;

describe('a fetch', () => {
  // Such as of a broker that the connection has lost without a word, while the coordinator is another and well.
  it.each([
    ['that is never answered', () => new Promise<never>(() => {})],
    ['that fails again and again, of which kafkajs says nothing', () => Promise.reject(new Error('plain'))],
  ])(
    '%s ends the tenure although heartbeats are answered, and reading goes on',
    async (_, fetch) => {
      const { topic, member } = await reader({ sessionTimeoutMs: 1500 });
      await member.assignment!.commit([{ topic, partition: 0, offset: 2, metadata: '' }]);
      inside(member).fetch = fetch;
      await waitFor('its age', () => member.consumer.state().fetchAgeMs > 1000);
      expect(member.consumer.state().heartbeatAgeMs).toBeLessThan(1000);
      await waitFor('the end of the tenure', () => member.downs.length === 1);
      expect(String(member.downs[0])).toMatch(/Kafka has answered no fetch for [3-4]\d{3} ms/);
      await fill(kafka.brokers, topic, 1, 1, 2);
      await waitFor('the next record', () => member.seen.length === 3, { timeoutMs: 10_000 });
      expect(member.values(`${topic}/0`)).toEqual(['0', '1', '2']);
    },
    30_000,
  );

  it('that is answered late, or fails once, ends nothing', async () => {
    const { topic, member } = await reader({ sessionTimeoutMs: 1500 });
    const group = inside(member);
    const real = group.fetch.bind(group);
    const late = Promise.withResolvers<void>();
    let calls = 0;
    group.fetch = async (...args: []) => {
      calls += 1;
      if (calls === 1) await late.promise;
      if (calls === 2) throw new Error('plain');
      return real(...args);
    };
    await waitFor('its age', () => member.consumer.state().fetchAgeMs > 2000);
    late.resolve();
    await waitFor('fetches to be answered again', () => calls > 3 && member.consumer.state().fetchAgeMs < 500);
    await fill(kafka.brokers, topic, 1, 1, 2);
    await waitFor('the next record', () => member.seen.length === 3);
    expect(member.downs).toEqual([]);
    expect(member.assignments).toHaveLength(1);
  }, 30_000);
});
