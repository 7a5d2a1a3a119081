import { join } from 'node:path';
import { startEmbeddedKafka } from '../../tools/stack/kafka.js';
import { kafkaJars } from '../../tools/stack/kafka-jars.js';
import { freePort } from '../../tools/stack/ports.js';
import { onceInRun, processesOfRun, testRunDir, uniqueName } from './test-run.js';

export interface TestKafka {
  /** `127.0.0.1:<port>`, the same after a restart. */
  readonly brokers: string;
  readonly port: number;
  /** Down and up again, with its data. */
  restart(): Promise<void>;
  /** SIGSTOP: connections stay, nothing is answered, as of a network that swallows everything. `thaw` ends it. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** SIGKILL: as by a power cut. */
  kill(): Promise<void>;
  /** Orderly; `start` brings it back. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export interface TestKafkaOptions {
  /** Tell clients this address (`127.0.0.1:1234`, a proxy's) instead of the broker's own. */
  readonly advertised?: string;
}

/** A real broker of the spec's own, for what would disturb others. It ends with the run, or with `stop`. About 2.5 s. */
export async function startKafka(options: TestKafkaOptions = {}): Promise<TestKafka> {
  const name = uniqueName('kafka');
  const dataDir = join(testRunDir(), name);
  const jarsDir = await kafkaJars();
  const port = await freePort();
  const start = () =>
    startEmbeddedKafka({ ...options, name, dataDir, jarsDir, port, shortLived: true, runDir: processesOfRun() });
  let broker = await start();
  const stop = () => broker.stop(15_000);
  return {
    brokers: `127.0.0.1:${port}`,
    port,
    stop,
    start: async () => {
      broker = await start();
    },
    restart: async () => {
      await stop();
      broker = await start();
    },
    freeze: () => void process.kill(broker.pid, 'SIGSTOP'),
    thaw: () => void process.kill(broker.pid, 'SIGCONT'),
    kill: () => broker.stop(0),
  };
}

/** The address of the one broker that all specs of the run share: name topics and groups with `uniqueName`. */
export async function sharedKafka(): Promise<string> {
  return onceInRun('shared-kafka', async () => (await startKafka()).brokers);
}
