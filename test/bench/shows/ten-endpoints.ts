import { TOPICS } from '#libs/kafka';
import type { Child } from '../../../tools/stack/child-process.js';
import { registerCustomer } from '../../harness/customer.js';
import { benchEvent, type Shape } from '../events.js';
import type { Ground } from '../ground.js';
import { latenciesIn } from '../latency.js';
import { produceSteadily } from '../produce-steadily.js';
import { untilCount } from '../programs.js';
import { faultsIn } from '../verify.js';
import { taken, type Attempts, type MoodyEndpoints } from './moody-endpoints.js';
import { disorderIn } from './order-of-attempts.js';

export const ENDPOINTS = 10;
/** The one with moods; all others are well. */
export const SICK = 9;
/** How long nothing may move while the sick one recovers, in milliseconds: longer than the longest rung. */
const PATIENCE_MS = 45_000;

export interface TenEndpoints {
  readonly ground: Ground;
  readonly endpoints: MoodyEndpoints;
  /** One each. */
  readonly projectIds: readonly string[];
  readonly processes: readonly Child[];
  readonly shape: Shape;
}

/** What came of one load, at the nine that are well unless said otherwise. */
export interface PhaseRun {
  /** While the load lasted. */
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** At the sick one, until the load ended. */
  readonly sickTaken: number;
  /** Of all ten, until all was delivered. */
  readonly disorder: number;
  readonly seen: Attempts;
  readonly faults: readonly string[];
}

export async function registerTen(ground: Ground, endpoints: MoodyEndpoints): Promise<string[]> {
  const ids: string[] = [];
  for (const origin of endpoints.origins) {
    ids.push((await registerCustomer(ground.databaseUrl, [`${origin}/webhook`])).projectId);
  }
  return ids;
}

/**
 * Sends each endpoint a tenth of the load, and waits until all of it is delivered.
 * @param onLoadOver when all is published: the sick one may get well.
 */
export async function playLoad(
  { ground, endpoints, projectIds, processes, shape }: TenEndpoints,
  load: { readonly run: string; readonly perSecond: number; readonly seconds: number },
  onLoadOver: () => Promise<void>,
): Promise<PhaseRun> {
  const { run, perSecond, seconds } = load;
  const each = Math.floor((perSecond * seconds) / ENDPOINTS);
  const events = Array.from({ length: each * ENDPOINTS }, (_, index) => {
    const endpoint = index % ENDPOINTS;
    return benchEvent(Math.floor(index / ENDPOINTS), shape, projectIds[endpoint]!, `${run}-${endpoint}`);
  });
  await endpoints.reset();
  const sentAt = await produceSteadily(ground.producer, TOPICS.events, events, perSecond);
  const overAt = sentAt.at(-1)!;
  const whileLoaded = await endpoints.attempts();
  await onLoadOver();
  // Whatever is missing after that is told by `faultsIn`.
  const missing = await untilCount('deliveries', events.length, () => endpoints.count(), processes, PATIENCE_MS).then(
    () => [],
    (error: Error) => [error.message],
  );
  const seen = await endpoints.attempts();
  const all = Array.from({ length: ENDPOINTS }, (_, endpoint) => endpoint);
  const others = all
    .filter((endpoint) => endpoint !== SICK)
    .map((endpoint) => ({ endpoint, ...taken(seen, endpoint) }));
  const latencies = others.flatMap(({ endpoint, numbers, times }) =>
    times.map((time, index) => time - sentAt[numbers[index]! * ENDPOINTS + endpoint]!),
  );
  const inTime = others.flatMap(({ times }) => times.filter((time) => time <= overAt));
  const disorders = all.map((endpoint) => disorderIn(seen, endpoint, shape));
  return {
    perSecond: (inTime.length * 1000) / (overAt - sentAt[0]!),
    ...latenciesIn(latencies),
    sickTaken: taken(whileLoaded, SICK).numbers.length,
    disorder: disorders.reduce((sum, { wrongPairs, overtaking }) => sum + wrongPairs + overtaking, 0),
    seen,
    faults: [
      ...missing,
      ...all.flatMap((endpoint) =>
        faultsIn(taken(seen, endpoint), each, shape).map((fault) => `endpoint ${endpoint}: ${fault}`),
      ),
    ],
  };
}
