import type { ServerResponse } from 'node:http';
import { startReceiver, type Received } from './loopback.js';
import { waitFor } from './wait-for.js';

/** A request in the order of arrival. */
export interface Arrival extends Received {
  /** 0 for the first. */
  readonly ordinal: number;
  /** Unix milliseconds, when its body was complete. */
  readonly at: number;
  /** Its body as JSON. @throws SyntaxError */
  json(): unknown;
}

/** `hang`: never an answer; `reset`: the connection is cut. */
export type ScriptedAnswer =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      /** Milliseconds before the answer. */
      readonly delay?: number;
    }
  | 'hang'
  | 'reset';

export type Script = (arrival: Arrival) => ScriptedAnswer | Promise<ScriptedAnswer>;

export interface ScriptedReceiver {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  /** Connections accepted so far. */
  connections(): number;
  /** Requests that have no answer yet. */
  waiting(): number;
  /** Other answers from now on. */
  answerWith(script: Script): void;
  /** Resolves with the arrivals when there are at least that many, or when they satisfy the condition. */
  until(wanted: number | ((arrivals: readonly Arrival[]) => boolean), timeoutMs?: number): Promise<readonly Arrival[]>;
  /** Cuts what is open. */
  close(): Promise<void>;
}

/** A customer's endpoint on loopback that keeps what it gets and answers as the script says: 200 unless told otherwise. */
export async function startScriptedReceiver(script: Script = () => ({ status: 200 })): Promise<ScriptedReceiver> {
  const arrivals: Arrival[] = [];
  let waiting = 0;
  let current = script;
  const respond = async (arrival: Arrival, response: ServerResponse): Promise<void> => {
    waiting += 1;
    response.once('close', () => (waiting -= 1));
    const answer = await current(arrival);
    if (answer === 'hang') return;
    if (answer === 'reset') {
      response.socket?.resetAndDestroy();
      return;
    }
    const send = (): void => {
      response.writeHead(answer.status, answer.headers ?? {}).end(answer.body ?? '');
    };
    if (answer.delay === undefined) send();
    else setTimeout(send, answer.delay).unref();
  };
  const receiver = await startReceiver((request, response) => {
    const json = (): unknown => JSON.parse(request.body.toString('utf8'));
    const arrival: Arrival = { ...request, ordinal: arrivals.length, at: Date.now(), json };
    arrivals.push(arrival);
    void respond(arrival, response);
  });
  return {
    url: `${receiver.origin}/webhook`,
    arrivals,
    connections: () => receiver.connections(),
    waiting: () => waiting,
    answerWith: (next) => {
      current = next;
    },
    until: async (wanted, timeoutMs = 15_000) => {
      const enough = typeof wanted === 'number' ? () => arrivals.length >= wanted : () => wanted(arrivals);
      const what = () =>
        typeof wanted === 'number'
          ? `${wanted} requests, got ${arrivals.length}`
          : `the right requests, got ${arrivals.length}`;
      await waitFor(what, enough, { timeoutMs });
      return arrivals;
    },
    close: () => receiver.close(),
  };
}
