import { registerCustomer } from '../../harness/customer.js';
import { cpuPerThousand } from '../process-usage.js';
import { measure, preloadSystem, type ThroughputRun } from '../throughput.js';
import { startMoodyEndpoints } from './moody-endpoints.js';
import { disorderIn } from './order-of-attempts.js';
import { figure, type Show } from './show.js';

/* A fifth of the attempts fails: what retries cost, and whether each call stays in order. */

const SHARE = 0.2;
/** Short, so that a round ends: what is measured is work, not waiting. */
export const SHORT_LADDER = '100ms,200ms,400ms,800ms,1600ms,3200ms';

export const failing: Show = async ({ ground, collector, options, round, say }) => {
  const endpoints = await startMoodyEndpoints(ground, 1);
  try {
    const { projectId } = await registerCustomer(ground.databaseUrl, [`${endpoints.origin}/webhook`]);
    const shape = { activeCalls: options.activeCalls, eventsPerCall: options.eventsPerCall };
    const { events, profile } = options;
    const setup = {
      ground,
      receiver: endpoints,
      projectId,
      events,
      shape,
      ...(collector && { collector }),
      ...(profile !== undefined && { profile }),
    };
    const run = async (name: string): Promise<ThroughputRun> =>
      measure(setup, await preloadSystem(setup, `${name}${round}`, { RETRY_LADDER: SHORT_LADDER }));
    const well = await run('well');
    say(`failing, round ${round}: none fails: ${well.perSecond.toFixed(0)} deliveries/s`);
    await endpoints.mood(0, { type: 'failing', share: SHARE });
    const ill = await run('failing');
    say(`failing, round ${round}: a fifth fails: ${ill.perSecond.toFixed(0)} deliveries/s`);
    const seen = await endpoints.attempts();
    const { wrongPairs, overtaking } = disorderIn(seen, 0, shape);
    const failed = seen.statuses.filter((status) => status === 500).length;
    const atMost0 = { atMost: 0 };
    return {
      figures: [
        figure('none fails', well.perSecond, '/s'),
        figure('none fails, CPU s per 1,000 deliveries', cpuPerThousand(well.usage, events), '', 3),
        figure('a fifth fails', ill.perSecond, '/s'),
        figure('a fifth fails, CPU s per 1,000 deliveries', cpuPerThousand(ill.usage, events), '', 3),
        figure('attempts that failed', (failed * 100) / seen.numbers.length, '%', 1),
        figure('pairs delivered in the wrong order', wrongPairs, '', 0, atMost0),
        figure('attempts that overtook an earlier event of their call', overtaking, '', 0, atMost0),
      ],
      faults: [...well.faults, ...ill.faults],
    };
  } finally {
    await endpoints.stop();
  }
};
