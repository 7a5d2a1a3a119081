import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What came of one call, in order. */
interface Seen {
  readonly numbers: number[];
}

/** A receiver on loopback that fails every attempt until it is healed, and knows what came and in which order. */
export interface SwitchedReceiver {
  readonly url: string;
  /** Distinct events answered 200. */
  readonly delivered: number;
  /** Requests so far, of all kinds. */
  readonly requests: number;
  /** When the first request came after the last `mark`, of performance.now(); null: none yet. */
  readonly firstSinceMark: number | null;
  /** Calls whose events did not come in the order of their numbers. */
  disorder(): readonly string[];
  heal(): void;
  mark(): void;
  close(): void;
}

/** @param healthy whether it answers 200 from the beginning. */
export async function startSwitchedReceiver(healthy: boolean): Promise<SwitchedReceiver> {
  const calls = new Map<string, Seen>();
  let isHealthy = healthy;
  let delivered = 0;
  let requests = 0;
  let firstSinceMark: number | null = null;
  const server = createServer((request, response) => {
    requests += 1;
    firstSinceMark ??= performance.now();
    const eventId = String(request.headers['x-recho-event-id']);
    request.resume();
    request.on('end', () => {
      response.statusCode = isHealthy ? 200 : 503;
      response.end();
      if (!isHealthy) return;
      // `<call>#<number>`: made by the benchmark.
      const [callId = '', number = ''] = eventId.split('#');
      let seen = calls.get(callId);
      if (seen === undefined) calls.set(callId, (seen = { numbers: [] }));
      if (seen.numbers.at(-1) === Number(number)) return;
      seen.numbers.push(Number(number));
      delivered += 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    get delivered() {
      return delivered;
    },
    get requests() {
      return requests;
    },
    get firstSinceMark() {
      return firstSinceMark;
    },
    disorder: () =>
      [...calls].filter(([, { numbers }]) => numbers.some((one, index) => one !== index)).map(([callId]) => callId),
    heal: () => (isHealthy = true),
    mark: () => (firstSinceMark = null),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
