import type { Kind } from '#libs/contracts';

/** Where a target is, without what may be a secret or a person's: of a URL no path, of a mailbox no name. */
export function addressOf(
  kind: Kind,
  target: string,
): { 'server.address'?: string; 'server.port'?: number; 'url.scheme'?: string } {
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
