import { setTimeout as after } from 'node:timers/promises';
import type { Admin, ITopicConfig, Kafka } from 'kafkajs';
import { refuseOtherLadder } from './ladder-topics.js';
import { allTopics, DEFAULT_RUNGS, KINDS } from './topics.js';

/** A replication factor: as many as the brokers make by default (`default.replication.factor`), theirs to decide. */
export const BROKERS_DEFAULT = -1;

/**
 * Creates the topics that are missing; repeatable. An existing topic is left as it is.
 * @returns the names of those it created.
 * @throws Error when an existing topic has another number of partitions: order depends on equal numbers. And, before it
 * creates any, when a kind has more rungs than the ladder: what waits there would be read by nobody.
 */
export async function ensureTopics(
  kafka: Kafka,
  options: {
    readonly partitions: number;
    readonly replicationFactor: number;
    /** How many the ladder has; 6 when left out, as `RETRY_LADDER` has by default. */
    readonly rungs?: number;
  },
): Promise<readonly string[]> {
  const { partitions, replicationFactor, rungs = DEFAULT_RUNGS } = options;
  const table = allTopics(rungs);
  const admin = kafka.admin();
  await admin.connect();
  let created: readonly string[];
  try {
    const existing = new Set(await admin.listTopics());
    const missing = table.filter(({ name }) => !existing.has(name));
    created = missing.map(({ name }) => name);
    for (const kind of KINDS) refuseOtherLadder(kind, rungs, [...existing, ...created]);
    await createTopics(
      admin,
      missing.map(({ name, config }) => ({
        topic: name,
        numPartitions: partitions,
        replicationFactor,
        configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
      })),
    );
  } finally {
    await admin.disconnect();
  }
  await checkEqualPartitions(
    kafka,
    table.map(({ name }) => name),
    partitions,
  );
  return created;
}

/** How long a broker may take to know of topics that its controller has made, in milliseconds. */
const KNOWN_WITHIN_MS = 15_000;
const ASK_EVERY_MS = 50;
/** What a broker says of a topic that it has yet to hear of. */
const NOT_KNOWN_YET = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);

/**
 * Creates topics and resolves when they can be used. (kafkajs' own `waitForLeaders` fails on a broker that is slow to
 * hear of a topic: it waits for a leader, not for the topic.)
 */
export async function createTopics(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  if (topics.length === 0) return;
  await admin.createTopics({ topics, waitForLeaders: false });
  const deadline = performance.now() + KNOWN_WITHIN_MS;
  for (;;) {
    try {
      await admin.fetchTopicMetadata({ topics: topics.map(({ topic }) => topic) });
      return;
    } catch (error) {
      // kafkajs asks a few times by itself, and then says so around what the broker said.
      const { type, cause } = error as { type?: string; cause?: { type?: string } };
      if (!NOT_KNOWN_YET.has(type ?? cause?.type ?? '') || performance.now() > deadline) throw error;
      await after(ASK_EVERY_MS);
    }
  }
}

/** Enough to see what is wrong; all of them would fill the screen. */
const NAMED = 3;

/**
 * @returns the number of partitions that all the topics have.
 * @throws Error naming the topics that are missing or differ: a call's records must meet on one partition number.
 */
export async function checkEqualPartitions(
  kafka: Kafka,
  topics: readonly string[],
  expected?: number,
): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = topics.filter((name) => !existing.has(name));
    if (missing.length > 0) {
      throw new Error(`Kafka has no topic ${missing.join(', ')}; create the topics first (npm start does)`);
    }
    const { topics: found } = await admin.fetchTopicMetadata({ topics: [...topics] });
    const wanted = expected ?? found.find(({ name }) => name === topics[0])!.partitions.length;
    const different = found.filter(({ partitions }) => partitions.length !== wanted);
    if (different.length > 0) {
      const counts = different.slice(0, NAMED).map(({ name, partitions }) => `${name} has ${partitions.length}`);
      if (different.length > NAMED) counts.push(`and ${different.length - NAMED} more differ`);
      throw new Error(
        `all topics need ${wanted} partitions (PARTITIONS, or as ${topics[0]} has), but ${counts.join(', ')}; ` +
          'a call keeps its order only while its records share one partition number: make the topics anew with equal counts',
      );
    }
    return wanted;
  } finally {
    await admin.disconnect();
  }
}
