import type { Child } from '../../tools/stack/child-process.js';
import { freePort, isAccepting } from '../../tools/stack/ports.js';
import { readyOrStopped } from '../../tools/stack/until-ready.js';
import type { Ground } from './ground.js';
import { startOwn } from './programs.js';

/** The collector (collector.ts), seen from here. It stands where `npm start` has its Jaeger. */
export interface Collector {
  readonly child: Child;
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  /** What came before is forgotten. */
  reset(): Promise<void>;
  spans(): Promise<number>;
}

export async function startCollector(ground: Ground): Promise<Collector> {
  const port = await freePort();
  const child = await startOwn(ground, 'collector', 'collector', [String(port)]);
  await readyOrStopped(child, () => isAccepting(port));
  const url = `http://127.0.0.1:${port}`;
  return {
    child,
    url,
    reset: async () => void (await (await fetch(`${url}/reset`, { method: 'POST' })).text()),
    spans: async () => Number(await (await fetch(`${url}/spans`)).text()),
  };
}

/** The same ground, on which every service sends its traces there, kept by the sampler of its defaults. */
export function withTraces(ground: Ground, { child, url }: Collector): Ground {
  return { ...ground, servers: [...ground.servers, child], serviceEnv: { OTEL_EXPORTER_OTLP_ENDPOINT: url } };
}
