import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Pool } from 'pg';
import type { AttemptRecord } from '#libs/contracts';
import { attemptRecord, createDatabase } from '#libs/testkit';
import { migrate } from '../data-source.js';
import { createLaneMemory, HistoryWriter, isRefused } from './history-writer.js';
import { createHistoryPool } from './pool.js';

/*
 * What is written, on a real PostgreSQL. Oracle: the rows, read back. A "script" is what happened, in order; Kafka may
 * hand it out in any grouping, and any stretch of it again.
 */

const NOON = Date.UTC(2026, 10, 24, 12);
let pool: Pool;
let history: HistoryWriter;

beforeAll(async () => {
  const url = await createDatabase();
  await migrate(url);
  pool = createHistoryPool(url, { size: 4, applicationName: 'spec' });
  history = new HistoryWriter(pool, { retentionDays: 30, now: () => NOON });
});
afterAll(() => pool?.end());
beforeEach(() => pool.query('TRUNCATE attempts, deliveries'));

async function write(...batches: AttemptRecord[][]) {
  for (const batch of batches) await history.write(batch, createLaneMemory());
  return rows();
}

async function rows() {
  const deliveries = await pool.query('SELECT * FROM deliveries ORDER BY delivery_id');
  const attempts = await pool.query('SELECT * FROM attempts ORDER BY delivery_id, started_at, attempt');
  return { deliveries: deliveries.rows, attempts: attempts.rows };
}

const id = (ordinal: number): string => `de000000-0000-4000-8000-${String(ordinal).padStart(12, '0')}`;
const at = (ms: number): Date => new Date(NOON + ms);

/** A delivery that fails twice and then succeeds. */
function climb(ordinal: number): AttemptRecord[] {
  const common = { deliveryId: id(ordinal), eventId: `event-${ordinal}`, receivedAt: NOON };
  const failed = { verdict: 'retry', status: 'retrying', reason: 'http_503: Service Unavailable', responseStatus: 503 };
  return [
    attemptRecord({ ...common, ...(failed as object), attempt: 1, startedAt: NOON + 10 }),
    attemptRecord({ ...common, ...(failed as object), attempt: 2, startedAt: NOON + 5010 }),
    attemptRecord({ ...common, attempt: 3, startedAt: NOON + 20_010 }),
  ];
}

describe('a delivery', () => {
  it('is a row with what its records tell, and each attempt is one too', async () => {
    const mark = { epoch: 'epoch-1', offset: 7, ordinal: 1 };
    const [first, second, third] = climb(1).map((record) => ({ ...record, mark }));
    const { deliveries, attempts } = await write([first!, second!, third!]);
    expect(deliveries).toEqual([
      {
        received_at: at(0),
        delivery_id: id(1),
        project_id: first!.projectId,
        endpoint_id: first!.endpointId,
        endpoint_name: 'My receiver',
        endpoint_type: 'CUSTOM',
        call_id: 'call-1',
        event_id: 'event-1',
        event_type: 'OUTBOUND_CALL_CALLING',
        status: 'delivered',
        status_at: at(20_010),
        attempts: 3,
        reason: null,
        response_status: 200,
        first_attempt_at: at(10),
        last_attempt_at: at(20_010),
        source_epoch: 'epoch-1',
        source_offset: '7',
        source_ordinal: '1',
        event: first!.event,
      },
    ]);
    expect(attempts).toHaveLength(3);
    expect(attempts[1]).toEqual({
      received_at: at(0),
      delivery_id: id(1),
      attempt: 2,
      started_at: at(5010),
      duration_ms: 12,
      verdict: 'retry',
      reason: 'http_503: Service Unavailable',
      target: 'https://receiver.example.com/webhook',
      auth_type: 'NONE',
      response_status: 503,
      response_body: 'ok',
      traceparent: second!.traceparent,
    });
  });

  it('that ends without an attempt has no attempts', async () => {
    const reason = 'endpoint_disabled: the endpoint is disabled';
    const { deliveries, attempts } = await write([
      attemptRecord({ deliveryId: id(1), attempt: 0, status: 'skipped', reason }),
    ]);
    expect(attempts).toEqual([]);
    expect(deliveries).toMatchObject([{ status: 'skipped', attempts: 0, reason, last_attempt_at: null }]);
    expect(deliveries[0].event).toMatchObject({ data: { callId: 'call-1' } });
  });

  it('that is redriven after its end shows how that goes', async () => {
    const dead = attemptRecord({ deliveryId: id(1), attempt: 7, verdict: 'retry', status: 'dead_lettered' });
    const again = { deliveryId: id(1), attempt: 1, startedAt: dead.startedAt + 3_600_000 };
    const retrying = attemptRecord({ ...again, verdict: 'retry', status: 'retrying' });
    expect((await write([dead], [retrying])).deliveries).toMatchObject([{ status: 'retrying', attempts: 7 }]);
    // The recorder was killed before its commit: all of it comes again.
    expect((await write([dead, retrying])).deliveries).toMatchObject([{ status: 'retrying', attempts: 7 }]);
  });

  it('believes a higher attempt number whatever the clock of another machine says', async () => {
    const [first, second] = climb(1);
    const behind = { ...second!, status: 'dead_lettered', startedAt: first!.startedAt - 50 } as const;
    expect((await write([first!], [behind])).deliveries).toMatchObject([{ status: 'dead_lettered', attempts: 2 }]);
  });

  it('keeps a text with U+0000, which Postgres cannot store, legible', async () => {
    const { attempts } = await write([attemptRecord({ responseBody: 'a\0b' })]);
    expect(attempts).toMatchObject([{ response_body: 'a\uFFFDb' }]);
  });
});

describe('records that come again', () => {
  it('change nothing: the same batch twice, and batches that overlap', async () => {
    const [a, b, c] = [climb(1), climb(2), climb(3)];
    const script = [a[0]!, b[0]!, a[1]!, c[0]!, a[2]!, b[1]!, c[1]!, b[2]!];
    const once = await write(script);
    expect(once.attempts).toHaveLength(8);
    expect(once.deliveries.map(({ status }) => status)).toEqual(['delivered', 'delivered', 'retrying']);
    expect(await write(script)).toEqual(once);
    expect(await write(script.slice(0, 3), script.slice(1, 6), script.slice(4))).toEqual(once);
  });

  it('do not bring an older state back', async () => {
    const [first, second, third] = climb(1);
    const skipped = attemptRecord({ ...first!, attempt: 0, verdict: null, status: 'skipped' });
    await write([skipped], [first!, second!, third!]);
    expect((await write([skipped])).deliveries).toMatchObject([{ status: 'delivered', attempts: 3 }]);
    expect((await write([second!])).deliveries).toMatchObject([{ status: 'delivered', response_status: 200 }]);
  });

  it('change nothing in any grouping, with any repeats (model: each record once, in order)', async () => {
    const scripts = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 15 }).map((lanes) => {
      const climbs = [0, 1, 2, 3, 4].map(climb);
      return lanes.flatMap((lane) => climbs[lane]!.shift() ?? []);
    });
    // Each step goes back by some records and reads on from there, as after a crash before a commit.
    const steps = fc.array(fc.record({ back: fc.nat(4), forth: fc.integer({ min: 1, max: 6 }) }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(scripts, steps, async (script, walk) => {
        await pool.query('TRUNCATE attempts, deliveries');
        const model = await write(script);
        await pool.query('TRUNCATE attempts, deliveries');
        let place = 0;
        for (const { back, forth } of walk) {
          place = Math.max(0, place - back);
          await write(script.slice(place, place + forth));
          place = Math.min(script.length, place + forth);
        }
        expect(await write(script.slice(place))).toEqual(model);
        expect(model.attempts).toHaveLength(script.length);
      }),
      { numRuns: 40 },
    );
  });

  it('at the same time, from a recorder that lost its partition without knowing it, change nothing', async () => {
    const script = Array.from({ length: 50 }, (_, ordinal) => climb(ordinal)).flat();
    await Promise.all([write(script), write(script.slice(20)), write(script.slice(0, 100), script.slice(50))]);
    const { deliveries, attempts } = await rows();
    expect(attempts).toHaveLength(150);
    expect(new Set(deliveries.map(({ status, attempts: count }) => `${status} ${count}`))).toEqual(
      new Set(['delivered 3']),
    );
  });
});

describe('a batch with a record that Postgres refuses', () => {
  it.each<[string, Partial<AttemptRecord>]>([
    ['an id that is no UUID', { deliveryId: 'no-uuid' }],
    ['a status that is none', { status: 'lost' as 'delivered' }],
    ['no target', { target: null as unknown as string }],
    ['a number out of range', { attempt: 100_000 }],
    ['a text that is a list', { reason: ['a', 'b'] as unknown as string }],
    ['a key too large for its index', { callId: Array.from({ length: 20_000 }, Math.random).join() }],
  ])('is not written at all, and it is told apart from an outage: %s', async (_what, fault) => {
    const error = await write([attemptRecord({}), attemptRecord(fault)]).catch((thrown: unknown) => thrown);
    expect(isRefused(error)).toBe(true);
    expect(await rows()).toEqual({ deliveries: [], attempts: [] });
  });

  it('is not what a database that is away, or lacks its tables, looks like', async () => {
    const away = createHistoryPool('postgres://nobody@127.0.0.1:1/none', { size: 1, applicationName: 'spec' });
    const empty = createHistoryPool(await createDatabase(), { size: 1, applicationName: 'spec' });
    for (const other of [away, empty]) {
      const writer = new HistoryWriter(other, { retentionDays: 30, now: () => NOON });
      const error = await writer.write([attemptRecord()], createLaneMemory()).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(isRefused(error)).toBe(false);
      await other.end();
    }
  });
});

describe('the audit of what is written', () => {
  /** A delivered job of one call, from that place in the source. */
  const job = (offset: number): AttemptRecord =>
    attemptRecord({ eventId: `e${offset}`, mark: { epoch: 'epoch-1', offset, ordinal: 1 } });
  const types = (found: Awaited<ReturnType<HistoryWriter['write']>>) =>
    found.map(({ type, record, last }) => `${type} ${record.eventId} after ${last.eventId}`);

  it('knows from Postgres what another recorder wrote', async () => {
    await history.write([job(1), job(2)], createLaneMemory());
    expect(await history.write([job(3)], createLaneMemory())).toEqual([]);
    expect(types(await history.write([job(2)], createLaneMemory()))).toEqual(['violation e2 after e3']);
  });

  it('compares with what it remembers, without asking Postgres', async () => {
    const lanes = createLaneMemory();
    await history.write([job(5)], lanes);
    await pool.query('TRUNCATE attempts, deliveries');
    expect(types(await history.write([job(4)], lanes))).toEqual(['violation e4 after e5']);
  });

  it('remembers nothing of a batch that was not written', async () => {
    const lanes = createLaneMemory();
    await expect(history.write([job(9), attemptRecord({ deliveryId: 'no-uuid' })], lanes)).rejects.toThrow();
    expect(await history.write([job(8)], lanes)).toEqual([]);
    expect(types(await history.write([job(7)], lanes))).toEqual(['violation e7 after e8']);
  });

  it('is not made twice of the same records', async () => {
    const script = [job(1), job(3), job(2)];
    expect(types(await history.write(script, createLaneMemory()))).toEqual(['violation e2 after e3']);
    expect(await history.write(script, createLaneMemory())).toEqual([]);
  });

  it('finds the last delivery of a call from before midnight, or from the day before', async () => {
    const yesterday = { ...job(6), receivedAt: NOON - 86_400_000 + 1 };
    await history.write([yesterday], createLaneMemory());
    expect(types(await history.write([job(5)], createLaneMemory()))).toEqual(['violation e5 after e6']);
  });
});
