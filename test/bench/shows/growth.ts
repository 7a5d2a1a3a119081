import type { Child } from '../../../tools/stack/child-process.js';
import { registerCustomer } from '../../harness/customer.js';
import { monotonicMs } from '../arrivals.js';
import { benchEvents, preloadEvents } from '../preload.js';
import { cpuPerThousand, UsageMeter, type Usage } from '../process-usage.js';
import { startService, stopAll, untilCount } from '../programs.js';
import { faultsIn } from '../verify.js';
import { startMoodyEndpoints, type MoodyEndpoints } from './moody-endpoints.js';
import { figure, type Figure, type Show, type ShowSetup } from './show.js';

/* More processes of router and delivery-custom: where the endpoint's time is the limit and where the cores are. */

const PROCESSES = [1, 2, 3];
/** Calls enough that they are no limit. */
const SHAPE = { activeCalls: 2000, eventsPerCall: 5 };

const PARTS = [
  { what: 'endpoint takes 200 ms', delayMs: 200, eventsPerProcess: 3000 },
  { what: 'endpoint takes no time', delayMs: 0, eventsPerProcess: 10_000 },
];

/** Of `--events`, to which the numbers above belong. */
const DEFAULT_EVENTS = 20_000;

interface Run {
  readonly perSecond: number;
  readonly usage: Readonly<Record<string, Usage>>;
  readonly faults: readonly string[];
}

export const growth: Show = async (setup) => {
  const { ground, options, round, say } = setup;
  const endpoints = await startMoodyEndpoints(ground, 1);
  const figures: Figure[] = [];
  const faults: string[] = [];
  try {
    const { projectId } = await registerCustomer(ground.databaseUrl, [`${endpoints.origin}/webhook`]);
    // As many as the others have, in proportion.
    const share = options.events / DEFAULT_EVENTS;
    for (const { what, delayMs, ...part } of PARTS) {
      const eventsPerProcess = Math.ceil(part.eventsPerProcess * share);
      await endpoints.mood(0, { type: 'well', delayMs });
      // Where cores are the limit the same work is done by all; where time is, each process brings its own share.
      for (const processes of PROCESSES) {
        const events = delayMs === 0 ? 2 * eventsPerProcess : processes * eventsPerProcess;
        const run = await measureWith(setup, endpoints, { projectId, processes, events, name: `grow${delayMs}` });
        const title = `${what}, ${processes} of each`;
        say(`growth, round ${round}: ${title}: ${run.perSecond.toFixed(0)} deliveries/s`);
        figures.push(
          figure(title, run.perSecond, '/s'),
          figure(`${title}, CPU s per 1,000, all parts`, cpuPerThousand(run.usage, events), '', 3),
          figure(`${title}, CPU s per 1,000, of ours`, cpuPerThousand(ours(run.usage), events), '', 3),
        );
        faults.push(...run.faults);
      }
    }
    return { figures, faults };
  } finally {
    await endpoints.stop();
  }
};

function ours(usage: Readonly<Record<string, Usage>>): Record<string, Usage> {
  return Object.fromEntries(Object.entries(usage).filter(([name]) => /^(router|delivery|recorder)/.test(name)));
}

async function measureWith(
  { ground, round }: ShowSetup,
  endpoints: MoodyEndpoints,
  load: { readonly projectId: string; readonly processes: number; readonly events: number; readonly name: string },
): Promise<Run> {
  const { projectId, processes, events, name } = load;
  await endpoints.reset();
  const numbers = Array.from({ length: processes }, (_, index) => index + 1);
  const services: Child[] = await Promise.all([
    startService(ground, 'recorder'),
    ...numbers.flatMap((number) => [
      startService(ground, 'delivery-custom', { processName: `delivery-custom-${number}` }),
      startService(ground, 'router', { processName: `router-${number}` }),
    ]),
  ]);
  const meter = new UsageMeter();
  try {
    for (const child of [...ground.servers, endpoints.child, ...services]) meter.watch(child.name, child.pid);
    const startedAt = monotonicMs();
    await preloadEvents(ground, benchEvents(events, SHAPE, projectId, `${name}-${processes}-${round}`));
    await untilCount('deliveries', events, () => endpoints.count(), services, 60_000);
    const { numbers: arrived, times } = await endpoints.arrivals();
    return {
      perSecond: ((events - 1) * 1000) / (times.at(-1)! - times[0]!),
      usage: meter.since(startedAt),
      faults: faultsIn({ numbers: arrived }, events, SHAPE),
    };
  } finally {
    meter.close();
    await stopAll(services);
  }
}
