/**
 * What an attempt says of itself: its line in the log, and what its lane waited for before.
 * Oracle: the lines that the engine writes while its surroundings end one request after the other.
 */
import { DELIVERED, LADDER, REFUSED, RETRY, tenureOf } from './engine.fixture.js';

interface Line {
  readonly level: string;
  readonly waited?: readonly string[];
  readonly [field: string]: unknown;
}

function loggedTenure() {
  const lines: Line[] = [];
  const write =
    (level: string) =>
    (fields: object): void =>
      void lines.push({ level, ...fields });
  const attemptLog = { debug: write('debug'), info: write('info'), warn: write('warn') };
  return { ...tenureOf({ attemptLog }), lines };
}

const told = (lines: readonly Line[]) =>
  lines.map(({ level, deliveryId, attempt, verdict, waited = [] }) => [level, deliveryId, attempt, verdict, ...waited]);

it('one line for each attempt, with all that is known of it', async () => {
  const world = loggedTenure();
  await world.read([0]);
  world.state.now += 40;
  await world.end('attempt d0', DELIVERED);
  expect(world.lines).toEqual([
    {
      level: 'info',
      kind: 'custom',
      projectId: expect.any(String) as unknown,
      callId: expect.any(String) as unknown,
      eventId: expect.any(String) as unknown,
      eventType: expect.any(String) as unknown,
      endpointId: expect.any(String) as unknown,
      deliveryId: 'd0',
      attempt: 1,
      partition: 0,
      offset: 0,
      verdict: 'delivered',
      status: 200,
      durationMs: 40,
      sinceEventMs: expect.any(Number) as unknown,
      host: 'now.example',
      authType: 'NONE',
    },
  ]);
});

it('nothing is gathered for a line that nobody writes', async () => {
  const lines: object[] = [];
  const keep = (fields: object): void => void lines.push(fields);
  const attemptLog = { isLevelEnabled: (level: string) => level !== 'info', debug: keep, info: keep, warn: keep };
  const world = tenureOf({ attemptLog });
  await world.read([0, 1]);
  await world.end('attempt d0', DELIVERED);
  await world.settle();
  await world.end('attempt d1', REFUSED);
  expect(lines).toMatchObject([{ deliveryId: 'd1', verdict: 'refused' }]);
});

describe('its level says who should care', () => {
  it.each([
    [DELIVERED, 'info'],
    [RETRY, 'warn'],
    [REFUSED, 'warn'],
    [{ type: 'abstained', reason: 'internal_error: see the log' } as const, 'debug'],
  ])('%j: %s', async (verdict, level) => {
    const world = loggedTenure();
    await world.read([0]);
    await world.end('attempt d0', verdict);
    expect(world.lines.map((line) => line.level)).toEqual([level]);
  });
});

describe('what an attempt waited for', () => {
  it('nothing, when nothing of its call was under way', async () => {
    const world = loggedTenure();
    await world.read([0]);
    await world.end('attempt d0', DELIVERED);
    await world.settle();
    await world.read([1]);
    await world.end('attempt d1', DELIVERED);
    expect(told(world.lines)).toEqual([
      ['info', 'd0', 1, 'delivered'],
      ['info', 'd1', 1, 'delivered'],
    ]);
  });

  it('its predecessor, by name, while that was attempted', async () => {
    const world = loggedTenure();
    await world.read([0, 1]);
    await world.end('attempt d0', DELIVERED);
    await world.settle();
    await world.end('attempt d1', DELIVERED);
    const [first, second] = world.lines;
    expect(first?.waited).toBeUndefined();
    expect(second?.waited).toEqual([
      `behind event ${String(first?.['eventId'])} (${String(first?.['eventType'])}), 4.0 s`,
    ]);
  });

  it('its rung, when it failed before; and its predecessor, by name, while that climbed', async () => {
    const world = loggedTenure();
    await world.read([0, 1]);
    await world.end('attempt d0', RETRY);
    await world.settle();
    world.state.now += LADDER[0]!;
    await world.climb(1);
    await world.settle();
    await world.end('attempt d0', DELIVERED);
    await world.settle();
    await world.end('attempt d1', DELIVERED);
    const event = world.lines[0]?.['eventId'];
    const type = world.lines[0]?.['eventType'];
    expect(told(world.lines)).toEqual([
      ['warn', 'd0', 1, 'retry'],
      ['info', 'd0', 2, 'delivered', 'on rung 1, 10.0 s'],
      ['info', 'd1', 1, 'delivered', `behind event ${String(event)} (${String(type)}), 14.0 s`],
    ]);
  });

  it('room, when the endpoint had its share of attempts already', async () => {
    const lines: Line[] = [];
    const keep = (fields: object): void => void lines.push(fields as Line);
    const attemptLog = { debug: keep, info: keep, warn: keep };
    const world = tenureOf({ attemptLog, maxInFlightPerEndpoint: 1 });
    await world.read([0], { callId: 'a' });
    await world.read([1], { callId: 'b' });
    world.state.now += 2000;
    await world.end('attempt d0', DELIVERED);
    await world.settle();
    await world.end('attempt d1', DELIVERED);
    expect(lines.map(({ waited = [] }) => waited)).toEqual([[], ['for room, 2.0 s']]);
  });
});
