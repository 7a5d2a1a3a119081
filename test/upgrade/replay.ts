import { CONSUMER_DEFAULTS, createKafka, GroupConsumer, TOPICS } from '#libs/kafka';
import { createDatabase, startScriptedReceiver, waitFor, type Arrival } from '#libs/testkit';
import { Client } from 'pg';
import { SILENT_LOG } from '../../tools/stack/kafka-address.js';
import { openHistory } from '../harness/history.js';
import { startSystem, type Service, type System } from '../harness/system.js';
import { GROUPS, LADDER, SERVICES } from './capture.js';
import { readRelease, type KeptCommit, type Release } from './release.js';
import { restoreTables } from './restore-tables.js';

/** What the release left under way, in the order in which its calls want it; `name attempt`. */
const LEFT = {
  hangs: ['hangs 1'],
  'waits-1': ['waits-1 3', 'then-2 1', 'then-3 1'],
};

/**
 * The present processes take over, in a real Kafka and Postgres, what the kept release had under way: its records at their
 * offsets, its commits, its tables.
 * @returns what is wrong, in sentences.
 */
export async function replayRelease(release: Release = readRelease()): Promise<string[]> {
  const database = await createDatabase();
  const receiver = await startScriptedReceiver();
  await restoreTables(database, release);
  await pointEndpointsAt(database, receiver.url);
  // Its migrations run on the tables as they were left.
  const system = await startSystem(database, LADDER);
  const history = await openHistory(database);
  try {
    // In their order, so that each gets its offset again.
    await system.produce(release.records);
    for (const group of Object.keys(GROUPS)) await commitAs(system, group, release.commits);
    const services: Service[] = [];
    for (const name of SERVICES) services.push(await system.start(name));
    await Promise.all(services.map((service) => service.ready()));

    const wanted = Object.values(LEFT).flat();
    await receiver.until(wanted.length, 30_000).catch(() => undefined); // what is missing is told below
    await settled(async () => (await history.parked()).lanes === 0 && (await history.ended()) >= ENDED);
    const violations = await services.find(({ name }) => name === 'recorder')!.metric('recho_order_violations_total');
    return [
      ...faultsOf(receiver.arrivals),
      ...((await history.parked()).lanes === 0 ? [] : ['a lane is parked still']),
      ...((await history.ended()) === ENDED ? [] : [`${await history.ended()} deliveries have ended, not ${ENDED}`]),
      ...(violations === 0 ? [] : [`${violations} violations of order`]),
    ];
  } finally {
    await history.close();
    await receiver.close();
    await system.close();
  }
}

/** Deliveries of CUSTOM jobs; the one that was no job is none. */
const ENDED = 11;

/** @returns what the receiver should have seen and did not, and the other way round. */
export function faultsOf(arrivals: readonly Arrival[]): string[] {
  const seen = arrivals.map(
    ({ headers }) => `${String(headers['x-recho-event-id'])} ${String(headers['x-recho-attempt'])}`,
  );
  const faults = Object.entries(LEFT).flatMap(([lane, wanted]) => {
    const got = seen.filter((one) => wanted.some((name) => name.split(' ')[0] === one.split(' ')[0]));
    return got.join() === wanted.join()
      ? []
      : [`of ${lane} came ${got.join(', ') || 'nothing'}, not ${wanted.join(', ')}`];
  });
  const known = new Set(
    Object.values(LEFT)
      .flat()
      .map((one) => one.split(' ')[0]),
  );
  return [
    ...faults,
    ...seen.filter((one) => !known.has(one.split(' ')[0])).map((one) => `${one} had ended, and came again`),
  ];
}

async function settled(condition: () => Promise<boolean>): Promise<void> {
  await waitFor('everything to end', condition, { timeoutMs: 20_000 }).catch(() => undefined);
}

async function pointEndpointsAt(database: string, url: string): Promise<void> {
  const client = new Client({ connectionString: database });
  await client.connect();
  await client.query(`UPDATE endpoints SET target = $1 WHERE endpoint_type = 'CUSTOM'`, [url]);
  await client.end();
}

/** Commits with their metadata, which kafkajs' admin cannot. The recorder reads all of its topic anew. */
async function commitAs(system: System, group: string, all: readonly KeptCommit[]): Promise<void> {
  const commits = all.filter((commit) => commit.group === group && commit.topic !== TOPICS.attempts);
  if (commits.length === 0) return;
  const committing: Promise<void>[] = [];
  const consumer = new GroupConsumer({
    ...CONSUMER_DEFAULTS,
    kafka: createKafka({ brokers: [system.kafka.brokers], clientId: 'restore', tls: false, log: SILENT_LOG }),
    ...{ groupId: group, topics: [...GROUPS[group]!], log: SILENT_LOG },
    handlers: {
      onAssigned: (assignment) => {
        committing.push(assignment.commit(commits));
      },
      onBatch: () => Promise.resolve(),
    },
  });
  await consumer.start();
  try {
    await waitFor(`${group} to be assigned`, () => committing.length > 0);
    await Promise.all(committing);
  } finally {
    await consumer.stop();
  }
}
