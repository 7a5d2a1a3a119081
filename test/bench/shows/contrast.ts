import { setTimeout as after } from 'node:timers/promises';
import { registerCustomer } from '../../harness/customer.js';
import { BENCH_TOPICS } from '../ground.js';
import { benchEvents, preloadEvents } from '../preload.js';
import { startOwn, untilCount } from '../programs.js';
import { measure, preloadSystem, type ThroughputRun } from '../throughput.js';
import { startMoodyEndpoints, type MoodyEndpoints } from './moody-endpoints.js';
import { figure, type Show, type ShowSetup } from './show.js';

/* The same load, delivered in the order of partitions and in lanes: an endpoint that takes a quarter of a second. */

const DELAY_MS = 250;
const SHAPE = { activeCalls: 1000, eventsPerCall: 5 };
const EVENTS = 5000;
/** As many as the endpoint has calls; twice that in the process, of which one endpoint may be given no more than half. */
const WIDE = { MAX_IN_FLIGHT: '2000', MAX_IN_FLIGHT_PER_ENDPOINT: '1000' };
/** In the order of partitions all of it would take minutes; a part tells as much. */
const PART_SECONDS = 15;

export const contrast: Show = async (setup) => {
  const { ground, collector, round, say } = setup;
  const endpoints = await startMoodyEndpoints(ground, 1);
  try {
    await endpoints.mood(0, { type: 'well', delayMs: DELAY_MS });
    const { projectId } = await registerCustomer(ground.databaseUrl, [`${endpoints.origin}/webhook`]);
    const byPartition = await partitionOrder(setup, endpoints, projectId);
    say(`contrast, round ${round}: in the order of partitions ${byPartition.toFixed(0)} deliveries/s`);
    const lanes = async (name: string, env: Readonly<Record<string, string>>): Promise<ThroughputRun> => {
      const load = { ground, receiver: endpoints, projectId, events: EVENTS, shape: SHAPE };
      const withCollector = { ...load, ...(collector && { collector }) };
      const run = await measure(withCollector, await preloadSystem(withCollector, `${name}${round}`, env));
      say(`contrast, round ${round}: ${name}: ${run.perSecond.toFixed(0)} deliveries/s`);
      return run;
    };
    const asIs = await lanes('lanes', {});
    const wide = await lanes('wide', WIDE);
    return {
      figures: [
        figure('in the order of partitions (six)', byPartition, '/s'),
        figure('in lanes, 64 attempts at an endpoint (the default)', asIs.perSecond, '/s'),
        figure('in lanes, 1,000 attempts at an endpoint', wide.perSecond, '/s'),
        figure('lanes / partitions', asIs.perSecond / byPartition, 'times', 1),
        figure('lanes with 1,000 attempts / partitions', wide.perSecond / byPartition, 'times', 1),
      ],
      faults: [...asIs.faults, ...wide.faults],
    };
  } finally {
    await endpoints.stop();
  }
};

/** @returns deliveries a second, of the first PART_SECONDS. */
async function partitionOrder(
  { ground, round }: ShowSetup,
  endpoints: MoodyEndpoints,
  projectId: string,
): Promise<number> {
  await endpoints.reset();
  const topic = BENCH_TOPICS.partitions;
  await preloadEvents(ground, benchEvents(EVENTS, SHAPE, projectId, `partitions${round}`), topic);
  const child = await startOwn(ground, 'partition-order', 'shows/partition-order', [
    ground.brokers,
    topic,
    endpoints.origin,
  ]);
  try {
    await untilCount('deliveries in the order of partitions', 1, () => endpoints.count(), [child]);
    await after(PART_SECONDS * 1000);
    const { times } = await endpoints.arrivals();
    return ((times.length - 1) * 1000) / (times.at(-1)! - times[0]!);
  } finally {
    // It holds a message back for as long as the endpoint takes, and nobody needs it any more.
    await child.stop(0);
  }
}
