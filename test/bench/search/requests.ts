import { DAY_MS } from '#libs/storage';
import {
  ABSENT_TYPE,
  BUSY,
  callOfBig,
  COMMON_TYPE,
  DAYS,
  endpointId,
  FAILING,
  projectId,
  QUIET,
  RARE_TYPE,
  ROWS_OF_A_CALL,
} from './shape.js';

/** A request that is made again and again, each time for something else of its kind. */
export interface SearchCase {
  /** As in `deliveries: status=skipped`. */
  readonly name: string;
  /** @param any an even number from 0 to 1. */
  path(any: number): string;
  /** The API remembers the answer for a while: the first one counts, too. */
  readonly isCold?: boolean;
}

export interface Filled {
  readonly rows: number;
  /** Unix milliseconds. */
  readonly until: number;
}

type Query = Readonly<Record<string, string>>;

const BIG = `/v1/projects/${projectId(0)}`;
const STRANGER = '99999999-0000-4000-8000-000000000000';

/** Every list and search that reads what grows, of the project that has half of it all. */
export function casesOf({ rows, until }: Filled): SearchCase[] {
  const at = (any: number): number => until - any * DAYS * DAY_MS;
  /** A place in the list, as the API's own cursors say it. */
  const cursor = (any: number): string => {
    const place = new Date(at(any)).toISOString().replace('Z', '000Z');
    return Buffer.from(JSON.stringify([place, '80000000-0000-4000-8000-000000000000'])).toString('base64url');
  };
  const calls = Math.ceil(rows / ROWS_OF_A_CALL);
  const call = (any: number): string => `call-${callOfBig(Math.floor(any * (calls - 100)))}`;
  const hours = (length: number) => (any: number) => ({
    from: new Date(at(any) - length * 3_600_000).toISOString(),
    to: new Date(at(any)).toISOString(),
  });
  const list = (what: string, name: string, query: (any: number) => Query): SearchCase[] => [
    { name: `${what}: ${name}`, path: (any) => `${BIG}/${what}?${new URLSearchParams(query(any)).toString()}` },
  ];
  const deep = (what: string, name: string, query: (any: number) => Query): SearchCase[] => [
    ...list(what, name, query),
    ...list(what, `${name}, deep`, (any) => ({ ...query(any), cursor: cursor(any) })),
  ];
  const deliveries = (name: string, query: (any: number) => Query) => list('deliveries', name, query);
  const paged = (name: string, query: Query) => deep('deliveries', name, () => query);
  return [
    ...paged('all', {}),
    ...deliveries('call', (any) => ({ callId: call(any) })),
    ...deliveries('a call that is not there', () => ({ callId: 'no-such-call' })),
    ...deliveries('call, status', (any) => ({ callId: call(any), status: 'delivered' })),
    ...deliveries('call, endpoint', (any) => ({ callId: call(any), endpointId: BUSY })),
    ...deliveries('call, type', (any) => ({ callId: call(any), eventType: COMMON_TYPE })),
    ...deliveries('call, time', (any) => ({ callId: call(any), ...hours(24)(any) })),
    ...paged('busy endpoint', { endpointId: BUSY }),
    ...paged('quiet endpoint', { endpointId: QUIET }),
    ...deliveries('an endpoint that is not there', () => ({ endpointId: STRANGER })),
    ...paged('common type', { eventType: COMMON_TYPE }),
    ...paged('rare type', { eventType: RARE_TYPE }),
    ...paged('absent type', { eventType: ABSENT_TYPE }),
    ...['delivered', 'dead_lettered', 'skipped', 'waiting', 'retrying', 'pending'].flatMap((status) =>
      paged(`status ${status}`, { status }),
    ),
    ...deliveries('an hour', hours(1)),
    ...deliveries('a week', hours(168)),
    ...paged('busy endpoint, common type', { endpointId: BUSY, eventType: COMMON_TYPE }),
    ...paged('busy endpoint, rare type', { endpointId: BUSY, eventType: RARE_TYPE }),
    ...paged('busy endpoint, absent type', { endpointId: BUSY, eventType: ABSENT_TYPE }),
    ...paged('busy endpoint, dead_lettered', { endpointId: BUSY, status: 'dead_lettered' }),
    ...paged('busy endpoint, retrying', { endpointId: BUSY, status: 'retrying' }),
    ...paged('quiet endpoint, dead_lettered', { endpointId: QUIET, status: 'dead_lettered' }),
    ...paged('quiet endpoint, skipped', { endpointId: QUIET, status: 'skipped' }),
    ...paged('failing endpoint, delivered', { endpointId: FAILING, status: 'delivered' }),
    ...deliveries('busy endpoint, an hour', (any) => ({ endpointId: BUSY, ...hours(1)(any) })),
    ...deliveries('quiet endpoint, a week', (any) => ({ endpointId: QUIET, ...hours(168)(any) })),
    ...paged('common type, dead_lettered', { eventType: COMMON_TYPE, status: 'dead_lettered' }),
    ...paged('rare type, dead_lettered', { eventType: RARE_TYPE, status: 'dead_lettered' }),
    ...paged('absent type, dead_lettered', { eventType: ABSENT_TYPE, status: 'dead_lettered' }),
    ...deliveries('rare type, a week', (any) => ({ eventType: RARE_TYPE, ...hours(168)(any) })),
    ...deliveries('absent type, a week', (any) => ({ eventType: ABSENT_TYPE, ...hours(168)(any) })),
    ...deliveries('dead_lettered, an hour', (any) => ({ status: 'dead_lettered', ...hours(1)(any) })),
    ...deliveries('pending, a week', (any) => ({ status: 'pending', ...hours(168)(any) })),
    ...paged('endpoint, type, status', { endpointId: BUSY, eventType: RARE_TYPE, status: 'dead_lettered' }),
    { name: 'one call', path: (any) => `${BIG}/calls/${call(any)}` },
    ...deep('dead-letters', 'all', () => ({})),
    ...deep('dead-letters', 'quiet endpoint', () => ({ endpointId: QUIET })),
    ...deep('dead-letters', 'code', () => ({ code: 'http_404' })),
    ...deep('dead-letters', 'absent code', () => ({ code: 'timeout' })),
    ...list('dead-letters/groups', 'all', () => ({})),
    ...list('dead-letters/groups', 'an hour', hours(1)),
    ...list('dead-letters/redrives', 'all', () => ({})),
    ...list('lanes', 'all', () => ({})),
    ...list('lanes', 'endpoint', () => ({ endpointId: endpointId(0, 3) })),
    ...list('lanes/summary', 'all', () => ({})),
    ...list('audit', 'all', () => ({})),
    ...list('endpoints', 'all', () => ({})),
    ...['1h', '24h', '7d'].map((window) => ({
      name: `health: ${window}, counted anew`,
      isCold: true,
      path: () => `${BIG}/health?window=${window}`,
    })),
    { name: 'projects', path: () => '/v1/projects' },
  ];
}
