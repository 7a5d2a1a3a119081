import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  CONSUMER_DEFAULTS,
  createKafka,
  createProducer,
  GroupConsumer,
  ensureTopics,
  type OutgoingRecord,
  type Producer,
} from '#libs/kafka';
import { migrate } from '#libs/storage';
import {
  createDatabase,
  processesOfRun,
  startKafka,
  testRunDir,
  uniqueName,
  waitFor,
  type TestKafka,
} from '#libs/testkit';
import { describeExit, startChild, type Child } from '../../tools/stack/child-process.js';
import { SILENT_LOG } from '../../tools/stack/kafka-address.js';
import { SERVICE_FLAGS } from '../../tools/stack/node-flags.js';
import { freePort } from '../../tools/stack/ports.js';
import { REPOSITORY } from '../../tools/stack/repository.js';

export type ServiceName =
  'router' | 'delivery-slack' | 'delivery-teams' | 'delivery-email' | 'delivery-custom' | 'recorder' | 'api';

/** One process of a service, as it runs in production. */
export interface Service {
  readonly name: ServiceName;
  readonly port: number;
  readonly child: Child;
  /** Resolves when `/health/ready` says so. */
  ready(): Promise<void>;
  /** What `/health/ready` says. */
  readiness(): Promise<{ readonly status: number; readonly body: string }>;
  /** A metric's value, added up over its labels. @throws Error when the service has no such metric. */
  metric(name: string): Promise<number>;
  /** SIGKILL: as by a machine that is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and what a deploy would wait for. */
  stop(): Promise<void>;
}

/** What a service is started from. */
export interface Build {
  /** The folder whose `dist` it is. */
  readonly root: string;
  /** The program that runs it; this process's own when left out. */
  readonly node?: string;
}

export interface System {
  readonly kafka: TestKafka;
  readonly databaseUrl: string;
  readonly adminToken: string;
  /** Starts one more process of the service. @param build left out: of this repository. */
  start(name: ServiceName, env?: Readonly<Record<string, string>>, build?: Build): Promise<Service>;
  /** Writes to Kafka as our own producers do. */
  produce(records: readonly OutgoingRecord[]): Promise<void>;
  /** Reads a topic from its beginning until enough was found; all that was read. */
  records(topic: string, enough: (found: readonly TopicRecord[]) => boolean): Promise<readonly TopicRecord[]>;
  /** Ends every process it started, orderly. */
  close(): Promise<void>;
}

export interface TopicRecord {
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly partition: number;
  readonly offset: number;
}

export const PARTITIONS = 6;
/** A process that does not answer its health check for so long may as well stand still. */
const ANSWER_WITHIN_MS = 5000;

/**
 * A broker and a database of its own with topics and tables; services are started by the spec.
 * @param database empty, on a server that the spec wants to disturb; left out: on the shared server.
 * @param ladder `RETRY_LADDER` of all services; each of its rungs is a topic.
 * @param settings more of them, for all services.
 */
export async function startSystem(
  database?: string,
  ladder = '5s,15s,45s,135s,405s,1215s',
  settings: Readonly<Record<string, string>> = {},
): Promise<System> {
  const [kafka, databaseUrl] = await Promise.all([startKafka(), database ?? createDatabase()]);
  const client = createKafka({ brokers: [kafka.brokers], clientId: 'spec', tls: false, log: SILENT_LOG });
  const topics = { partitions: PARTITIONS, replicationFactor: 1, rungs: ladder.split(',').length };
  await Promise.all([migrate(databaseUrl), ensureTopics(client, topics)]);
  const adminToken = randomBytes(12).toString('base64url');
  const common = {
    KAFKA_BROKERS: kafka.brokers,
    DATABASE_URL: databaseUrl,
    PARTITIONS: String(PARTITIONS),
    RETRY_LADDER: ladder,
    ADMIN_TOKEN: adminToken,
    SECRETS_KEY: randomBytes(32).toString('base64'),
    ALLOW_HTTP_TARGETS: 'true',
    ALLOW_PRIVATE_TARGETS: 'true',
    // Nothing listens there: a spec that wants mails starts a mail server and says where.
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'Recho Notify <notify@recho.example>',
    API_RATE_LIMIT: '0',
    LOG_LEVEL: 'info',
    ...settings,
  };
  const services: Service[] = [];
  let producer: Producer | null = null;
  return {
    kafka,
    databaseUrl,
    adminToken,
    start: async (name, env = {}, build = { root: REPOSITORY }) => {
      const service = await startService(name, { ...process.env, ...common, ...env }, build);
      services.push(service);
      return service;
    },
    produce: async (records) => {
      if (producer === null) {
        producer = createProducer(client, SILENT_LOG);
        await producer.connect();
      }
      await producer.send(records);
    },
    records: async (topic, enough) => {
      const found: TopicRecord[] = [];
      // kafkajs' own consumer gives up on a broker that has just started.
      const consumer = new GroupConsumer({
        ...CONSUMER_DEFAULTS,
        kafka: client,
        groupId: uniqueName('reader'),
        topics: [topic],
        log: SILENT_LOG,
        handlers: {
          onBatch: ({ partition, records }) => {
            for (const { key, value, headers = {}, offset } of records) {
              const texts = Object.entries(headers).map(([name, header]) => [name, String(header)] as const);
              found.push({
                key: key?.toString() ?? null,
                value,
                headers: Object.fromEntries(texts),
                partition,
                offset,
              });
            }
            return Promise.resolve();
          },
        },
      });
      await consumer.start();
      try {
        const what = (): string => `records in ${topic}, found ${found.length} of others`;
        await waitFor(what, () => enough(found), { timeoutMs: 20_000 });
        return found;
      } finally {
        await consumer.stop();
      }
    },
    close: async () => {
      await Promise.all(services.map((service) => service.stop()));
      await producer?.close();
      await kafka.stop();
    },
  };
}

async function startService(
  name: ServiceName,
  env: Record<string, string | undefined>,
  { root, node = process.execPath }: Build,
): Promise<Service> {
  const port = await freePort();
  const id = uniqueName(name);
  // Jest's own flags are not the services'.
  const { NODE_OPTIONS: _flags, ...rest } = env;
  const child = await startChild({
    name: id,
    command: node,
    args: [...SERVICE_FLAGS, join(root, 'dist', 'apps', name, 'main.js')],
    logFile: join(testRunDir(), 'logs', `${id}.log`),
    env: { ...rest, [name === 'api' ? 'API_PORT' : 'HEALTH_PORT']: String(port) },
    runDir: processesOfRun(),
  });
  const get = async (path: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  return {
    name,
    port,
    child,
    ready: async () => {
      await waitFor(
        () => `${name} to be ready; its last lines: ${child.lastLines(5).join('\n')}`,
        async () => {
          if (!child.running()) {
            throw new Error(`${describeExit(name, await child.exited)}: ${child.lastLines(5).join('\n')}`);
          }
          return (await get('/health/ready')).ok;
        },
        { timeoutMs: 60_000 },
      );
    },
    readiness: async () => {
      const answer = await get('/health/ready');
      return { status: answer.status, body: await answer.text() };
    },
    metric: async (metric) => {
      const lines = (await (await get('/metrics')).text()).split('\n');
      if (!lines.some((line) => line.startsWith(`# TYPE ${metric} `)))
        throw new Error(`${name} has no metric ${metric}`);
      const values = lines.filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `));
      return values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
    },
    kill: () => child.stop(0),
    stop: () => child.stop(30_000),
  };
}
