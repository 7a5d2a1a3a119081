import type { Child } from '../../tools/stack/child-process.js';
import { freePort, isAccepting } from '../../tools/stack/ports.js';
import { readyOrStopped } from '../../tools/stack/until-ready.js';
import type { Arrivals } from './arrivals.js';
import type { Ground } from './ground.js';
import { startOwn } from './programs.js';

/** The receiver (receiver.ts), seen from here. */
export interface Receiver {
  readonly child: Child;
  /** `http://127.0.0.1:1234` */
  readonly origin: string;
  /** What arrived before is forgotten. */
  reset(): Promise<void>;
  count(): Promise<number>;
  arrivals(): Promise<Arrivals>;
}

/** @param name of the process: one that runs at the same time as another has a name of its own, or is not ended with us. */
export async function startReceiver(ground: Ground, name = 'receiver'): Promise<Receiver> {
  const [port, controlPort] = [await freePort(), await freePort()];
  const child = await startOwn(ground, name, 'receiver', [String(port), String(controlPort)]);
  await readyOrStopped(child, () => isAccepting(controlPort));
  const control = `http://127.0.0.1:${controlPort}`;
  return {
    child,
    origin: `http://127.0.0.1:${port}`,
    reset: async () => void (await (await fetch(`${control}/reset`, { method: 'POST' })).text()),
    count: async () => Number(await (await fetch(`${control}/count`)).text()),
    arrivals: async () => (await (await fetch(`${control}/arrivals`)).json()) as Arrivals,
  };
}
