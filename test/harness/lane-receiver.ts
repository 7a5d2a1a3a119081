import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isFinal, type End, type Exchange, type RetryAfter } from './exchange.js';

/** What the receiver does with a request; `delayMs` after its body is complete. */
export type Answer =
  | { readonly type: 'status'; readonly status: number; readonly retryAfter?: AskedWait; readonly delayMs: number }
  /** No answer: after `resetAfterMs` the connection is reset, unless the sender ended it before. */
  | { readonly type: 'hang'; readonly resetAfterMs: number }
  /** The connection is reset: `headers`, before the event was read; `body`, when it was taken. */
  | { readonly type: 'reset'; readonly after: 'headers' | 'body' };

/** `Retry-After` in whole seconds; `date`: as an HTTP date. */
export interface AskedWait {
  readonly seconds: number;
  readonly as: 'seconds' | 'date';
}

export interface LaneReceiver {
  /** One for each endpoint. */
  readonly urls: readonly string[];
  /** In the order of arrival. */
  readonly exchanges: readonly Exchange[];
  /** Deliveries whose last request was answered for good, or had no other attempt left. */
  readonly ended: number;
  close(): void;
}

/**
 * A customer with several endpoints that keeps what the oracles go by, and nothing else: millions of requests fit. For
 * events of startLoad, whose ids name their call.
 * @param answerOf is asked once for each request; `earlier`: requests with the same delivery id before it.
 */
export async function startLaneReceiver(
  endpoints: number,
  answerOf: (exchange: Exchange, earlier: number) => Answer,
): Promise<LaneReceiver> {
  const exchanges: Exchange[] = [];
  const seen = new Map<string, number>();
  const ended = new Set<string>();
  const server = createServer((request, response) => {
    const exchange = exchangeOf(request);
    const earlier = seen.get(exchange.deliveryId) ?? 0;
    seen.set(exchange.deliveryId, earlier + 1);
    exchanges.push(exchange);
    ended.delete(exchange.deliveryId);
    answer(exchange, answerOf(exchange, earlier), request, response, () => {
      // A request that was open when the same came again says nothing any more.
      const isLast = seen.get(exchange.deliveryId) === earlier + 1;
      if (isLast && isFinal(exchange)) ended.add(exchange.deliveryId);
    });
  });
  // A connection that we close while it is idle would be a failure that nobody planned.
  server.keepAliveTimeout = 120_000;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    urls: Array.from({ length: endpoints }, (_, index) => `http://127.0.0.1:${port}/${index}`),
    exchanges,
    get ended() {
      return ended.size;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Unix milliseconds, with fractions. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}

function exchangeOf({ url, headers }: IncomingMessage): Exchange {
  const eventId = String(headers['x-recho-event-id']);
  return {
    endpoint: Number(url?.slice(1)),
    callId: eventId.slice(0, eventId.lastIndexOf('/')),
    eventId,
    deliveryId: String(headers['x-recho-delivery-id']),
    attempt: Number(headers['x-recho-attempt']),
    arrivedAt: preciseNow(),
    endedAt: null,
    end: null,
    retryAfter: null,
  };
}

function answer(
  exchange: Exchange,
  given: Answer,
  request: IncomingMessage,
  response: ServerResponse,
  onOver: () => void,
): void {
  let timer: NodeJS.Timeout | undefined;
  /** False: it is over already. */
  const over = (end: End): boolean => {
    if (exchange.end !== null) return false;
    exchange.end = end;
    exchange.endedAt = preciseNow();
    onOver();
    return true;
  };
  const reset = (): void => {
    if (over('failed')) request.socket.resetAndDestroy();
  };
  response.once('close', () => {
    over('cut');
    clearTimeout(timer);
  });
  if (given.type === 'reset' && given.after === 'headers') return reset();
  request.resume().once('end', () => {
    if (given.type === 'reset') return reset();
    if (given.type === 'hang') {
      timer = setTimeout(reset, given.resetAfterMs);
      return;
    }
    const { status, retryAfter, delayMs } = given;
    timer = setTimeout(() => {
      const asked = retryAfter === undefined ? null : waitOf(retryAfter);
      if (!over(endOf(status))) return;
      exchange.retryAfter = asked?.known ?? null;
      response.writeHead(status, asked === null ? {} : { 'retry-after': asked.header }).end();
    }, delayMs);
  });
}

function endOf(status: number): End {
  if (status < 300) return 'delivered';
  return status === 408 || status === 429 || status >= 500 ? 'failed' : 'refused';
}

function waitOf({ seconds, as }: AskedWait): { readonly header: string; readonly known: RetryAfter } {
  if (as === 'seconds') return { header: String(seconds), known: { ms: seconds * 1000 } };
  const at = (Math.floor(Date.now() / 1000) + seconds) * 1000;
  return { header: new Date(at).toUTCString(), known: { at } };
}
