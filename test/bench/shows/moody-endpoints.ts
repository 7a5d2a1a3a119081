import type { Child } from '../../../tools/stack/child-process.js';
import { freePort, isAccepting } from '../../../tools/stack/ports.js';
import { readyOrStopped } from '../../../tools/stack/until-ready.js';
import type { Arrivals } from '../arrivals.js';
import type { Ground } from '../ground.js';
import { startOwn } from '../programs.js';
import type { Receiver } from '../receiver-process.js';
import type { Mood } from './moods.js';

/** All that came to the endpoints, in the order of arrival, one field a list. */
export interface Attempts {
  readonly endpoints: readonly number[];
  /** Of the event at its endpoint (BenchEvent.number). */
  readonly numbers: readonly number[];
  /** In milliseconds of `monotonicMs`. */
  readonly times: readonly number[];
  /** From 1, as the request said. */
  readonly attempts: readonly number[];
  /** What it was, or will be, answered; 0: nothing. */
  readonly statuses: readonly number[];
}

/** Endpoints with moods (moody-receiver.ts), seen from here. To whatever has one alone, the first is a plain receiver. */
export interface MoodyEndpoints extends Receiver {
  /** `http://127.0.0.1:1234`, one each. */
  readonly origins: readonly string[];
  mood(endpoint: number, mood: Mood): Promise<void>;
  attempts(): Promise<Attempts>;
  stop(): Promise<void>;
}

export async function startMoodyEndpoints(ground: Ground, count: number): Promise<MoodyEndpoints> {
  const controlPort = await freePort();
  const ports: number[] = [];
  // One after the other: two that ask at the same time may be given the same one.
  while (ports.length < count) {
    const port = await freePort();
    if (port !== controlPort && !ports.includes(port)) ports.push(port);
  }
  const child: Child = await startOwn(
    ground,
    'endpoints',
    'shows/moody-receiver',
    [controlPort, ...ports].map((port) => String(port)),
  );
  await readyOrStopped(child, () => isAccepting(controlPort));
  const control = `http://127.0.0.1:${controlPort}`;
  const post = async (path: string, body?: string): Promise<void> =>
    void (await (await fetch(`${control}${path}`, { method: 'POST', ...(body === undefined ? {} : { body }) })).text());
  const attempts = async (): Promise<Attempts> => (await (await fetch(`${control}/attempts`)).json()) as Attempts;
  const origins = ports.map((port) => `http://127.0.0.1:${port}`);
  return {
    child,
    origins,
    origin: origins[0]!,
    reset: () => post('/reset'),
    mood: (endpoint, mood) => post(`/mood/${endpoint}`, JSON.stringify(mood)),
    count: async () => Number(await (await fetch(`${control}/count`)).text()),
    attempts,
    arrivals: async () => taken(await attempts(), 0),
    stop: () => child.stop(2000),
  };
}

/** What an endpoint took: answered 200. */
export function taken({ endpoints, numbers, times, statuses }: Attempts, endpoint: number): Arrivals {
  const ofIt = numbers.map((_, index) => endpoints[index] === endpoint && statuses[index] === 200);
  return { numbers: numbers.filter((_, index) => ofIt[index]), times: times.filter((_, index) => ofIt[index]) };
}
