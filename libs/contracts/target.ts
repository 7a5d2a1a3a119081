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

/** Names that no public DNS has (RFC 6761, 6762, 7686, 8375; `internal` is ICANN's, and what clouds use). */
const INTERNAL_NAMES = ['localhost', 'local', 'localdomain', 'internal', 'intranet', 'lan', 'home.arpa', 'onion'];

/** Ports that browsers refuse to speak HTTP to (the list of WHATWG fetch): mail, shells, databases and such. */
const BAD_PORTS: ReadonlySet<number> = new Set([
  ...[
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  ],
  ...[
    111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
  ],
  ...[540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061],
  ...[6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080],
]);

/**
 * Checks a target that is a URL (all but EMAIL). Names are not resolved here: that is for the moment of connecting.
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
  if (BAD_PORTS.has(Number(url.port))) {
    return `the target's port ${url.port} is that of another protocol than HTTP; use 443`;
  }
  if (!rules.allowPrivate && isPrivateHost(url.hostname)) {
    return `the target's host ${url.hostname} is a private or reserved address; use one that the internet reaches`;
  }
  return null;
}

/** Whether an address may be connected to: also that which a name turned out to have. */
export function addressRule({ allowPrivate }: Pick<TargetRules, 'allowPrivate'>): (address: string) => boolean {
  return (address) => allowPrivate || !isReservedAddress(address);
}

/** True for an IP address that is nobody's on the internet: private, loopback, link-local, reserved, or none at all. */
export function isReservedAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return RESERVED.check(address, 'ipv4');
  // Everything outside 2000::/3 is reserved, mapped and link-local among it.
  return family !== 6 || !GLOBAL_IPV6.check(address, 'ipv6') || DOCUMENTATION_IPV6.check(address, 'ipv6');
}

/** The URL parser has already brought decimal, octal, hex and short forms of IPv4 to dotted ones. */
function isPrivateHost(hostname: string): boolean {
  const host = hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  if (isIP(host) !== 0) return isReservedAddress(host);
  // A name of one label means something inside a network only, as do these.
  return !host.includes('.') || INTERNAL_NAMES.some((name) => host === name || host.endsWith(`.${name}`));
}
