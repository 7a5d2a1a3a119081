import { createDatabase, waitFor } from '#libs/testkit';
import { REPOSITORY } from '../../tools/stack/repository.js';
import { compareWithHistory, usedUp } from '../chaos/compare.js';
import { registerCustomer } from '../harness/customer.js';
import { openHistory } from '../harness/history.js';
import { judgeLanes } from '../harness/lane-oracle.js';
import { startLaneReceiver, type Answer } from '../harness/lane-receiver.js';
import { startLoad } from '../harness/load.js';
import { startSystem, type Service, type ServiceName, type System } from '../harness/system.js';
import { readRelease } from './release.js';
import { restoreTables } from './restore-tables.js';

/** Who reads a message is new before who writes it (docs/operations.md); two of each, so that both versions run at once. */
const FORWARD: readonly ServiceName[] = [
  ...(['recorder', 'recorder', 'delivery-custom', 'delivery-custom', 'router', 'router', 'api'] as const),
];
const ENDPOINTS = 2;
const LADDER_MS = [500, 1000, 1500, 2000, 3000, 4000];
const TIMEOUT_MS = 3500;
/** Requests under way at each step of the rollout. */
const BETWEEN = 60;

export interface Rollout {
  readonly faults: readonly string[];
  readonly deliveries: number;
  readonly adjacentRepeats: number;
}

/**
 * A rollout from the version at `previous` to this one under load, and back again: on this version's tables, with both
 * versions in each group. @param say told of each step.
 */
export async function rollout(previous: string, say: (text: string) => void): Promise<Rollout> {
  const database = await createDatabase();
  // Made by the previous release, brought up to this one before the first process is new.
  await restoreTables(database, readRelease(), false);
  const ladder = LADDER_MS.map((ms) => `${ms}ms`).join(',');
  const system = await startSystem(database, ladder, { DELIVERY_TIMEOUT: `${TIMEOUT_MS}ms` });
  const receiver = await startLaneReceiver(ENDPOINTS, ({ endpoint, eventId }, earlier) =>
    answerTo(endpoint, eventId, earlier),
  );
  const history = await openHistory(database);
  try {
    const { projectId } = await registerCustomer(database, receiver.urls);
    const running = await startAll(system, previous);
    const load = startLoad(system, projectId, { rate: 40, calls: 100 });
    const goesOn = async (): Promise<void> => {
      const before = receiver.exchanges.length;
      await waitFor('the load to go on', () => receiver.exchanges.length > before + BETWEEN, { timeoutMs: 30_000 });
    };
    await goesOn();
    const places = running.map((_, index) => index);
    for (const [root, version, order] of [
      [REPOSITORY, 'this version', places],
      [previous, 'the previous version', places.toReversed()],
    ] as const) {
      for (const place of order) {
        running[place] = await replace(system, running[place]!, root);
        await goesOn();
        say(`${running[place].name} is of ${version}`);
      }
    }
    const published = await load.stop();
    const deliveries = published.total * ENDPOINTS;
    await waitFor('', async () => (await history.ended()) >= deliveries && (await history.parked()).lanes === 0, {
      timeoutMs: 60_000,
    }).catch(() => undefined); // the oracles tell what is missing
    const recorded = await history.deliveries();
    const terms = { ladder: LADDER_MS, timeoutMs: TIMEOUT_MS, usedUp: usedUp(recorded) };
    const { faults, adjacentRepeats } = judgeLanes(published.emitted, ENDPOINTS, receiver.exchanges, terms);
    const { disagreements } = compareWithHistory(receiver.exchanges, recorded);
    const told = Object.entries(faults).flatMap(([kind, all]) => all.map((one: string) => `${kind}: ${one}`));
    const parked = (await history.parked()).lanes;
    return {
      faults: [...told, ...disagreements, ...(parked === 0 ? [] : [`${parked} lanes are parked still`])],
      ...{ deliveries, adjacentRepeats },
    };
  } finally {
    await history.close();
    await system.close();
    receiver.close();
  }
}

/** Every fifth event fails once, every 35th twice, every 50th is refused: calls park, and wait, all the time. */
function answerTo(endpoint: number, eventId: string, earlier: number): Answer {
  const number = Number(eventId.slice(eventId.lastIndexOf('/') + 1)) + Number(eventId.split('-').at(-1)!.split('/')[0]);
  const failures = (number + endpoint) % 35 === 0 ? 2 : (number + endpoint) % 5 === 0 ? 1 : 0;
  if (earlier < failures) return { type: 'status', status: 503, delayMs: 20 };
  return { type: 'status', status: number % 50 === 7 ? 400 : 200, delayMs: 20 + (number % 7) * 30 };
}

async function startAll(system: System, root: string): Promise<Service[]> {
  const services = await Promise.all(FORWARD.map((name) => system.start(name, {}, { root })));
  await Promise.all(services.map((service) => service.ready()));
  return services;
}

/** As a deploy does: the new one is ready before the old one goes. */
async function replace(system: System, old: Service, root: string): Promise<Service> {
  const next = await system.start(old.name, {}, { root });
  await next.ready();
  await old.stop();
  const { code } = await old.child.exited;
  if (code !== 0) throw new Error(`${old.name} ended with ${code}: ${old.child.lastLines(5).join('\n')}`);
  return next;
}
