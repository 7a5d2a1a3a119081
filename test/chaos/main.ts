import { randomInt } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import { Client } from 'pg';
import { createDatabaseOn, startPostgres, waitFor } from '#libs/testkit';
import { seededRandom } from '../../tools/simulate/sequences.js';
import { registerCustomer } from '../harness/customer.js';
import { judgeOrder } from '../harness/order-oracle.js';
import { startSystem, type ServiceName } from '../harness/system.js';
import { Fleet } from './disturb.js';
import { emit } from './emit.js';
import { parseChaosOptions, USAGE, type ChaosOptions } from './options.js';
import { startChaosReceiver } from './receiver.js';
import { holds, reportOf, type ChaosResult } from './report.js';

const FLEET: readonly ServiceName[] = [
  ...(['router', 'router', 'router'] as const),
  ...(['delivery-custom', 'delivery-custom', 'delivery-custom'] as const),
  ...(['recorder', 'recorder'] as const),
];
const EVERY_MS = 5000;
/** How long the rest may take to arrive, and to be in the history, once nothing happens any more. */
const SETTLE_WITHIN_MS = 120_000;

/** Every tenth event is refused: dead letters must not disturb the order either. */
const isRefused = (eventId: string): boolean => eventId.endsWith('7');

async function chaos({ minutes, rate, seed }: ChaosOptions): Promise<ChaosResult> {
  const startedAt = performance.now();
  const say = (text: string): void =>
    console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${text}`);
  say(`chaos for ${minutes} min, --seed ${seed}`);
  const random = seededRandom(seed);
  const postgres = await startPostgres();
  const system = await startSystem(await createDatabaseOn(postgres.url));
  const receiver = await startChaosReceiver((eventId) => (isRefused(eventId) ? 422 : 200), Math.random);
  const { projectId } = await registerCustomer(system.databaseUrl, [receiver.url]);
  const fleet = new Fleet(system, random, say);
  await fleet.start(FLEET);
  say('everything is up');

  const ending = new AbortController();
  const emitting = emit(system, projectId, rate, ending.signal);
  const endAt = performance.now() + minutes * 60_000;
  const share = (part: number): number => endAt - minutes * 60_000 * (1 - part);
  const once = [
    { at: share(1 / 3), what: 'the broker restarts', run: () => system.kafka.restart() },
    { at: share(2 / 3), what: 'Postgres restarts', run: () => postgres.restart() },
  ];
  while (performance.now() < endAt) {
    await after(EVERY_MS);
    const [next] = once;
    if (next !== undefined && performance.now() >= next.at) {
      once.shift();
      say(next.what);
      await next.run();
    } else await fleet.disturb();
  }
  await fleet.settle();
  ending.abort();
  const { emitted, total } = await emitting;
  say(`${total} events were published; waiting for the rest of them`);

  // What has not come by then is told as lost.
  await settled(() => receiver.distinct === total);
  const client = new Client({ connectionString: system.databaseUrl });
  await client.connect();
  const history = async (): Promise<Map<string, number>> => {
    const { rows } = await client.query<{ status: string; n: number }>(
      'SELECT status, count(*)::integer AS n FROM deliveries GROUP BY status',
    );
    return new Map(rows.map(({ status, n }) => [status, n]));
  };
  await settled(async () => [...(await history()).values()].reduce((sum, n) => sum + n, 0) === total);
  const result = {
    events: total,
    refused: [...emitted.values()].flat().filter(isRefused).length,
    ...judgeOrder(emitted, receiver.arrivals),
    history: await history(),
    violations: await fleet.violations(),
    longestSilenceMs: receiver.longestSilenceMs,
  };
  await client.end();
  receiver.close();
  await system.close();
  await postgres.stop();
  return result;
}

/** Waits for the condition, and goes on without it when time runs out. */
async function settled(condition: () => boolean | Promise<boolean>): Promise<void> {
  await waitFor('', condition, { timeoutMs: SETTLE_WITHIN_MS }).catch(() => undefined); // the report tells what is missing
}

try {
  const options = parseChaosOptions(process.argv.slice(2), () => randomInt(1, 2 ** 31));
  if (options === 'help') console.log(USAGE);
  else {
    process.once('disconnect', () => process.exit(130));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
    const result = await chaos(options);
    for (const line of reportOf(result)) console.log(line);
    process.exit(holds(result) ? 0 : 1);
  }
} catch (error) {
  console.error(error);
  process.exit(1);
}
