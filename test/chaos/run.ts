import { setTimeout as after } from 'node:timers/promises';
import { createDatabaseOn, startPostgres, waitFor, type TestPostgres } from '#libs/testkit';
import { seededRandom } from '../../tools/simulate/sequences.js';
import { registerCustomer } from '../harness/customer.js';
import { longestPause } from '../harness/hand-over-pause.js';
import { openHistory, type History } from '../harness/history.js';
import { judgeLanes } from '../harness/lane-oracle.js';
import { preciseNow, startLaneReceiver, type LaneReceiver } from '../harness/lane-receiver.js';
import { startLoad } from '../harness/load.js';
import { startSystem, type System } from '../harness/system.js';
import { chaosAnswers } from './answers.js';
import { compareWithHistory, unseenAttempts, usedUp } from './compare.js';
import { Fleet } from './fleet.js';
import type { ChaosOptions } from './options.js';
import type { ChaosResult } from './report.js';
import { EVERY_MS, FLEET, planBlows, RECORDERS, type Blow, type PlannedBlow } from './schedule.js';

const ENDPOINTS = 3;
const CALLS = 300;
const LADDER_MS = [300, 600, 1000, 1500, 2000, 3000];
/** Far longer than the receiver is ever kept from the processor: it must see what is sent while its sender waits. */
const TIMEOUT_MS = 3500;
const HANG_MS = 2 * TIMEOUT_MS;
/** How long the rest may take to end, and to be in the history, once nothing happens any more. */
const SETTLE_WITHIN_MS = 150_000;

/** The parts of a run. */
interface Stage {
  readonly postgres: TestPostgres;
  readonly system: System;
  readonly receiver: LaneReceiver;
  readonly fleet: Fleet;
}

/** Runs it to its end. @throws when it could not be run; what it found is in the result. */
export async function runChaos(options: ChaosOptions, say: (text: string) => void): Promise<ChaosResult> {
  const postgres = await startPostgres();
  const ladder = LADDER_MS.map((ms) => `${ms}ms`).join(',');
  const system = await startSystem(await createDatabaseOn(postgres.url), ladder, {
    DELIVERY_TIMEOUT: `${TIMEOUT_MS}ms`,
  });
  const receiver = await startLaneReceiver(ENDPOINTS, chaosAnswers(options.seed, HANG_MS));
  try {
    return await play({ postgres, system, receiver, fleet: new Fleet(system, say) }, options, say);
  } finally {
    await system.close();
    receiver.close();
    await postgres.stop();
  }
}

async function play(stage: Stage, options: ChaosOptions, say: (text: string) => void): Promise<ChaosResult> {
  const { system, receiver, fleet } = stage;
  const { projectId } = await registerCustomer(system.databaseUrl, receiver.urls);
  await fleet.start([...FLEET, ...RECORDERS]);
  say('everything is up');
  const startedAt = preciseNow();
  const load = startLoad(system, projectId, { rate: options.rate, calls: CALLS });
  await disturb(stage, planBlows(options.minutes * 60_000, seededRandom(options.seed)), say);
  await fleet.ready();
  const published = await load.stop();
  say(`${published.total} events were published; waiting for the rest of them`);
  const history = await openHistory(system.databaseUrl);
  try {
    await settled(history, published.total * ENDPOINTS);
    const { emitted } = published;
    const recorded = await history.deliveries();
    const terms = { ladder: LADDER_MS, timeoutMs: TIMEOUT_MS, usedUp: usedUp(recorded) };
    const { from, ...pause } = longestPause(published, ENDPOINTS, receiver.exchanges);
    return {
      seed: options.seed,
      durationMs: preciseNow() - startedAt,
      events: published.total,
      ...judgeLanes(emitted, ENDPOINTS, receiver.exchanges, terms),
      ...compareWithHistory(receiver.exchanges, recorded),
      unseenAttempts: unseenAttempts(receiver.exchanges, await history.attempts()),
      ...(await fleet.counts()),
      left: await history.parked(),
      pause: { ...pause, sinceMs: from - startedAt },
    };
  } finally {
    await history.close();
  }
}

/** One blow after the other, each at its time, or 5 s after the one before it if that took longer. */
async function disturb(stage: Stage, blows: readonly PlannedBlow[], say: (text: string) => void): Promise<void> {
  const startedAt = performance.now();
  let last = startedAt;
  for (const { atMs, blow } of blows) {
    await after(Math.max(0, Math.min(startedAt + atMs, last + EVERY_MS) - performance.now()));
    last = performance.now();
    await strike(stage, blow, say);
  }
  await after(EVERY_MS);
}

async function strike({ postgres, system, fleet }: Stage, blow: Blow, say: (text: string) => void): Promise<void> {
  switch (blow.type) {
    case 'kill':
      return fleet.kill(blow.service, blow.pick);
    case 'replace':
      return fleet.restart(blow.service, blow.pick);
    case 'stall':
      return fleet.stall(blow.service, blow.pick);
    case 'grow':
      return fleet.grow(blow.service);
    case 'shrink':
      return fleet.shrink(blow.service);
    case 'broker':
      say('the broker restarts');
      return system.kafka.restart();
    case 'database':
      say('Postgres restarts');
      return postgres.restart();
  }
}

/**
 * Waits until everything has ended by the history, which is the last to know, and goes on without it when time runs out:
 * the report tells what is missing.
 */
async function settled(history: History, deliveries: number): Promise<void> {
  const haveEnded = async (): Promise<boolean> =>
    (await history.ended()) >= deliveries && (await history.parked()).lanes === 0;
  await waitFor('', haveEnded, { timeoutMs: SETTLE_WITHIN_MS }).catch(() => undefined);
}
