import { FetchSession } from './wire/fetch-session.js';
import type { FetchRequest } from './wire/fetch-request.js';
import type { FetchResponse } from './wire/fetch-response.js';
import { FETCH_VERSION, type RequestKind } from './wire/kafkajs-protocol.js';

/** A broker as a consumer has it, of kafkajs 2.2.4, as far as a fetch needs it. */
export interface FetchingBroker {
  readonly connectionPool: { send(exchange: object): Promise<FetchResponse> };
  lookupRequest(apiKey: number, kind: object): (args: object) => { readonly request: { readonly apiVersion: number } };
  fetch(request: FetchRequest): Promise<Pick<FetchResponse, 'responses'>>;
  disconnect(): Promise<void>;
}

const FETCH = 1;
/** kafkajs' word for "any": the leader is read. */
const NO_REPLICA = -1;

/**
 * Fetches name only what changed, where the broker keeps a session (FetchSession); kafkajs gets an ordinary answer, in
 * which partitions without anything new are missing, as they are in any answer that had no room for them.
 * @returns false: kafkajs is not as expected.
 */
export function fetchInSessions(
  { prototype }: { readonly prototype: Partial<FetchingBroker> },
  kind: RequestKind<FetchRequest>,
): boolean {
  const { fetch } = prototype;
  if (fetch === undefined) return false;
  /** A consumer has brokers of its own, so that these are its sessions alone. */
  const sessions = new WeakMap<object, FetchSession>();
  const fetching = new WeakSet<object>();

  prototype.fetch = async function (this: FetchingBroker, request): Promise<Pick<FetchResponse, 'responses'>> {
    // A session is asked one thing at a time. Fetchers do so too; of one that was given up, a request may still be there.
    if (fetching.has(this)) return fetch.call(this, request);
    const session = sessions.get(this) ?? new FetchSession();
    sessions.set(this, session);
    const exchange = this.lookupRequest(FETCH, kind)({ ...request, ...session.ask(request.topics) });
    if (exchange.request.apiVersion !== FETCH_VERSION) return (session.failed(), fetch.call(this, request));
    fetching.add(this);
    try {
      const answer = await this.connectionPool.send(exchange);
      session.answered(answer);
      return { responses: withNews(answer) };
    } catch (error) {
      session.failed();
      // As kafkajs does after every request.
      if ((error as Error).name === 'KafkaJSConnectionClosedError') await this.disconnect();
      throw error;
    } finally {
      fetching.delete(this);
    }
  };
  return true;
}

/** Without a session every partition is told of. kafkajs would hand each that is empty to a worker, who throws it away. */
function withNews({ responses }: FetchResponse): FetchResponse['responses'] {
  return responses.map(({ topicName, partitions }) => ({
    topicName,
    partitions: partitions.filter(
      ({ messages, preferredReadReplica }) => messages.length > 0 || preferredReadReplica !== NO_REPLICA,
    ),
  }));
}
