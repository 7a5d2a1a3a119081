import { LRUCache } from 'lru-cache';
import type { Kind } from '#libs/contracts';

/** Where a target is, without what may be a secret or a person's: of a URL no path, of a mailbox no name. */
export function addressOf(kind: Kind, target: string): Address {
  const known = addresses.get(target);
  if (known !== undefined) return known;
  const address = readAddress(kind, target);
  addresses.set(target, address);
  return address;
}

interface Address {
  readonly 'server.address'?: string;
  readonly 'server.port'?: number;
  readonly 'url.scheme'?: string;
}

/** Every attempt asks, and a process has few targets: parsing a URL costs more than the rest of a line in the log. */
const addresses = new LRUCache<string, Address>({ max: 1000 });

function readAddress(kind: Kind, target: string): Address {
  if (kind === 'email') return { 'server.address': target.slice(target.lastIndexOf('@') + 1) };
  if (!URL.canParse(target)) return {};
  const { hostname, port, protocol } = new URL(target);
  const scheme = protocol.slice(0, -1);
  return {
    'server.address': hostname,
    'server.port': port === '' ? (scheme === 'http' ? 80 : 443) : Number(port),
    'url.scheme': scheme,
  };
}
