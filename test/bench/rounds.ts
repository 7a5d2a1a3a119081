import { join } from 'node:path';
import { registerCustomer } from '../harness/customer.js';
import { startCollector, withTraces } from './collector-process.js';
import { prepareGround } from './ground.js';
import { measureLatency } from './latency.js';
import { SHOWS, type BenchOptions, type Measure, type ShowName } from './options.js';
import { startReceiver } from './receiver-process.js';
import type { Round } from './results.js';
import { SHOW } from './shows/index.js';
import { measure, preloadDelivery, preloadRun, preloadSystem, type ThroughputRun } from './throughput.js';

type Draft = { -readonly [Part in keyof Round]: Round[Part] };

/** Enough to have everything compiled, when no more is measured than shows. */
const WARM_UP_EVENTS = 5000;

/** @param dir of this run alone. */
export async function measureRounds(
  options: BenchOptions,
  dir: string,
  jarsDir: string,
  say: (text: string) => void,
): Promise<Round[]> {
  const { only, runs, events } = options;
  say('Starting a Kafka and a PostgreSQL for this run …');
  const bare = await prepareGround(dir, join(dir, 'run'), jarsDir);
  const receiver = await startReceiver(bare);
  const collector = options.traces || only.includes('t') ? await startCollector(bare) : null;
  const withCollector = collector === null ? {} : { collector };
  const { projectId } = await registerCustomer(bare.databaseUrl, [`${receiver.origin}/webhook`]);
  const shape = { activeCalls: options.activeCalls, eventsPerCall: options.eventsPerCall };
  const untraced = { ...options, ground: bare, receiver, projectId, shape };
  const traced = collector === null ? untraced : { ...untraced, ...withCollector, ground: withTraces(bare, collector) };
  const setup = options.traces ? traced : untraced;
  const asked = (name: Measure | ShowName): boolean => only.includes(name);
  const tell = (title: string, what: string, run: ThroughputRun): ThroughputRun => {
    say(`${title}, ${what}: ${Math.round(run.perSecond).toLocaleString('en-US')} deliveries/s`);
    return run;
  };

  const throughputRound = async (number: number, title: string): Promise<Draft> => {
    const round: Draft = {};
    if (asked('loop')) {
      say(`${title}: putting ${events} events in Kafka …`);
      const { loop, system } = await preloadRun(setup, `a${number}`);
      round.loop = tell(title, 'bare loop', await measure(setup, loop));
      if (asked('a')) round.a = tell(title, '(a) whole system', await measure(setup, system));
    }
    if (asked('b')) {
      const delivery = await preloadDelivery(setup, `b${number}`);
      round.b = tell(title, '(b) delivery-custom alone', await measure(setup, delivery));
    }
    return round;
  };

  // A Kafka that has just been started spends most of its time on compiling itself: that is nobody's measure.
  if (asked('loop')) await throughputRound(0, 'warming up, not counted');
  else {
    const warmUp = { ...setup, events: Math.min(events, WARM_UP_EVENTS) };
    tell('warming up, not counted', 'whole system', await measure(warmUp, await preloadSystem(warmUp, 'warm-up')));
  }
  const rounds: Draft[] = [];
  for (let number = 1; number <= runs; number++) rounds.push(await throughputRound(number, `round ${number}`));
  // Last, because the bare loop would take these events for its own.
  for (const [index, round] of rounds.entries()) {
    const title = `round ${index + 1}`;
    if (asked('c')) {
      say(`${title}: latency at ${options.rates.join(', ')} events/s, twice ${options.seconds} s each …`);
      round.c = await measureLatency(setup, index + 1, (rate, what, run) =>
        say(
          `${title}, ${rate}/s, ${what === 'chain' ? 'bare chain' : '(c) whole system'}: p50 ${run.p50.toFixed(1)} ms, p99 ${run.p99.toFixed(1)} ms`,
        ),
      );
    }
    if (asked('t')) {
      const always = { OTEL_TRACES_SAMPLER: 'parentbased_always_on' };
      const plain = await measure(untraced, await preloadSystem(untraced, `p${index + 1}`));
      tell(title, '(t) whole system, untraced', plain);
      const all = await measure(traced, await preloadSystem(traced, `t${index + 1}`, always));
      round.t = { plain, traced: tell(title, '(t) the same, traced', all) };
    }
    for (const show of SHOWS) {
      if (!asked(show)) continue;
      say(`${title}: ${show} …`);
      const { ground } = setup;
      const sentTo = options.traces ? withCollector : {};
      const run = await SHOW[show]({ ground, options, round: index + 1, say, ...sentTo });
      round.shows = { ...round.shows, [show]: run };
    }
  }
  return rounds;
}
