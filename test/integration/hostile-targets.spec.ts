import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type LookupFunction, type Server } from 'node:net';
import { addressRule, checkTarget } from '#libs/contracts';
import { createHttp, UnrenderableError, type Http } from '#libs/delivery';
import type { Verdict } from '#libs/ordering';
import { startReceiver, type Loopback } from '#libs/testkit';
import { createCustomDestination } from '../../apps/delivery-custom/custom.destination.js';
import { GOLDEN_JOBS } from '../../libs/contracts/golden/jobs.js';

/*
 * Targets of somebody who wants us to connect to what is inside. Oracle: a listener on loopback and on every address of
 * this machine counts the connections that it gets; it is where each of them would lead.
 *
 * Plain http is allowed here, so that TLS is not what keeps us from arriving.
 */

const STRICT = { allowHttp: true, allowPrivate: false };
const JOB = GOLDEN_JOBS.OUTBOUND_CALL_ERROR;
const lasting = { signal: new AbortController().signal, mayStart: () => true };

let inside: Loopback & { readonly received: readonly unknown[] };
let everywhere: Server;
let port: number;
let connections = 0;
beforeAll(async () => {
  inside = await startReceiver((_, response) => response.end());
  port = Number(new URL(inside.origin).port);
  // The same port on IPv6 and on the machine's other addresses.
  everywhere = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => {
    everywhere.once('error', () => resolve()); // a machine without IPv6 has less to protect
    everywhere.listen({ port, host: '::', ipv6Only: true }, resolve);
  });
});
afterAll(async () => {
  await inside.close();
  await new Promise((resolve) => everywhere.close(resolve));
});

const arrived = (): number => inside.connections() + connections;
let before: number;
beforeEach(() => {
  before = arrived();
});

/** An attempt at the target, as a delivery service makes it. */
async function attempt(target: string, lookup?: LookupFunction, rules = STRICT): Promise<Verdict | UnrenderableError> {
  const http: Http = createHttp({ timeoutMs: 2000, isAllowed: addressRule(rules), ...(lookup && { lookup }) });
  const room = createCustomDestination({ http, targets: rules, userAgent: 'x' });
  const settings = { authType: 'NONE', enabled: true, bearerToken: null, signingKey: null } as const;
  const endpoint = { id: JOB.endpoint.id, projectId: JOB.event.projectId, target, ...settings };
  try {
    const request = room.render({ job: JOB, endpoint, attempt: 1, traceparent: 'x' });
    return room.classify(await room.send(request, lasting), 0);
  } catch (error) {
    if (error instanceof UnrenderableError) return error;
    throw error;
  } finally {
    await http.close();
  }
}

/** A DNS in which every name has these addresses; each question takes the next answer, the last one stays. */
function dns(...answers: (readonly string[])[]): LookupFunction {
  return (_, options, callback) => {
    const addresses = (answers.length > 1 ? answers.shift()! : answers[0]!).map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    const [first] = addresses;
    if (options.all === true) callback(null, addresses);
    else callback(null, first!.address, first!.family);
  };
}

describe('a target that names an address inside is refused when it is set, and when it is attempted all the same', () => {
  const LITERAL = [
    ...['127.0.0.1', '127.1', '127.0.1', '127.255.255.254', '2130706433', '0x7f000001', '0x7f.0.0.1', '0177.0.0.1'],
    ...[
      '017700000001',
      '0x7f.1',
      '127.0.0.1.',
      '0.0.0.0',
      '0',
      '00',
      '0x0',
      '①②⑦.0.0.1',
      '127。0。0。1',
      '127.0.0.%31',
    ],
    ...['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.1.1', '0xc0a80101', '3232235777'],
    ...['169.254.169.254', '0xa9fea9fe', '2852039166', '169.254.1', '100.100.100.200', '100.64.0.1', '192.0.0.192'],
    ...['198.18.0.1', '224.0.0.1', '240.0.0.1', '255.255.255.255', '192.0.2.1', '203.0.113.7', '192.88.99.1'],
    ...['[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::ffff:169.254.169.254]'],
    ...['[::127.0.0.1]', '[64:ff9b::127.0.0.1]', '[64:ff9b:1::1]', '[2002:7f00:1::]', '[2001:0:7f00:1::]', '[fe80::1]'],
    ...['[fc00::1]', '[fd00:ec2::254]', '[ff02::1]', '[2001:db8::1]', '[3fff::1]', '[100::1]', '[5f00::1]'],
    ...['localhost', 'LOCALHOST', 'localhost.', 'api.localhost', 'ｌocalhost', 'kafka', 'postgres', 'printer.local'],
    ...['metadata.google.internal', 'metadata', 'instance-data', 'db.prod.internal', 'router.lan', 'nas.home.arpa'],
    ...['x.onion', 'kubernetes.default.svc.cluster.local'],
  ];

  it.each(LITERAL)('%s', async (host) => {
    const target = `http://${host}:${port}/`;
    expect(checkTarget(target, STRICT)).toMatch(/private or reserved|is not a URL/);
    expect(await attempt(target)).toBeInstanceOf(UnrenderableError);
    // The guard at the connection knows nothing of that check.
    const { hostname } = URL.canParse(target) ? new URL(target) : { hostname: '127.0.0.1' };
    const http = createHttp({ timeoutMs: 2000, isAllowed: addressRule(STRICT) });
    const post = { origin: `http://${hostname}:${port}`, path: '/', headers: [], body: Buffer.from('{}') };
    expect((await http.postJson(post, lasting)).failure?.code).toMatch(/^(forbidden|dns)$/);
    await http.close();
    expect(arrived()).toBe(before);
  });

  it.each([
    `http://user@127.0.0.1:PORT/`,
    `http://user:password@example.com:PORT/`,
    `http://example.com@127.0.0.1:PORT/`,
    `http://127.0.0.1:PORT\\@example.com/`,
    `ftp://127.0.0.1:PORT/`,
    `gopher://127.0.0.1:PORT/_GET`,
    `file:///etc/passwd`,
    `javascript:fetch("http://127.0.0.1:PORT")`,
    `data:text/html,x`,
    `ws://127.0.0.1:PORT/`,
    `//127.0.0.1:PORT/`,
    `http://[::1/`,
    `http://example.com:25/`,
    `http://example.com:22/`,
    `http://example.com:587/`,
    `http://example.com:6667/`,
    `http://example.com:99999/`,
  ])('%s', async (text) => {
    const target = text.replace('PORT', String(port));
    expect(checkTarget(target, STRICT)).not.toBeNull();
    expect(await attempt(target)).toBeInstanceOf(UnrenderableError);
    expect(arrived()).toBe(before);
  });
});

describe('a name that turns out to lead inside is refused when it is connected to', () => {
  const target = (): string => `http://innocent.example.com:${port}/`;
  const forbidden = { type: 'refused', reason: expect.stringMatching('^forbidden: ') };

  it.each([
    '127.0.0.1',
    '0.0.0.0',
    '10.0.0.5',
    '169.254.169.254',
    '100.100.100.200',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fe80::1',
    'fd00:ec2::254',
  ])('%s', async (address) => {
    expect(checkTarget(target(), STRICT)).toBeNull();
    expect(await attempt(target(), dns([address]))).toEqual(forbidden);
    expect(arrived()).toBe(before);
  });

  it('also when it has several of them', async () => {
    expect(await attempt(target(), dns(['::1', '127.0.0.1', '10.0.0.1']))).toEqual(forbidden);
    expect(arrived()).toBe(before);
  });

  it('also when its answer changes between two questions: only the one that is connected with counts', async () => {
    const changing = dns(['93.184.216.34'], ['127.0.0.1']);
    changing('innocent.example.com', { all: true }, () => undefined); // somebody has looked before
    expect(await attempt(target(), changing)).toEqual(forbidden);
    expect(arrived()).toBe(before);
  });

  it('and its address is not told', async () => {
    expect(JSON.stringify(await attempt(target(), dns(['10.1.2.3'])))).not.toContain('10.1.2.3');
  });
});

it('a redirect to an address inside is not followed', async () => {
  const outside = await startReceiver((_, response) => {
    response.writeHead(307, { location: `${inside.origin}/` }).end();
  });
  // For this one listener's sake, private addresses are allowed: only the redirect could lead to the other.
  const rules = { allowHttp: true, allowPrivate: true };
  expect(await attempt(`${outside.origin}/`, undefined, rules)).toMatchObject({ type: 'refused' });
  await outside.close();
  expect(arrived()).toBe(before);
});

it('the listener is there to be found: where private targets are allowed, it is', async () => {
  const rules = { allowHttp: true, allowPrivate: true };
  expect(await attempt(`http://127.0.0.1:${port}/`, undefined, rules)).toEqual({ type: 'delivered' });
  expect(await attempt(`http://innocent.example.com:${port}/`, dns(['127.0.0.1']), rules)).toEqual({
    type: 'delivered',
  });
  expect(arrived()).toBe(before + 2);
});
