import { styleText } from 'node:util';
import { kafkaConnection } from '#libs/runtime';
import { createApiClient } from '../api-client.js';
import { playAllDestinations } from '../demo/all-destinations.js';
import { playDemo } from '../demo/play-demo.js';
import { addressLines, nextSteps, targetWarning } from './banner.js';
import { onInterrupt } from './interrupts.js';
import { SILENT_LOG } from './kafka-address.js';
import { announceStack, DATA_DIR, withdrawStack } from './running-stack.js';
import { stackSecrets } from './secrets.js';
import { stackSettings, type StackSettings } from './settings.js';
import { createStack, type Stack } from './stack.js';

const startedAt = performance.now();
const ending = new AbortController();

/** Longer than a service's own SHUTDOWN_TIMEOUT. */
const GRACE_MS = 30_000;

// A reader that went away (npm start | head) is no reason to leave anything half-done.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => {
    if (!ending.signal.aborted) process.emit('SIGHUP');
  });
}

/** A line with the seconds since the start. */
function say(text: string): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(5);
  print(`${styleText('dim', `${seconds} s`)}  ${text}`);
}

function print(text: string): void {
  console.log(text);
}

function printError(what: string, error: unknown): void {
  console.error(styleText('red', `${what}: ${error instanceof Error ? error.message : String(error)}`));
}

async function run(settings: StackSettings, stack: Stack, adminToken: string): Promise<void> {
  const { databaseUrl, inbox, jaeger } = await stack.start();
  const api = `http://127.0.0.1:${settings.API_PORT}`;
  announceStack({ api, adminToken, brokers: settings.KAFKA_BROKERS.join(','), jaeger });
  say(styleText('bold', 'Everything is up.'));
  const addresses = { settings, databaseUrl, adminToken, dataDir: DATA_DIR, inbox, jaeger };
  for (const line of ['', ...addressLines(addresses), '', ...targetWarning(process.env), '']) print(line);
  if (!process.argv.includes('--no-demo')) {
    const kafka = { ...kafkaConnection(settings), clientId: 'demo', log: SILENT_LOG };
    const demo = { api: createApiClient(api, adminToken), adminToken, kafka, say: print, stop: ending.signal };
    // The stack is there to be used, whatever becomes of the demo.
    await playDemo(demo)
      .then(() => playAllDestinations({ ...demo, inbox }))
      .catch((error: unknown) => {
        if (!ending.signal.aborted) printError('The demo could not be played', error);
      });
    if (ending.signal.aborted) return;
    print('');
  }
  for (const line of nextSteps(addresses)) print(line);
}

async function main(): Promise<void> {
  const settings = stackSettings(process.env);
  const secrets = stackSecrets(DATA_DIR);
  const stack = createStack({ settings, secrets, env: process.env, dataDir: DATA_DIR, say });

  const end = async (exitCode: number): Promise<void> => {
    ending.abort();
    withdrawStack();
    await stack.stop(GRACE_MS);
    say('Everything is stopped.');
    process.exit(exitCode);
  };
  onInterrupt(
    (what) => {
      say(`${what}: stopping the services, then Kafka, the inbox and PostgreSQL (Ctrl-C again: at once) …`);
      void end(0);
    },
    () => void stack.stop(0).then(() => process.exit(1)),
  );
  try {
    await run(settings, stack, settings.ADMIN_TOKEN ?? secrets.adminToken);
  } catch (error) {
    if (ending.signal.aborted) return;
    printError('npm start failed', error);
    await end(1);
  }
}

try {
  await main();
} catch (error) {
  printError('npm start failed', error);
  process.exit(1);
}
