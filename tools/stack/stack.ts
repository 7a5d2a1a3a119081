import { join } from 'node:path';
import { BROKERS_DEFAULT, createKafka, ensureTopics } from '#libs/kafka';
import { kafkaConnection } from '#libs/runtime';
import { migrate } from '#libs/storage';
import type { Child } from './child-process.js';
import { startInbox } from './inbox.js';
import { startJaeger, traceUrlOf } from './jaeger.js';
import { startEmbeddedKafka } from './kafka.js';
import { anyAnswers, SILENT_LOG } from './kafka-address.js';
import { createDatabaseAt, postgresUrl, startEmbeddedPostgres } from './postgres.js';
import type { StackSecrets } from './secrets.js';
import { programOf, SERVICES } from './services.js';
import type { StackSettings } from './settings.js';
import { supervise, type Program, type Supervised } from './supervise.js';

export interface StackOptions {
  readonly settings: StackSettings;
  readonly secrets: StackSecrets;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** All state of the stack. */
  readonly dataDir: string;
  readonly say: (text: string) => void;
}

export interface Stack {
  /** Resolves when every service is ready. @throws Error in a sentence that says what to do. */
  start(): Promise<{ readonly databaseUrl: string; readonly inbox: string | null; readonly jaeger: string | null }>;
  /** Services drain first, then Kafka, the inbox and Jaeger end, then PostgreSQL; what has not ended after `graceMs` is killed. */
  stop(graceMs: number): Promise<void>;
}

const DATABASE = 'recho';
/** Of mails that go no further than the inbox. */
const MAIL_FROM = 'Recho Notify <notify@recho.example>';

export function createStack(options: StackOptions): Stack {
  const { settings, secrets, env, dataDir, say } = options;
  const runDir = join(dataDir, 'run');
  const services: Supervised[] = [];
  const kafka: Supervised[] = [];
  const inbox: Supervised[] = [];
  const jaeger: Supervised[] = [];
  const postgres: Supervised[] = [];
  let stopping = false;

  const enlist = (tier: Supervised[], program: Program): Supervised => {
    if (stopping) throw new Error('the stack is stopping');
    const supervised = supervise(program, say);
    tier.push(supervised);
    return supervised;
  };

  /** Runs it under supervision; its `spawn` resolves when it serves. */
  const embed = async (tier: Supervised[], name: string, spawn: () => Promise<Child>): Promise<void> => {
    await enlist(tier, { name, spawn, ready: () => Promise.resolve() }).start();
  };

  const provideKafka = async (): Promise<void> => {
    const { KAFKA_BROKERS: brokers, KAFKA_PORT: port, KAFKA_JARS: jarsDir, embedKafka } = settings;
    if (embedKafka && port !== undefined && jarsDir !== undefined) {
      await embed(kafka, 'kafka', () => startEmbeddedKafka({ dataDir: join(dataDir, 'kafka'), jarsDir, port, runDir }));
    } else {
      await expectKafka(brokers);
    }
    const client = createKafka({ ...kafkaConnection(settings), clientId: 'npm-start', log: SILENT_LOG });
    const topics = {
      partitions: settings.PARTITIONS,
      replicationFactor: embedKafka ? 1 : BROKERS_DEFAULT,
      rungs: settings.RETRY_LADDER.length,
    };
    const created = await ensureTopics(client, topics).catch((cause: Error) => {
      throw embedKafka
        ? new Error(`${cause.message} (npm run reset removes all topics of this clone, with what waits on them)`, {
            cause,
          })
        : cause;
    });
    say(`Kafka is up at ${brokers.join(', ')}${created.length > 0 ? `, with ${created.length} new topics` : ''}.`);
  };

  const providePostgres = async (): Promise<string> => {
    let url = settings.DATABASE_URL;
    const port = settings.POSTGRES_PORT;
    if (url === undefined && port !== undefined) {
      const password = secrets.postgresPassword;
      await embed(postgres, 'postgres', () =>
        startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), port, password, runDir, say }),
      );
      await createDatabaseAt(postgresUrl(port, password, 'postgres'), DATABASE);
      url = postgresUrl(port, password, DATABASE);
    }
    if (url === undefined) throw new Error('neither DATABASE_URL nor POSTGRES_PORT is set: start this with npm start');
    await migrate(url).catch((cause: Error) => {
      const { host, pathname } = new URL(url);
      throw new Error(
        `the database ${pathname.slice(1)} at ${host} could not be migrated (${cause.message}): ${CHECK_DATABASE}`,
        { cause },
      );
    });
    say(`PostgreSQL is up at ${new URL(url).host}, migrated.`);
    return url;
  };

  /** Where mails go, as the services are told, and where they can be read. */
  const provideMail = async (): Promise<{ readonly mailEnv: NodeJS.ProcessEnv; readonly inboxUrl: string | null }> => {
    const { SMTP_URL: ownServer, SMTP_PORT: smtpPort, INBOX_PORT: webPort } = settings;
    if (ownServer !== undefined || smtpPort === undefined || webPort === undefined) {
      return { mailEnv: {}, inboxUrl: null };
    }
    await embed(inbox, 'inbox', () => startInbox({ dataDir: join(dataDir, 'inbox'), smtpPort, webPort, runDir }));
    const inboxUrl = `http://127.0.0.1:${webPort}`;
    say(`The inbox is up at ${inboxUrl}.`);
    const mailEnv = { SMTP_URL: `smtp://127.0.0.1:${smtpPort}`, MAIL_FROM: env['MAIL_FROM'] || MAIL_FROM };
    return { mailEnv, inboxUrl };
  };

  /** Where traces go, as the services are told, and where they can be asked for. */
  const provideJaeger = async (): Promise<{
    readonly traceEnv: NodeJS.ProcessEnv;
    readonly jaegerUrl: string | null;
  }> => {
    const { JAEGER_BIN: bin, JAEGER_PORT: queryPort, OTLP_PORT: otlpPort } = settings;
    if (bin === undefined || queryPort === undefined || otlpPort === undefined)
      return { traceEnv: {}, jaegerUrl: null };
    await embed(jaeger, 'jaeger', () =>
      startJaeger({ bin, dataDir: join(dataDir, 'jaeger'), otlpPort, queryPort, runDir }),
    );
    const jaegerUrl = `http://127.0.0.1:${queryPort}`;
    say(`Jaeger is up at ${jaegerUrl}.`);
    const traceEnv = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${otlpPort}`,
      TRACE_URL: await traceUrlOf(jaegerUrl),
    };
    return { traceEnv, jaegerUrl };
  };

  return {
    start: async () => {
      const [databaseUrl, , { mailEnv, inboxUrl }, { traceEnv, jaegerUrl }] = await Promise.all([
        providePostgres(),
        provideKafka(),
        provideMail(),
        provideJaeger(),
      ]);
      const serviceEnv = {
        // The stack is for one machine; whoever sets these otherwise is obeyed.
        ALLOW_HTTP_TARGETS: 'true',
        ALLOW_PRIVATE_TARGETS: 'true',
        ...env,
        ...mailEnv,
        ...traceEnv,
        KAFKA_BROKERS: settings.KAFKA_BROKERS.join(','),
        PARTITIONS: String(settings.PARTITIONS),
        DATABASE_URL: databaseUrl,
        ADMIN_TOKEN: settings.ADMIN_TOKEN ?? secrets.adminToken,
        SECRETS_KEY: settings.SECRETS_KEY ?? secrets.secretsKey,
      };
      say(`Starting ${SERVICES.map(({ name }) => name).join(', ')} …`);
      const surroundings = { dataDir, runDir, settings, env: serviceEnv };
      await Promise.all(SERVICES.map((service) => enlist(services, programOf(service, surroundings)).start()));
      return { databaseUrl, inbox: inboxUrl, jaeger: jaegerUrl };
    },
    stop: async (graceMs) => {
      stopping = true;
      for (const tier of [services, [...kafka, ...inbox, ...jaeger], postgres]) {
        await Promise.all(tier.map((supervised) => supervised.stop(graceMs)));
      }
    },
  };
}

const CHECK_DATABASE = 'start it or correct DATABASE_URL, or leave that unset to embed one';

async function expectKafka(brokers: readonly string[]): Promise<void> {
  if (await anyAnswers(brokers)) return;
  throw new Error(
    `no Kafka answers at ${brokers.join(', ')}: start it, correct KAFKA_BROKERS, or leave that unset to embed one`,
  );
}
