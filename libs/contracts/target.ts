import { BlockList, isIP } from 'node:net';

export interface TargetRules {
  /** Plain http too (development). */
  readonly allowHttp: boolean;
  /** Private, loopback and otherwise reserved literal addresses too (development). */
  readonly allowPrivate: boolean;
}

/** Address ranges that are nobody's on the internet (IANA special-purpose registries). */
const RESERVED = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  RESERVED.addSubnet(network, bits, 'ipv4');
}

const GLOBAL_IPV6 = new BlockList();
GLOBAL_IPV6.addSubnet('2000::', 3, 'ipv6');
const DOCUMENTATION_IPV6 = new BlockList();
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  DOCUMENTATION_IPV6.addSubnet(network, bits, 'ipv6');
}

/**
 * Checks a CUSTOM target. Names are not resolved here: that is for the moment of connecting.
 * @returns what is wrong with it and what to do, or null when nothing is.
 */
export function checkTarget(target: string, rules: TargetRules): string | null {
  let url: URL;
  try {
    url = new URL(target);
  } catch {
    return `the target ${JSON.stringify(target.slice(0, 100))} is not a URL; use https://host/path`;
  }
  if (url.protocol !== 'https:' && !(rules.allowHttp && url.protocol === 'http:')) {
    return `the target's scheme is ${url.protocol.slice(0, -1)}; only https is delivered to`;
  }
  if (url.username !== '' || url.password !== '') {
    return 'the target carries credentials; use authType BEARER and its credentials instead';
  }
  if (!rules.allowPrivate && isPrivateHost(url.hostname)) {
    return `the target's host ${url.hostname} is a private or reserved address; use one that the internet reaches`;
  }
  return null;
}

/** The URL parser has already brought decimal, octal, hex and short forms of IPv4 to dotted ones. */
function isPrivateHost(hostname: string): boolean {
  const host = hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost') || host === '') return true;
  const family = isIP(host);
  if (family === 4) return RESERVED.check(host, 'ipv4');
  // Everything outside 2000::/3 is reserved, mapped and link-local among it.
  return family === 6 && (!GLOBAL_IPV6.check(host, 'ipv6') || DOCUMENTATION_IPV6.check(host, 'ipv6'));
}
