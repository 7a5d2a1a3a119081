import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';

/** True for an IP address that may be connected to. */
export type AddressRule = (address: string) => boolean;

/** An address that must not be connected to: private, loopback, reserved. It is not named: who asks may not know it. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
  readonly code = 'ERR_FORBIDDEN_ADDRESS';

  constructor() {
    super('the address must not be connected to');
  }
}

export interface GuardedConnectOptions {
  /** For a connection to be made, TLS included, in milliseconds. */
  readonly timeoutMs: number;
  readonly isAllowed: AddressRule;
  /** Of host names; left out: the machine's. */
  readonly lookup?: LookupFunction;
}

/**
 * Makes connections, and none to an address that the rule forbids. A name may answer differently each time it is asked,
 * so what counts is the one answer that the connection is made with; and before anything is written, the address at the
 * other end of the socket.
 */
export function guardedConnect({ timeoutMs, isAllowed, lookup = systemLookup }: GuardedConnectOptions) {
  // One request a connection makes "the connection broke" mean one attempt: no HTTP/2.
  const connect = buildConnector({ timeout: timeoutMs, allowH2: false, lookup: guardedLookup(lookup, isAllowed) });
  return (options: buildConnector.Options, callback: buildConnector.Callback): void => {
    // A literal address is never looked up.
    const literal = options.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0 && !isAllowed(literal)) return callback(new ForbiddenAddressError(), null);
    connect(options, (...result) => {
      const [, socket] = result;
      const address = socket?.remoteAddress;
      if (socket === null || address === undefined || isAllowed(address)) return callback(...result);
      socket.destroy();
      callback(new ForbiddenAddressError(), null);
    });
  };
}

function guardedLookup(lookup: LookupFunction, isAllowed: AddressRule): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '');
      const allowed = (found as LookupAddress[]).filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (first === undefined) return callback(new ForbiddenAddressError(), '');
      if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

const systemLookup: LookupFunction = (hostname, options, callback) => {
  dnsLookup(hostname, options as LookupOptions, callback);
};
