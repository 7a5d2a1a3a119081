import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { arrivedOf, type Arrived } from '../harness/order-oracle.js';

export interface ChaosReceiver {
  readonly url: string;
  readonly arrivals: readonly Arrived[];
  readonly distinct: number;
  /** The longest time that nothing arrived in, in milliseconds. */
  readonly longestSilenceMs: number;
  close(): void;
}

/**
 * A customer's endpoint that keeps what order goes by, and nothing else: millions of arrivals fit. It takes a moment for
 * each, so that there is always something in flight to be cut.
 * @param statusOf what to answer to an event.
 */
export async function startChaosReceiver(
  statusOf: (eventId: string) => number,
  random: () => number,
): Promise<ChaosReceiver> {
  const arrivals: Arrived[] = [];
  const distinct = new Set<string>();
  let lastAt = performance.now();
  let longestSilenceMs = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const arrived = arrivedOf({ headers: request.headers, body: Buffer.concat(chunks) });
      arrivals.push(arrived);
      distinct.add(arrived.eventId);
      longestSilenceMs = Math.max(longestSilenceMs, performance.now() - lastAt);
      lastAt = performance.now();
      void after(random() * 40).then(() => response.writeHead(statusOf(arrived.eventId)).end());
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`,
    arrivals,
    get distinct() {
      return distinct.size;
    },
    get longestSilenceMs() {
      return longestSilenceMs;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
