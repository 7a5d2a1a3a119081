import { encodeFetch, type FetchRequest } from './fetch-request.js';
import { decodeFetch } from './fetch-response.js';
import { canEncode, encodeProduce, type ProduceRequest } from './produce-request.js';

/** How kafkajs speaks one kind of request: its versions, and for each of them what makes a request of arguments. */
export interface RequestKind<Arguments> {
  readonly versions: readonly string[];
  protocol?(choice: { version: number }): ((args: Arguments) => Exchange) | undefined;
}

export interface Exchange {
  readonly request: { readonly apiVersion: number; encode(): Promise<unknown> };
  readonly response: { decode(payload: Buffer): Promise<unknown>; parse(decoded: unknown): Promise<unknown> };
}

/** The versions that our writer and reader are made for: kafkajs' highest, which every broker since 2.3 speaks. */
export const PRODUCE_VERSION = 7;
export const FETCH_VERSION = 11;

/** Requests of our producers are written by us, the others by kafkajs. @returns false: it is not as expected. */
export function writeProduce(kind: RequestKind<ProduceRequest>, now: () => number): boolean {
  return replace(kind, PRODUCE_VERSION, (original, args) => {
    const exchange = original(args);
    if (!canEncode(args)) return exchange;
    const encode = (): Promise<unknown> => Promise.resolve(encodeProduce(args, now()));
    return { ...exchange, request: { ...exchange.request, encode } };
  });
}

/**
 * Requests are written and answers read by us, and by kafkajs where they hold what only it knows.
 * @returns false: it is not as expected.
 */
export function exchangeFetch(kind: RequestKind<FetchRequest>): boolean {
  return replace(kind, FETCH_VERSION, (original, args) => {
    const exchange = original(args);
    const { request, response } = exchange;
    const encode = async (): Promise<unknown> => encodeFetch(args) ?? (await request.encode());
    const decode = async (payload: Buffer): Promise<unknown> =>
      decodeFetch(payload) ?? (await response.decode(payload));
    return { ...exchange, request: { ...request, encode }, response: { ...response, decode } };
  });
}

function replace<Arguments>(
  kind: RequestKind<Arguments>,
  ours: number,
  exchange: (original: (args: Arguments) => Exchange, args: Arguments) => Exchange,
): boolean {
  const { protocol, versions } = kind;
  const original = protocol?.({ version: ours });
  if (protocol === undefined || original === undefined || Math.max(...versions.map(Number)) !== ours) return false;
  kind.protocol = (choice) =>
    choice.version === ours ? (args) => exchange(original, args) : protocol.call(kind, choice);
  return true;
}
