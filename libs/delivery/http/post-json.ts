import type { LookupFunction } from 'node:net';
import { Agent } from 'undici';
import type { Answer, Permit } from '../destination.js';
import { Exchange } from './exchange.js';
import { guardedConnect, type AddressRule } from './guarded-connect.js';

export interface HttpOptions {
  /** One attempt as a whole, from the call to the last byte kept, in milliseconds. */
  readonly timeoutMs: number;
  /** Connections to one origin; not below the attempts in flight, or they wait in line on their time-out's account. */
  readonly connections?: number;
  /** Addresses that may be connected to: checked on the one that a connection is made with. */
  readonly isAllowed: AddressRule;
  /** Of host names; left out: the machine's. */
  readonly lookup?: LookupFunction;
}

/** A POST as it goes over the wire. */
export interface JsonPost {
  /** `https://host:port`. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  /** Names and values in turn. `Content-Length`, `Host` and `Connection` are added. */
  readonly headers: string[];
  readonly body: Buffer;
}

export interface Http {
  /**
   * One request, one answer: no retry inside, no redirect followed. Never rejects; what goes wrong is the answer's
   * `failure`.
   * @param permit asked when a connection is there and nothing is written yet; withdrawn: `failure.code === 'aborted'`.
   */
  postJson(post: JsonPost, permit: Permit): Promise<Answer>;
  /** Cuts every connection; attempts still in flight answer `aborted`. */
  close(): Promise<void>;
}

/**
 * POSTs over shared keep-alive connections, HTTP/1.1.
 *
 * A connection that the endpoint closes while a request is on it fails with `reset`: whether the endpoint has taken the
 * request is unknown, so judging it is the room's and nothing is sent again here (undici does not repeat a POST
 * either). So that this stays rare, an idle connection is dropped after 4 s, before the 5 s of Node's and Apache's
 * servers, or 2 s before the time that the endpoint itself announces (`Keep-Alive: timeout=…`); and undici looks
 * for a close that has arrived already before it writes to an idle connection, and takes a new one then.
 */
export function createHttp({ timeoutMs, connections = 256, isAllowed, lookup }: HttpOptions): Http {
  const agent = new Agent({
    connections,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: 4_000,
    keepAliveTimeoutThreshold: 2_000,
    keepAliveMaxTimeout: 60_000,
    // The exchange's own time-out spans all stages, so undici needs none of its own for an answer...
    headersTimeout: 0,
    bodyTimeout: 0,
    // ...but a connection that is being made belongs to no attempt yet.
    connect: guardedConnect({ timeoutMs, isAllowed, ...(lookup && { lookup }) }),
  });
  const inFlight = inFlightBySignal();

  return {
    postJson({ origin, path, headers, body }, permit) {
      return new Promise((resolve) => {
        const exchanges = inFlight(permit.signal);
        const exchange = new Exchange(resolve, permit, timeoutMs, exchanges);
        if (permit.signal.aborted) return exchange.giveUp('aborted');
        exchanges.add(exchange);
        try {
          agent.dispatch({ origin, path, method: 'POST', headers, body }, exchange);
        } catch (error) {
          exchange.onResponseError(null, error);
        }
      });
    },
    close: () => agent.destroy(),
  };
}

/**
 * The attempts that hang on each signal. A tenure's hundreds of attempts share one signal: one listener for all of
 * them, because removing one of many listeners searches them all.
 */
function inFlightBySignal(): (signal: AbortSignal) => Set<Exchange> {
  const known = new WeakMap<AbortSignal, Set<Exchange>>();
  return (signal) => {
    let exchanges = known.get(signal);
    if (exchanges === undefined) {
      const made = (exchanges = new Set<Exchange>());
      known.set(signal, made);
      signal.addEventListener('abort', () => made.forEach((exchange) => exchange.giveUp('aborted')), { once: true });
    }
    return exchanges;
  };
}
