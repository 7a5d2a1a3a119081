/**
 * Partitions change hands in good order, on a real broker.
 * Oracles: what each member was handed and when, and the commits as the broker has them.
 */
import { FencedError, type Assignment } from './assignment.js';
import { fill, kafkaAt, makeTopics, Member, type MemberOptions, type Seen } from './group-consumer.fixture.js';
import { sharedKafka, uniqueName, waitFor } from '#libs/testkit';

const PARTITIONS = 6;
let brokers: string;
const members: Member[] = [];

beforeAll(async () => {
  brokers = await sharedKafka();
}, 60_000);

afterEach(async () => {
  await Promise.all(members.splice(0).map(({ consumer }) => consumer.stop()));
});

interface Group {
  readonly id: string;
  readonly topics: readonly string[];
  join(name: string, overrides?: MemberOptions): Member;
}

async function group(topicCount = 1, partitions = PARTITIONS): Promise<Group> {
  const id = uniqueName('group');
  const topics = Array.from({ length: topicCount }, (_, index) => `${id}.${index}`);
  await makeTopics(brokers, topics, partitions);
  const join: Group['join'] = (name, overrides) => {
    const member = new Member(name, brokers, id, topics, overrides);
    members.push(member);
    void member.start();
    return member;
  };
  return { id, topics, join };
}

/** A drain that ends when the spec says so. */
function gate() {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

async function stateOf(groupId: string): Promise<string | undefined> {
  const admin = kafkaAt(brokers).admin();
  await admin.connect();
  const { groups } = await admin.describeGroups([groupId]);
  await admin.disconnect();
  return groups[0]?.state;
}

const commitOf = (topic: string, partition: number, offset: number, metadata = '') => [
  { topic, partition, offset, metadata },
];
const numbersOf = (member: Member, topic: string) => [...(member.assignment?.partitions.get(topic) ?? [])].sort();
/** All partition numbers have an owner, and the same one on every topic. */
const isSharedOut = (those: readonly Member[], topics: readonly string[]) => {
  const [main] = topics;
  const all = those.flatMap((member) => numbersOf(member, main!));
  const together = those.every((member) =>
    topics.every((topic) => numbersOf(member, topic).join() === numbersOf(member, main!).join()),
  );
  return together && all.length === PARTITIONS && new Set(all).size === PARTITIONS;
};

describe('a partition number', () => {
  it('has one owner across main topic and rungs, while 2, 3, 4 and 5 members join and leave', async () => {
    const { topics, join } = await group(8);
    const owners = new Map<number, string>();
    const overlaps: string[] = [];
    const joinWatched = (name: string) =>
      join(name, {
        handlers: {
          onAssigned: ({ partitions }) => {
            for (const number of new Set([...partitions.values()].flat())) {
              const owner = owners.get(number);
              if (owner !== undefined) overlaps.push(`${number}: ${owner} and ${name}`);
              owners.set(number, name);
            }
          },
          onRevoked: ({ partitions }) => {
            for (const number of new Set([...partitions.values()].flat())) owners.delete(number);
          },
        },
      });
    const present: Member[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      present.push(joinWatched(name));
      await waitFor(`${present.length} members to share out`, () => isSharedOut(present, topics));
    }
    for (const leaving of [0, 2, 1]) {
      await present.splice(leaving, 1)[0]!.consumer.stop();
      await waitFor(`${present.length} members to share out`, () => isSharedOut(present, topics));
    }
    expect(overlaps).toEqual([]);
  }, 60_000);
});

describe('the revoke hook', () => {
  it('is awaited before another member gets anything, and the next owner starts at the commit made inside', async () => {
    const { topics, join } = await group(1, 1);
    const topic = topics[0]!;
    await fill(brokers, topic, 1, 10);
    const draining = gate();
    let revoking = false;
    const drain = async (assignment: Assignment) => {
      revoking = true;
      await draining.opened;
      await assignment.commit(commitOf(topic, 0, 7, 'progress'));
      revoking = false;
    };
    const early: Seen[] = [];
    const first = join('a', { handlers: { onRevoked: drain } });
    await waitFor('all to be read', () => first.seen.length === 10);
    // Its member id decides who owns the only partition: joiners come until one takes it.
    const others = Array.from({ length: 3 }, (_, index) =>
      join(`b${index}`, {
        handlers: { onBatch: ({ records }) => Promise.resolve(void (revoking && early.push(...(records as never[])))) },
      }),
    );
    await waitFor('the drain to begin', () => revoking);
    await fill(brokers, topic, 1, 1, 10);
    expect(others.flatMap(({ assignments }) => assignments)).toEqual([]);
    draining.open();
    const all = [first, ...others];
    const owner = await waitFor('a new generation', () =>
      all.find(({ owns, assignments }) => owns.length === 1 && assignments.at(-1)!.committed(topic, 0) !== null),
    );
    expect(owner.assignments.at(-1)!.committed(topic, 0)).toEqual({ offset: 7, metadata: 'progress' });
    await waitFor('reading to go on', () => all.some(({ seen }) => seen.some(({ value }) => value === '10')));
    const after = all.flatMap(({ seen }) => seen).slice(-4);
    expect(after.map(({ offset }) => offset)).toEqual([7, 8, 9, 10]);
    expect(early).toEqual([]);
  });

  it('comes after the handlers under way, whose commits still count', async () => {
    const { topics, join } = await group(1, 1);
    const topic = topics[0]!;
    await fill(brokers, topic, 1, 3);
    const handling = gate();
    const story: string[] = [];
    const member = join('a', {
      handlers: {
        onBatch: async ({ assignment }) => {
          story.push('handler');
          await handling.opened;
          await assignment.commit(commitOf(topic, 0, 3));
          story.push('committed');
        },
        onRevoked: () => void story.push('revoked'),
      },
    });
    await waitFor('the handler', () => story.length === 1);
    const stopped = member.consumer.stop();
    handling.open();
    await stopped;
    expect(story).toEqual(['handler', 'committed', 'revoked']);
  });

  it('may take longer than the session: heartbeats go on, also while a handler is slow', async () => {
    const { topics, join } = await group(1, 1);
    const topic = topics[0]!;
    const long = 2500;
    let slow = true;
    const commits: string[] = [];
    const member = join('a', {
      sessionTimeoutMs: 1500,
      handlers: {
        onBatch: async ({ assignment }) => {
          if (slow) await new Promise((resolve) => setTimeout(resolve, long));
          slow = false;
          await assignment.commit(commitOf(topic, 0, 1));
          commits.push('handler');
        },
        onRevoked: async (assignment) => {
          await new Promise((resolve) => setTimeout(resolve, long));
          await assignment.commit(commitOf(topic, 0, 2));
          commits.push('drain');
        },
      },
    });
    await fill(brokers, topic, 1, 2);
    await waitFor('the slow handler', () => commits.length === 1);
    expect(member.consumer.state()).toMatchObject({ joined: true });
    await member.consumer.stop();
    expect(commits).toEqual(['handler', 'drain']);
    expect(member.assignments).toHaveLength(1);
    expect(member.complaints).toEqual([]);
  });

  it('of a stopping member is not cut short by a rebalance, and the member does not join again', async () => {
    const { id, topics, join } = await group(1, 2);
    const topic = topics[0]!;
    await fill(brokers, topic, 2, 5);
    const draining = gate();
    let committed = '';
    const leaver = join('a', {
      handlers: {
        onRevoked: async (assignment) => {
          await draining.opened;
          await assignment.commit(commitOf(topic, 0, 4)).then(
            () => (committed = 'accepted'),
            (error: unknown) => (committed = String(error)),
          );
        },
      },
    });
    await waitFor('its assignment', () => leaver.owns.length === 2);
    const stopping = leaver.consumer.stop();
    const joiner = join('b');
    // More to read, and a group that wants to be joined again: both reach the leaver while it drains.
    await fill(brokers, topic, 2, 5, 5);
    await waitFor('the group to wait for the leaver', async () => (await stateOf(id)) === 'PreparingRebalance');
    expect(joiner.assignments).toEqual([]);
    draining.open();
    await stopping;
    await waitFor('the joiner to own all', () => joiner.owns.length === 2);
    expect(committed).toBe('accepted');
    expect(leaver.assignments).toHaveLength(1);
    expect(joiner.assignments.at(-1)!.committed(topic, 0)).toMatchObject({ offset: 4 });
    expect(leaver.complaints).toEqual([]);
  });
});

describe('a commit', () => {
  it('of an older generation is refused, one of this generation is not', async () => {
    const { topics, join } = await group();
    const topic = topics[0]!;
    const first = join('a');
    await waitFor('the first assignment', () => first.owns.length === PARTITIONS);
    const old = first.assignment!;
    await old.commit(commitOf(topic, 0, 0, 'first'));
    const second = join('b');
    await waitFor('both to own something', () => first.owns.length === 3 && second.owns.length === 3);
    await expect(old.commit(commitOf(topic, 0, 0, 'late'))).rejects.toThrow(FencedError);
    const owner = [first, second].find(({ owns }) => owns.includes(`${topic}/0`))!;
    expect(owner.assignment!.committed(topic, 0)).toEqual({ offset: 0, metadata: 'first' });
    await owner.assignment!.commit(commitOf(topic, 0, 0, 'now'));
  });

  it('of a member that the broker has given up is refused by the broker itself', async () => {
    const { topics, join } = await group(1, 1);
    const topic = topics[0]!;
    let stalled: Assignment | undefined;
    const draining = gate();
    const options: MemberOptions = { rebalanceTimeoutMs: 1000 };
    // Its drain takes longer than the group waits.
    const first = join('a', {
      ...options,
      handlers: { onRevoked: (assignment) => ((stalled = assignment), draining.opened) },
    });
    await waitFor('its assignment', () => first.owns.length === 1);
    const second = join('b', options);
    await waitFor('the other to take over', () => second.owns.length === 1, { timeoutMs: 15_000 });
    await expect(stalled!.commit(commitOf(topic, 0, 0))).rejects.toThrow(FencedError);
    draining.open();
  }, 30_000);

  it("'s metadata survives the consumer, byte for byte, up to the 4,096 that the broker allows", async () => {
    const { topics, join } = await group(1, 1);
    const metadata = `1;epoch:7:0;${'A'.repeat(4096 - 12)}`;
    const first = join('a');
    await waitFor('its assignment', () => first.owns.length === 1);
    await first.assignment!.commit(commitOf(topics[0]!, 0, 5, metadata));
    await first.consumer.stop();
    const second = join('b');
    await waitFor('the next assignment', () => second.owns.length === 1);
    expect(second.assignment!.committed(topics[0]!, 0)).toEqual({ offset: 5, metadata });
    await expect(second.assignment!.commit(commitOf(topics[0]!, 0, 5, `${metadata}!`))).rejects.not.toThrow(
      FencedError,
    );
  });
});

describe('a member that stops', () => {
  it('leaves at once: the others take over within about a second, long before its session ends', async () => {
    const { join } = await group();
    const [first, second] = [join('a'), join('b')];
    await waitFor('both to own something', () => first.owns.length === 3 && second.owns.length === 3);
    const before = performance.now();
    await first.consumer.stop();
    await waitFor('the other to own all', () => second.owns.length === PARTITIONS);
    expect(performance.now() - before).toBeLessThan(2000);
    expect(first.consumer.state().joined).toBe(false);
  });
});
