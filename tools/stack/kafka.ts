import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runToEnd, startChild, type Child } from './child-process.js';
import { makeOnce } from './make-once.js';
import { freePort, isAccepting } from './ports.js';
import { readyOrStopped } from './until-ready.js';

export interface EmbeddedKafkaOptions {
  /** Tells it from others of its kind in one run; `kafka` when left out. */
  readonly name?: string;
  /** Holds the broker's data, its settings and its log file. */
  readonly dataDir: string;
  /** Folder of the jars that Maven copied (fetchKafkaJars). */
  readonly jarsDir: string;
  readonly port: number;
  /** Another address that clients are told to use (`127.0.0.1:1234`), as of a proxy in front. */
  readonly advertised?: string;
  /** Spend less on compiling: starts in less time and runs slower; sessions may be short. For tests. */
  readonly shortLived?: boolean;
  readonly runDir?: string;
}

/** Small, for a machine that is shared with everything else. */
const JVM = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '-Dorg.slf4j.simpleLogger.showDateTime=true'];
/** Half the processor time of a start: 2.1 s instead of 3.6 s, measured on two cores. */
const SHORT_LIVED_JVM = ['-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
const CLUSTER_ID = 'cmVjaG8tZW1iZWRkZWQta2';

/** Starts a real Apache Kafka (KRaft, one node) and resolves when it takes connections; formats its folder once. */
export async function startEmbeddedKafka(options: EmbeddedKafkaOptions): Promise<Child> {
  const { dataDir, jarsDir, port, runDir } = options;
  await mkdir(dataDir, { recursive: true });
  const logFile = join(dataDir, 'kafka.log');
  const controllerPort = await freePort();
  const java = async (mainClass: string, logDir: string, ...args: string[]) => {
    const settings = join(dataDir, `${mainClass}.properties`);
    await writeFile(settings, serverProperties({ ...options, controllerPort, logDir }));
    return {
      name: options.name ?? 'kafka',
      command: 'java',
      args: [
        ...JVM,
        ...(options.shortLived ? SHORT_LIVED_JVM : []),
        '-cp',
        join(jarsDir, '*'),
        mainClass,
        ...args,
        settings,
      ],
      logFile,
      // Kafka ends after the services that drain into it.
      order: 2,
      ...(runDir === undefined ? {} : { runDir }),
    };
  };
  const logDir = join(dataDir, 'log');
  await makeOnce(logDir, async (unfinished) => {
    await runToEnd(await java('kafka.tools.StorageTool', unfinished, 'format', '-t', CLUSTER_ID, '-c'));
  });
  const child = await startChild(await java('kafka.Kafka', logDir));
  // The broker opens its port last, when it can serve.
  return readyOrStopped(child, () => isAccepting(port));
}

function serverProperties(options: EmbeddedKafkaOptions & { controllerPort: number; logDir: string }): string {
  const { port, controllerPort, logDir } = options;
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=PLAINTEXT://${options.advertised ?? `127.0.0.1:${port}`}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    `log.dirs=${logDir}`,
    'auto.create.topics.enable=false',
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=4',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'transaction.state.log.num.partitions=2',
    'share.coordinator.state.topic.replication.factor=1',
    'share.coordinator.state.topic.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    // After a kill the controller waits this long for the old broker before it takes the new one: 9 s by default.
    'broker.session.timeout.ms=3000',
    'broker.heartbeat.interval.ms=500',
    'message.max.bytes=4194304',
    'replica.fetch.max.bytes=4194304',
    'num.network.threads=2',
    'num.io.threads=4',
    'log.cleaner.dedupe.buffer.size=4194304',
    // Index files are made at this size and cut later: 200 topic-partitions of the usual 10 MiB are slow to make.
    'log.index.size.max.bytes=1048576',
    // Tests wait for sessions to end: the usual minimum is 6 s.
    ...(options.shortLived ? ['group.min.session.timeout.ms=500'] : []),
    '',
  ].join('\n');
}
