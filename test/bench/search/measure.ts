import { percentile } from '../statistics.js';
import type { SearchCase } from './requests.js';

export interface Measured {
  readonly name: string;
  readonly times: number;
  /** In milliseconds, from the request to the last byte of the answer. */
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** Of the last answer. */
  readonly items: number;
}

interface Asked {
  readonly url: string;
  readonly token: string;
}

/** Not counted: connections, prepared pages, code that is compiled. */
const WARM = 2;

/**
 * One after the other over a connection that stays open: nobody else asks meanwhile. What Postgres gave up after ten seconds
 * counts as infinite.
 * @throws Error for an answer that is none.
 */
export async function measure(
  { url, token }: Asked,
  { name, path, isCold = false }: SearchCase,
  { times, mostMs }: { readonly times: number; readonly mostMs: number },
): Promise<Measured> {
  const taken: number[] = [];
  let items = 0;
  const endsAt = performance.now() + mostMs;
  for (let n = isCold ? 0 : -WARM; n < times && (taken.length === 0 || performance.now() < endsAt); n++) {
    // Golden-ratio steps: even over the whole, and the same in each run.
    const any = ((n + WARM + 1) * 0.618_033_988_75) % 1;
    const began = performance.now();
    const answer = await fetch(url + path(any), { headers: { authorization: `Bearer ${token}` } });
    const body = await answer.text();
    if (n >= 0) taken.push(performance.now() - began);
    if (answer.status === 503) return { name, times: 0, p50: Infinity, p95: Infinity, max: Infinity, items: 0 };
    if (answer.status !== 200) throw new Error(`${name}: ${answer.status} ${body}`);
    items = (JSON.parse(body) as { items?: unknown[] }).items?.length ?? 0;
  }
  const of = (share: number): number => percentile(taken, share);
  return { name, times: taken.length, p50: of(0.5), p95: of(0.95), max: Math.max(...taken), items };
}
