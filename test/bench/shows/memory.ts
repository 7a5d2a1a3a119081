import { registerCustomer } from '../../harness/customer.js';
import { benchEvent } from '../events.js';
import { preloadEvents } from '../preload.js';
import { residentMiBOf } from '../proc.js';
import { startService, stopAll, untilCount } from '../programs.js';
import { startReceiver } from '../receiver-process.js';
import { median } from '../statistics.js';
import { faultsIn } from '../verify.js';
import { figure, type Figure, type Show } from './show.js';

/* Whether the memory of a service grows with what it has done. */

const CHUNK = 50_000;
const SERVICES = ['router', 'delivery-custom', 'recorder'] as const;
/** What a garbage collector may be behind with from one look to the next. */
const LOOKS = 8;
/** How much more the last half may hold than the first, warm-up left out. */
const MOST_GROWTH = 1.1;

export const memory: Show = async ({ ground, options, round, say }) => {
  const receiver = await startReceiver(ground, 'receiver-of-show');
  const { projectId } = await registerCustomer(ground.databaseUrl, [`${receiver.origin}/webhook`]);
  const shape = { activeCalls: options.activeCalls, eventsPerCall: options.eventsPerCall };
  // Whole calls, so that none goes on in the next chunk.
  const wholeCalls = shape.activeCalls * shape.eventsPerCall;
  const wanted = Math.min(CHUNK, Math.ceil(options.events / LOOKS));
  const chunk = Math.max(1, Math.round(wanted / wholeCalls)) * wholeCalls;
  const services = await Promise.all(SERVICES.map((name) => startService(ground, name)));
  const figures: Figure[] = [];
  const faults: string[] = [];
  /** By service, one a chunk. */
  const held = new Map<string, number[]>(SERVICES.map((name) => [name, []]));
  try {
    for (const { name, pid } of services) figures.push(figure(`${name}, at rest`, residentMiBOf(pid) ?? NaN, 'MiB'));
    for (let from = 0; from < options.events; from += chunk) {
      await receiver.reset();
      const run = `memory${round}-${from}`;
      const events = Array.from({ length: chunk }, (_, number) => benchEvent(number, shape, projectId, run));
      await preloadEvents(ground, events);
      const looks = services.map((): number[] => []);
      let next = 0;
      await untilCount(
        'deliveries',
        chunk,
        async () => {
          const count = await receiver.count();
          if (count >= next) {
            services.forEach(({ pid }, index) => looks[index]!.push(residentMiBOf(pid) ?? NaN));
            next += chunk / LOOKS;
          }
          return count;
        },
        services,
      );
      faults.push(...faultsIn(await receiver.arrivals(), chunk, shape));
      const seen = services.map(({ name }, index) => {
        const value = median(looks[index]!);
        held.get(name)!.push(value);
        return `${name} ${value.toFixed(0)}`;
      });
      say(`memory, after ${from + chunk} deliveries: ${seen.join(', ')} MiB`);
      services.forEach(({ name }) =>
        figures.push(
          figure(`${name}, after ${(from + chunk).toLocaleString('en-US')}`, held.get(name)!.at(-1)!, 'MiB'),
        ),
      );
    }
  } finally {
    await stopAll(services);
    await receiver.child.stop(2000);
  }
  for (const [name, values] of held) {
    // The first chunk is warm-up: code is compiled, pools are filled.
    const rest = values.slice(1);
    const half = Math.floor(rest.length / 2);
    figures.push(
      figure(`${name}, slope`, slope(rest) * (100_000 / chunk), 'MiB per 100,000 deliveries', 2),
      figure(`${name}, later half / earlier half`, median(rest.slice(-half)) / median(rest.slice(0, half)), '', 2, {
        atMost: MOST_GROWTH,
      }),
    );
  }
  return { figures, faults };
};

/** Of the straight line through them by least squares, for each step. */
export function slope(values: readonly number[]): number {
  const mean = (values.length - 1) / 2;
  const level = values.reduce((sum, value) => sum + value, 0) / values.length;
  const [over, under] = values.reduce(
    ([top, bottom], value, index) => [top + (index - mean) * (value - level), bottom + (index - mean) ** 2],
    [0, 0],
  );
  return under === 0 ? 0 : over / under;
}
