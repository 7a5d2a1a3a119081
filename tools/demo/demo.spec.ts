/** What the demo says is what happened: in order, out of order, refused, repeated. */
import { lineOf, type Seen } from './narrate.js';
import { createOrderWatch } from './order-watch.js';
import { summaryOf } from './summary.js';

const seen: Seen = {
  at: Date.UTC(2026, 4, 12, 10, 24, 0, 7),
  callId: 'demo-4',
  eventType: 'OUTBOUND_CALL_CALLING',
  endpoint: 'CRM',
  standing: 'in order',
  place: 3,
  attempt: 1,
  withToken: false,
  status: 204,
};

test('order is judged per endpoint and call', () => {
  const watch = createOrderWatch();
  for (const event of ['a', 'b', 'c']) watch.emitted('call', event);
  watch.emitted('other', 'd');
  expect(watch.arrived('CRM', 'call', 'a')).toBe('in order');
  expect(watch.arrived('CRM', 'call', 'c')).toBe('in order');
  expect(watch.arrived('CRM', 'call', 'c')).toBe('repeat');
  expect(watch.arrived('CRM', 'call', 'b')).toBe('out of order');
  expect(watch.arrived('Billing', 'call', 'b')).toBe('in order');
  expect(watch.arrived('CRM', 'other', 'd')).toBe('in order');
  expect(watch.arrived('CRM', 'call', 'never emitted')).toBe('unknown');
});

test('a delivery is one line, from its time to its place in the call', () => {
  expect(lineOf(seen)).toBe(
    '10:24:00.007  demo-4    Outbound Calling           → CRM     ✓ in order, event 3 of its call',
  );
});

test.each([
  ['✗ out of service for a moment: answered 503, event 3 of its call', { status: 503 }],
  ['✗ came without its token: answered 401', { status: 401 }],
  ['✗ OUT OF ORDER, event 3 of its call', { standing: 'out of order' as const }],
  ['✓ in order, event 3 of its call, with its bearer token', { withToken: true }],
  ['✓ in order, at attempt 2, event 3 of its call', { standing: 'repeat' as const, attempt: 2 }],
])('%s', (outcome, change) => {
  expect(lineOf({ ...seen, ...change })).toMatch(new RegExp(`→ CRM     ${outcome}$`));
});

const outcome = {
  calls: 2,
  events: 5,
  expected: 7,
  outOfOrder: 0,
  apiUrl: 'http://a',
  projectId: 'p',
  adminToken: 't',
};
const rows = (delivered: number, dead: number) => [
  ...Array.from({ length: delivered }, () => ({ callId: 'x', status: 'delivered' })),
  ...Array.from({ length: dead }, () => ({ callId: 'y', status: 'dead_lettered' })),
];

test('the summary counts what the history has, and says where to look', () => {
  const [first, ...more] = summaryOf({ ...outcome, rows: rows(5, 2) });
  expect(first).toBe('The demo: 2 calls, 5 events, 7 deliveries: 5 delivered, every call in order, 2 dead-lettered.');
  expect(more.join('\n')).toContain("'http://a/v1/projects/p/deliveries?callId=y'");
});

test('the summary hides neither what is missing nor what came out of order', () => {
  const [first] = summaryOf({ ...outcome, rows: rows(4, 0), outOfOrder: 1 });
  expect(first).toBe(
    'The demo: 2 calls, 5 events, 7 deliveries: 4 delivered, 1 OUT OF ORDER, 0 dead-lettered, 3 not settled yet.',
  );
});
