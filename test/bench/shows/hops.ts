import { registerCustomer } from '../../harness/customer.js';
import { BENCH_TOPICS, type Ground } from '../ground.js';
import { benchEvents, preloadEvents } from '../preload.js';
import { cpuPerThousand, type Usage } from '../process-usage.js';
import { startOwn, untilCount } from '../programs.js';
import { startReceiver } from '../receiver-process.js';
import { measure, preloadSystem, type Plan } from '../throughput.js';
import { figure, type Show } from './show.js';

/*
 * What the way itself costs: the hops of (a) with nothing in them. One process consumes and produces on, one consumes, posts
 * and tells, one consumes and writes a row into a table without an index but its key; no order, no retries, no settings, no
 * log, no traces. Then (a), the same events.
 */

export const hops: Show = async ({ ground, collector, options, round, say }) => {
  const receiver = await startReceiver(ground, 'receiver-of-show');
  try {
    const { projectId } = await registerCustomer(ground.databaseUrl, [`${receiver.origin}/webhook`]);
    const shape = { activeCalls: options.activeCalls, eventsPerCall: options.eventsPerCall };
    const { events } = options;
    const setup = { ground, receiver, projectId, events, shape, ...(collector && { collector }) };
    await ground.database.query('DROP TABLE IF EXISTS bench_told');
    await ground.database.query(
      'CREATE TABLE bench_told (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz, call_id text, event text)',
    );
    await preloadEvents(ground, benchEvents(events, shape, projectId, `hops${round}`), BENCH_TOPICS.hop1);
    const bare = await measure(setup, barely(ground, receiver.origin, events));
    say(`hops, round ${round}: with nothing in them ${bare.perSecond.toFixed(0)} deliveries/s`);
    const system = await measure(setup, await preloadSystem(setup, `system${round}`));
    say(`hops, round ${round}: (a) ${system.perSecond.toFixed(0)} deliveries/s`);
    const [bareCpu, systemCpu] = [cpuPerThousand(bare.usage, events), cpuPerThousand(system.usage, events)];
    const side = (title: string, usage: Readonly<Record<string, Usage>>) =>
      Object.entries(usage).map(([name, one]) =>
        figure(`${title}, CPU s per 1,000, ${name}`, cpuPerThousand({ [name]: one }, events), '', 3),
      );
    return {
      figures: [
        figure('with nothing in them', bare.perSecond, '/s'),
        figure('with nothing in them, CPU s per 1,000', bareCpu, '', 3),
        ...side('with nothing in them', bare.usage),
        figure('(a) whole system', system.perSecond, '/s'),
        figure('(a) whole system, CPU s per 1,000', systemCpu, '', 3),
        ...side('(a) whole system', system.usage),
        figure('(a) / nothing in them, CPU', systemCpu / bareCpu, '', 2),
        figure('(a) / nothing in them, deliveries/s', system.perSecond / bare.perSecond, '', 2),
      ],
      faults: [...bare.faults, ...system.faults],
    };
  } finally {
    await receiver.child.stop(2000);
  }
};

function barely(ground: Ground, origin: string, events: number): Plan {
  const { hop1, hop2, told } = BENCH_TOPICS;
  const { brokers, databaseUrl, database } = ground;
  const rows = async (): Promise<number> =>
    Number(((await database.query('SELECT count(*) AS count FROM bench_told')) as [{ count: string }])[0].count);
  return {
    inOrder: false,
    worksAhead: true,
    start: async (meter) => {
      const waiting = await Promise.all([
        startOwn(ground, 'bare-deliver', 'bare-teller', ['deliver', brokers, hop2, origin, told]),
        startOwn(ground, 'bare-write', 'bare-teller', ['write', brokers, told, databaseUrl]),
      ]);
      const relay = await startOwn(ground, 'bare-relay', 'bare-chain', ['relay', brokers, hop1, hop2]);
      const all = [...waiting, relay];
      for (const { name, pid } of all) meter.watch(name, pid);
      return all;
    },
    finish: (processes) => untilCount('rows', events, rows, processes),
  };
}
