import { patchKafkajs, registerHooks, type KafkajsInternals } from './kafkajs-patches.js';
import type ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';

/** The two methods, as kafkajs has them, on classes of our own. */
function internals() {
  const story: string[] = [];
  class Group {
    readonly assigners: object[] = [];
    joinAndSync(): Promise<void> {
      story.push('join');
      return Promise.resolve();
    }
    fetch(): Promise<unknown[]> {
      story.push('fetch');
      return Promise.resolve([]);
    }
  }
  class Queue {
    readonly pending: unknown[] = [];
    scheduleCheckPendingRequests(): void {
      story.push('timer');
    }
  }
  class Pool {
    connect(): Promise<void> {
      story.push('connect');
      return Promise.resolve();
    }
    disconnect(): Promise<void> {
      story.push('disconnect');
      return Promise.resolve();
    }
    createSeedBroker(): Promise<void> {
      story.push('next broker');
      return Promise.resolve();
    }
  }
  const kind = (version: number) => ({ versions: [String(version)], protocol: () => () => ({}) });
  const load = () =>
    ({
      ...{ ConsumerGroup: Group, BrokerPool: Pool, RequestQueue: Queue },
      Broker: { prototype: { fetch: () => undefined } },
      Encoder: { prototype: { writeEncoder: () => undefined } },
      ...{ Produce: kind(7), Fetch: kind(11) },
    }) as unknown as KafkajsInternals;
  return { story, Group, Pool, Queue, load };
}

describe('the start-up check of kafkajs', () => {
  it('refuses another version in words, before it looks into it', () => {
    const load = (): never => {
      throw new Error('Cannot find module');
    };
    expect(() => patchKafkajs('2.2.5', load)).toThrow('kafkajs is 2.2.5');
    expect(() => patchKafkajs('2.2.5', load)).toThrow('install exactly that version (npm ci)');
  });

  it.each([
    ['ConsumerGroup', 'kafkajs has no ConsumerGroup.joinAndSync'],
    ['BrokerPool', 'kafkajs has no BrokerPool.connect'],
    ['RequestQueue', 'kafkajs has no RequestQueue.scheduleCheckPendingRequests'],
    ['Broker', 'kafkajs has no Broker.fetch'],
    ['Encoder', 'kafkajs has no Encoder.writeEncoder'],
  ])('refuses a %s whose method is gone, and names it', (name, words) => {
    const one = internals().load();
    expect(() => patchKafkajs('2.2.4', () => ({ ...one, [name]: { prototype: {} } }))).toThrow(words);
  });
});

describe("the start-up check of kafkajs' protocol", () => {
  it.each([
    ['Produce', 'kafkajs does not speak Produce up to version 7'],
    ['Fetch', 'kafkajs does not speak Fetch up to version 11'],
  ])('refuses one that speaks a newer %s, or does not say how it speaks', (name, words) => {
    const one = internals().load();
    const newer = { versions: ['7', '11', '12'], protocol: () => () => ({}) };
    expect(() => patchKafkajs('2.2.4', () => ({ ...one, [name]: newer }))).toThrow(words);
    expect(() => patchKafkajs('2.2.4', () => ({ ...one, [name]: { versions: ['7', '11'] } }))).toThrow(words);
  });
});

describe('a pool of brokers that was disconnected', () => {
  it('connects no more and looks for no other broker, so that its retries end', async () => {
    const one = internals();
    patchKafkajs('2.2.4', one.load);
    const pool = new one.Pool();
    await pool.connect();
    await pool.createSeedBroker();
    await pool.disconnect();
    await expect(pool.connect()).rejects.toMatchObject({ retriable: false });
    await expect(pool.createSeedBroker()).rejects.toMatchObject({ retriable: false });
    await new one.Pool().connect();
    expect(one.story).toEqual(['connect', 'next broker', 'disconnect', 'connect']);
  });

  it('cuts a connection that was being made meanwhile', async () => {
    const one = internals();
    patchKafkajs('2.2.4', one.load);
    const pool = new one.Pool();
    const connecting = pool.connect();
    await pool.disconnect();
    await expect(connecting).rejects.toThrow('was closed');
    expect(one.story).toEqual(['connect', 'disconnect', 'disconnect']);
  });
});

describe('the wrapped join', () => {
  type Step = (story: string[]) => boolean;
  function hooked(before: Step, after: Step) {
    const one = internals();
    patchKafkajs('2.2.4', one.load);
    const group = new one.Group() as unknown as ConsumerGroup;
    const assigner = {};
    (group.assigners as object[]).push(assigner);
    registerHooks(assigner, {
      beforeJoin: () => Promise.resolve(before(one.story)),
      afterJoin: () => Promise.resolve(after(one.story)),
      joinFailed: () => Promise.resolve(false),
      beforeFetch: () => undefined,
    });
    return { group, story: one.story };
  }
  const note =
    (text: string, ...answers: boolean[]) =>
    (story: string[]) => (story.push(text), answers.shift() ?? true);

  it('revokes, joins, assigns, in this order', async () => {
    const { group, story } = hooked(note('revoke'), note('assign'));
    await group.joinAndSync();
    expect(story).toEqual(['revoke', 'join', 'assign']);
  });

  it('joins once for fetchers that ask at the same time, and again for one that asks later', async () => {
    const { group, story } = hooked(note('revoke'), note('assign'));
    await Promise.all([group.joinAndSync(), group.joinAndSync()]);
    expect(story).toEqual(['revoke', 'join', 'assign']);
    await group.joinAndSync();
    expect(story).toHaveLength(6);
  });

  it('joins again when the assignment could not be taken, and not at all when the member leaves', async () => {
    const { group, story } = hooked(note('revoke', true, false), note('assign', false));
    await group.joinAndSync();
    expect(story).toEqual(['revoke', 'join', 'assign', 'revoke']);
  });

  it('tries again or ends with the error, as it is told, when the group cannot be joined', async () => {
    const one = internals();
    const failures = [new Error('loading'), new Error('denied')];
    one.Group.prototype.joinAndSync = () => (one.story.push('join'), Promise.reject(failures.shift()!));
    patchKafkajs('2.2.4', one.load);
    const group = new one.Group();
    const assigner = {};
    group.assigners.push(assigner);
    const answers = [true, false];
    registerHooks(assigner, {
      beforeJoin: () => Promise.resolve(true),
      afterJoin: () => Promise.resolve(true),
      joinFailed: () => Promise.resolve(answers.shift()!),
      beforeFetch: () => undefined,
    });
    await expect(group.joinAndSync()).rejects.toThrow('denied');
    expect(one.story).toEqual(['join', 'join']);
  });

  it("leaves groups alone that are not ours: kafkajs' other users in the process", async () => {
    const one = internals();
    patchKafkajs('2.2.4', one.load);
    await new one.Group().joinAndSync();
    expect(one.story).toEqual(['join']);
  });
});

describe('the wrapped fetch', () => {
  it('waits for what comes before it, and for nothing in groups that are not ours', async () => {
    const { story, Group, load } = internals();
    patchKafkajs('2.2.4', load);
    const group = new Group() as unknown as ConsumerGroup;
    await group.fetch('1');
    const assigner = {};
    (group.assigners as object[]).push(assigner);
    const hook = () => Promise.resolve(true);
    const beforeFetch = (nodeId: string) => Promise.resolve().then(() => void story.push(`before ${nodeId}`));
    registerHooks(assigner, { beforeJoin: hook, afterJoin: hook, joinFailed: hook, beforeFetch });
    await group.fetch('1');
    expect(story).toEqual(['fetch', 'before 1', 'fetch']);
  });
});

describe('the wrapped request queue', () => {
  it('asks for a timer only while a request waits', () => {
    const one = internals();
    patchKafkajs('2.2.4', one.load);
    const queue = new one.Queue();
    queue.scheduleCheckPendingRequests();
    expect(one.story).toEqual([]);
    queue.pending.push({});
    queue.scheduleCheckPendingRequests();
    expect(one.story).toEqual(['timer']);
  });
});
