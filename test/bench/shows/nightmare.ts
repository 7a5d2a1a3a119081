import { monotonicMs } from '../arrivals.js';
import { startService, stopAll } from '../programs.js';
import { watchBreakers, whileOpen } from './breaker-watch.js';
import { startMoodyEndpoints } from './moody-endpoints.js';
import type { Mood } from './moods.js';
import { figure, type Figure, type Show } from './show.js';
import { ENDPOINTS, playLoad, registerTen, SICK, type PhaseRun } from './ten-endpoints.js';

/* Ten endpoints, equal load. One of them has moods: what do the nine others notice? */

/** Short, so that the sick one has recovered before the next phase. Time-out, shares and breaker are the defaults. */
const ENV = { RETRY_LADDER: '1s,2s,4s,8s,16s,32s' };
const WARM_UP_SECONDS = 5;
const LEAST_THROUGHPUT = { atLeast: 0.95 };
const MOST_LATENCY = { atMost: 1.5 };
const NONE = { atMost: 0 };

const PHASES: readonly { readonly what: string; readonly mood: Mood | null }[] = [
  { what: 'undisturbed', mood: null },
  { what: 'one in nightmare and hell', mood: { type: 'nightmare-and-hell', everyMs: 5000 } },
  { what: 'one hangs', mood: { type: 'hanging' } },
];

export const nightmare: Show = async ({ ground, options, round, say }) => {
  const endpoints = await startMoodyEndpoints(ground, ENDPOINTS);
  const projectIds = await registerTen(ground, endpoints);
  const names = ['delivery-custom', 'recorder', 'router'] as const;
  const processes = await Promise.all(names.map((name) => startService(ground, name, { env: ENV })));
  const breakers = await watchBreakers(ground, `nightmare-${round}`);
  const shape = { activeCalls: options.activeCalls, eventsPerCall: options.eventsPerCall };
  const ten = { ground, endpoints, projectIds, processes, shape };
  const well = (): Promise<void> => endpoints.mood(SICK, { type: 'well', delayMs: 0 });
  const figures: Figure[] = [];
  const faults: string[] = [];
  let undisturbed: PhaseRun | null = null;
  try {
    const load = { perSecond: options.load, seconds: options.seconds };
    await playLoad(ten, { ...load, run: `night${round}-warm-up`, seconds: WARM_UP_SECONDS }, well);
    for (const [index, { what, mood }] of PHASES.entries()) {
      const startedAt = Date.now();
      if (mood !== null) await endpoints.mood(SICK, mood);
      const run = await playLoad(ten, { ...load, run: `night${round}-${index}` }, well);
      undisturbed ??= run;
      const { perSecond, p50, p99 } = run;
      say(
        `nightmare, round ${round}: ${what}: nine at ${perSecond.toFixed(0)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
      );
      faults.push(...run.faults.map((fault) => `${what}: ${fault}`));
      figures.push(
        figure(`${what}: nine others`, perSecond, '/s'),
        figure(`${what}: nine others, p50`, p50, 'ms', 1),
        figure(`${what}: nine others, p99`, p99, 'ms', 1),
        figure(`${what}: order violations, of all ten`, run.disorder, '', 0, NONE),
      );
      if (mood === null) continue;
      figures.push(
        figure(`${what}: throughput / undisturbed`, perSecond / undisturbed.perSecond, '', 2, LEAST_THROUGHPUT),
        figure(`${what}: p99 / undisturbed`, p99 / undisturbed.p99, '', 2, MOST_LATENCY),
        figure(`${what}: taken by the sick one meanwhile`, run.sickTaken),
      );
      if (!breakers.exists) continue;
      const offset = Date.now() - monotonicMs();
      const times = run.seen.times
        .filter((_, index) => run.seen.endpoints[index] === SICK)
        .map((time) => time + offset);
      const { openings, probes, attempts } = whileOpen(breakers.of(projectIds[SICK]!), times, startedAt);
      figures.push(
        figure(`${what}: openings of its breaker`, openings),
        figure(`${what}: attempts while open`, attempts),
        figure(`${what}: of those, probes`, probes),
        figure(`${what}: retries spent while open`, attempts - probes, '', 0, NONE),
      );
    }
    if (!breakers.exists) say('nightmare: this version has no breakers');
    return { figures, faults };
  } finally {
    await breakers.stop();
    await stopAll(processes);
    await endpoints.stop();
  }
};
