import { randomInt } from 'node:crypto';
import { createKafka, createProducer, TOPICS, type Producer } from '#libs/kafka';
import { defineSettings, kafkaConnection, kafkaSettings, loadSettings } from '#libs/runtime';
import { createApiClient } from '../api-client.js';
import { onInterrupt } from '../stack/interrupts.js';
import { anyAnswers, SILENT_LOG } from '../stack/kafka-address.js';
import { runningStack } from '../stack/running-stack.js';
import { chooseProject, hasTriggers } from './choose-project.js';
import { parseOptions, USAGE, type SimulateOptions } from './options.js';
import { playCalls } from './play-calls.js';
import { seededRandom } from './sequences.js';
import { simulateCall } from './simulated-call.js';

const TELL_EVERY_MS = 2000;

try {
  const options = parseOptions(process.argv.slice(2), () => randomInt(2 ** 31));
  if (options === 'help') console.log(USAGE);
  else await simulate(options);
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)} (npm run simulate -- --help)`);
  process.exitCode = 1;
}

async function simulate(options: SimulateOptions): Promise<void> {
  const { calls: count, rate, errors, seed } = options;
  const project = await projectToPlay(options);
  const producer = await connect(options.brokers ?? process.env['KAFKA_BROKERS'] ?? runningStack()?.brokers);
  const random = seededRandom(seed);
  const run = seed.toString(36);
  const calls = Array.from({ length: count }, (_, index) =>
    simulateCall(project.id, `sim-${run}-${index + 1}`, random, errors),
  );
  const total = calls.reduce((sum, { planned }) => sum + planned.length, 0);
  console.log(`Playing ${count} calls (${total} events) for ${project.text}, ${rate} events a second, --seed ${seed}.`);

  const interrupted = new AbortController();
  onInterrupt(
    () => interrupted.abort(),
    () => process.exit(130),
  );
  const startedAt = performance.now();
  let played = 0;
  const telling = setInterval(() => console.log(`  ${played} of ${total} events`), TELL_EVERY_MS);
  try {
    const safe = await playCalls({
      calls,
      rate,
      random,
      send: (records) => producer.send(records),
      played: () => (played += 1),
      stop: interrupted.signal,
    });
    const seconds = (performance.now() - startedAt) / 1000;
    console.log(
      `${safe} events are in ${TOPICS.events}, after ${seconds.toFixed(1)} s; callIds sim-${run}-1 to sim-${run}-${count}.`,
    );
    if (interrupted.signal.aborted) console.log('Interrupted: the remaining events were not played.');
  } finally {
    clearInterval(telling);
    await producer.close();
  }
}

/** Without an API that could be asked, a project that is named is taken on trust. */
async function projectToPlay({ project, api: apiUrl }: SimulateOptions): Promise<{ id: string; text: string }> {
  const running = runningStack();
  const url = apiUrl ?? running?.api;
  const token = process.env['ADMIN_TOKEN'] ?? running?.adminToken;
  if (url === undefined || token === undefined) {
    if (project !== undefined) return { id: project, text: `project ${project} (not checked: no API known)` };
    throw new Error('npm start does not run here: start it, or name a project (--project ID) and a Kafka (--brokers)');
  }
  const api = createApiClient(url, token);
  const { id, name } = await chooseProject(api, project);
  if (!(await hasTriggers(api, id))) {
    console.log(
      `Note: project ${name} has no triggers, so nothing will be delivered (PUT ${url}/v1/projects/${id}/triggers).`,
    );
  }
  return { id, text: `project ${name} (${id})` };
}

/** @throws Error in a sentence when there is no such Kafka: kafkajs would try for ever. */
async function connect(brokers: string | undefined): Promise<Producer> {
  const settings = loadSettings(defineSettings(kafkaSettings), { ...process.env, KAFKA_BROKERS: brokers });
  if (!(await anyAnswers(settings.KAFKA_BROKERS))) {
    throw new Error(
      `no Kafka answers at ${settings.KAFKA_BROKERS.join(', ')}: run npm start, or name one with --brokers`,
    );
  }
  const kafka = createKafka({ ...kafkaConnection(settings), clientId: 'simulate', log: SILENT_LOG });
  const admin = kafka.admin();
  await admin.connect();
  const topics = await admin.listTopics();
  await admin.disconnect();
  if (!topics.includes(TOPICS.events)) {
    throw new Error(
      `the Kafka at ${settings.KAFKA_BROKERS.join(', ')} has no topic ${TOPICS.events}: run npm start on it once`,
    );
  }
  const producer = createProducer(kafka, SILENT_LOG);
  await producer.connect();
  return producer;
}
