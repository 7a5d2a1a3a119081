/**
 * kafkajs ends a consumer for good on some errors, and says so in an event only. Every error that it knows, and the raw
 * ones that a bug throws: whatever it makes of one, the member reads on.
 * Oracles: `onDown`, and the record written after the error.
 */
import { createRequire } from 'node:module';
import { fill, makeTopics, Member } from './group-consumer.fixture.js';
import { sharedKafka, uniqueName, waitFor } from '#libs/testkit';

type ErrorClass = new (message: string, details: object) => Error;
const inKafkajs = createRequire(import.meta.url)('kafkajs/src/errors.js') as Record<string, unknown>;

/** One of each, made as kafkajs makes them: with a type, as the broker's answers have, and a list of partitions. */
function everyError(): ReadonlyMap<string, Error> {
  const errors = new Map<string, Error>();
  for (const [name, Class] of Object.entries(inKafkajs)) {
    if (!name.startsWith('KafkaJS')) continue;
    const message = name === 'KafkaJSDeleteTopicRecordsError' ? { partitions: [] } : name;
    errors.set(name, new (Class as ErrorClass)(message as string, {}));
  }
  for (const Raw of [Error, TypeError, RangeError, ReferenceError, SyntaxError]) errors.set(Raw.name, new Raw('raw'));
  for (const [type, retriable] of [
    ['GROUP_AUTHORIZATION_FAILED', false],
    ['UNKNOWN_MEMBER_ID', false],
    ['NOT_LEADER_FOR_PARTITION', true],
    ['REBALANCE_IN_PROGRESS', false],
  ] as const) {
    const Protocol = inKafkajs['KafkaJSProtocolError'] as ErrorClass;
    errors.set(type, new Protocol(Object.assign(new Error(type), { type, retriable }) as unknown as string, {}));
  }
  return errors;
}

/** Those for which kafkajs ends a consumer wherever they come up; it goes on by itself after the others. */
const ENDING = [
  'KafkaJSNonRetriableError',
  'KafkaJSPartialMessageError',
  'KafkaJSSASLAuthenticationError',
  'KafkaJSNumberOfRetriesExceeded',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSNotImplemented',
  'KafkaJSTimeout',
  'KafkaJSLockTimeout',
  'KafkaJSServerDoesNotSupportApiKey',
  'KafkaJSUnsupportedMagicByteInMessageSet',
  'KafkaJSInvariantViolation',
  'KafkaJSInvalidVarIntError',
  'KafkaJSInvalidLongError',
  'TypeError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'GROUP_AUTHORIZATION_FAILED',
];

interface Inside {
  group: {
    fetch(...args: unknown[]): Promise<unknown>;
    cluster: { findGroupCoordinator(...args: unknown[]): Promise<unknown> };
  };
}
const inside = (member: Member): Inside['group'] => (member.consumer as unknown as Inside).group;

describe('an error of kafkajs', () => {
  const members: Member[] = [];
  let brokers: string;
  beforeAll(async () => {
    brokers = await sharedKafka();
  }, 60_000);
  afterEach(async () => {
    await Promise.all(members.splice(0).map(({ consumer }) => consumer.stop()));
  });

  async function membersOf(names: readonly string[]): Promise<Map<string, Member>> {
    const run = uniqueName('errors');
    const topicOf = (name: string) => `${run}.${name}`;
    await makeTopics(brokers, names.map(topicOf), 1);
    const made = names.map((name) => new Member(name, brokers, topicOf(name), [topicOf(name)]));
    members.push(...made);
    await Promise.all(made.map((member) => member.start()));
    await waitFor('all to have partitions', () => made.every(({ owns }) => owns.length === 1), { timeoutMs: 30_000 });
    return new Map(made.map((member) => [member.name, member]));
  }

  async function writeAndRead(those: Iterable<Member>): Promise<void> {
    const all = [...those];
    for (const { consumer } of all) {
      const [topic] = (consumer as unknown as { options: { topics: readonly string[] } }).options.topics;
      await fill(brokers, topic!, 1, 1);
    }
    const waiting = () => all.filter(({ seen }) => seen.length === 0).map(({ name }) => name);
    await waitFor(
      () => `the record to be read by ${waiting().join(', ')}`,
      () => waiting().length === 0,
      {
        timeoutMs: 30_000,
      },
    );
  }

  const endedOnce = (those: ReadonlyMap<string, Member>): string[] =>
    [...those]
      .filter(([, { downs }]) => downs.length === 1)
      .map(([name]) => name)
      .sort();

  it('in the fetch loop ends no reading, whichever it is', async () => {
    const errors = everyError();
    expect(errors.size).toBeGreaterThan(35);
    const those = await membersOf([...errors.keys()]);
    for (const [name, member] of those) {
      const group = inside(member);
      const real = group.fetch.bind(group);
      const broken = errors.get(name)!;
      let thrown = false;
      group.fetch = (...args) => (thrown ? real(...args) : ((thrown = true), Promise.reject(broken)));
    }
    await writeAndRead(those.values());
    expect(endedOnce(those)).toEqual([...ENDING, 'KafkaJSNoBrokerAvailableError'].sort());
  }, 90_000);

  it('in a join ends no reading, whichever it is', async () => {
    const errors = everyError();
    const those = await membersOf([...errors.keys()]);
    for (const [name, member] of those) {
      const group = inside(member);
      const find = group.cluster.findGroupCoordinator.bind(group.cluster);
      const broken = errors.get(name)!;
      let thrown = false;
      group.cluster.findGroupCoordinator = (...args) =>
        thrown ? find(...args) : ((thrown = true), Promise.reject(broken));
      // Makes it join.
      group.fetch = () => {
        group.fetch = Object.getPrototypeOf(group).fetch;
        return Promise.reject(errors.get('REBALANCE_IN_PROGRESS')!);
      };
    }
    await writeAndRead(those.values());
    // A raw error in a join would let kafkajs fetch on for an assignment that was given back.
    expect(endedOnce(those)).toEqual(
      [...ENDING, 'Error', 'KafkaJSAggregateError', 'KafkaJSFetcherRebalanceError'].sort(),
    );
  }, 90_000);
});
