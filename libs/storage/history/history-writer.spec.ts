import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Pool } from 'pg';
import type { AttemptRecord } from '#libs/contracts';
import { attemptRecord, createDatabase } from '#libs/testkit';
import { createLaneMemory, HistoryWriter, isRefused } from './history-writer.js';
import { createHistoryPool } from './history-pool.js';
import { openHistory } from './history.fixture.js';

/*
 * What is written, on a real PostgreSQL. Oracle: the rows, read back. A "script" is what happened, in order; Kafka may
 * hand it out in any grouping, and any stretch of it again.
 */

const NOON = Date.UTC(2026, 10, 24, 12);
const PARTITION = 5;
let pool: Pool;
let history: HistoryWriter;

beforeAll(async () => {
  ({ pool, history } = await openHistory(NOON));
});
afterAll(() => pool?.end());
beforeEach(() => pool.query('TRUNCATE attempts, deliveries'));

async function write(...batches: AttemptRecord[][]) {
  for (const batch of batches) await history.write(batch, createLaneMemory(), () => PARTITION);
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

/** It waits behind another, as of that time. */
function waits(record: AttemptRecord, ms: number): AttemptRecord {
  const none = { attempt: 0, verdict: null, responseStatus: null, responseBody: null, event: null } as const;
  return { ...record, ...none, status: 'waiting', reason: 'waiting: behind', startedAt: NOON + ms };
}

/** It waits (and is told so again), climbs, dies, is sent again, waits again, climbs again. */
function life(ordinal: number): AttemptRecord[] {
  const [first, second, third] = climb(ordinal);
  const dead = { ...third!, verdict: 'refused', status: 'dead_lettered', reason: 'http_400: no' } as const;
  const run = [waits(first!, 1), waits(first!, 2), first!, waits(first!, 3000), second!, dead];
  const later = (record: AttemptRecord) => ({ ...record, redrive: 1, startedAt: record.startedAt + 60_000 });
  return [...run, ...[waits(first!, 1), first!, second!, third!].map(later)];
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
        redrives: 0,
        kafka_partition: PARTITION,
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
      redrive: 0,
      started_at: at(5010),
      duration_ms: 12,
      verdict: 'retry',
      reason: 'http_503: Service Unavailable',
      target: 'https://receiver.example.com/webhook',
      auth_type: 'NONE',
      key_id: null,
      response_status: 503,
      response_body: 'ok',
      traceparent: second!.traceparent,
    });
  });

  it('that was signed keeps which key each attempt was signed with', async () => {
    const keyId = 'a3000000-0000-4000-8000-000000000001';
    const { attempts } = await write([attemptRecord({ deliveryId: id(1), authType: 'SIGNATURE_RSA_SHA256', keyId })]);
    expect(attempts).toMatchObject([{ auth_type: 'SIGNATURE_RSA_SHA256', key_id: keyId }]);
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

  it('that an operator moves past after some attempts has those, and ends', async () => {
    const [first, second] = climb(1);
    const reason = 'skipped_by_operator: moved on';
    const end = { ...second!, verdict: null, status: 'dead_lettered', reason, startedAt: NOON + 7000 } as const;
    const { deliveries, attempts } = await write([first!, second!], [end]);
    expect(attempts).toHaveLength(2);
    expect(deliveries).toMatchObject([
      { status: 'dead_lettered', attempts: 2, reason, status_at: at(7000), last_attempt_at: at(5010) },
    ]);
    // The endpoint was disabled while it climbed: no attempt was made, and no number is told.
    const skipped = { ...end, attempt: 0, status: 'skipped', startedAt: NOON + 8000 } as const;
    expect((await write([skipped])).deliveries).toMatchObject([{ status: 'skipped', attempts: 2 }]);
  });

  it('that waits behind another shows it, until it is attempted, whatever the clock of another machine says', async () => {
    const [first] = climb(1);
    const waiting = waits(first!, 5000);
    expect((await write([waiting])).deliveries).toMatchObject([
      { status: 'waiting', attempts: 0, status_at: at(5000) },
    ]);
    expect((await write([first!])).deliveries).toMatchObject([{ status: 'retrying', attempts: 1, status_at: at(10) }]);
    // Told again by the next owner: its attempts are not hidden.
    expect((await write([waits(first!, 6000)])).deliveries).toMatchObject([{ status: 'retrying', attempts: 1 }]);
  });
});

describe('a delivery that is sent again after its end', () => {
  const dead = attemptRecord({ deliveryId: id(1), attempt: 7, verdict: 'retry', status: 'dead_lettered' });
  const again = { ...dead, redrive: 1, attempt: 1, startedAt: dead.startedAt + 3_600_000, responseBody: 'again' };
  const retrying = attemptRecord({ ...again, verdict: 'retry', status: 'retrying' });

  it('shows how that goes, with attempts counted anew; all attempts are kept', async () => {
    const { deliveries, attempts } = await write([dead], [retrying]);
    expect(deliveries).toMatchObject([{ status: 'retrying', redrives: 1, attempts: 1 }]);
    expect(deliveries[0].first_attempt_at).toEqual(new Date(dead.startedAt));
    expect(attempts.map(({ redrive, attempt }) => [redrive, attempt])).toEqual([
      [0, 7],
      [1, 1],
    ]);
    // The recorder was killed before its commit: all of it comes again.
    expect((await write([dead, retrying])).deliveries).toEqual(deliveries);
  });

  it('is not brought back to that end by a clock that was ahead, or by what is told of it again', async () => {
    const late = { ...dead, attempt: 0, verdict: null, startedAt: retrying.startedAt + 60_000 };
    expect((await write([retrying], [late])).deliveries).toMatchObject([{ status: 'retrying', attempts: 1 }]);
    await pool.query('TRUNCATE attempts, deliveries');
    expect((await write([retrying, late])).deliveries).toMatchObject([{ status: 'retrying', attempts: 1 }]);
    await pool.query('TRUNCATE attempts, deliveries');
    const waiting = waits(retrying, 0);
    expect((await write([dead, waiting])).deliveries).toMatchObject([{ status: 'waiting', redrives: 1, attempts: 0 }]);
  });

  it('is no violation of the order, behind events that were emitted later', async () => {
    const mark = (offset: number) => ({ epoch: 'epoch-1', offset, ordinal: 1 });
    const later = attemptRecord({ deliveryId: id(2), startedAt: dead.startedAt + 1000, mark: mark(8) });
    const lanes = createLaneMemory();
    await history.write([{ ...dead, mark: mark(7) }, later], lanes);
    const delivered = attemptRecord({ ...again, verdict: 'delivered', status: 'delivered' });
    expect(await history.write([delivered], lanes)).toEqual([]);
    // It would be one if it came by itself; and what follows is compared with the furthest, not with it.
    const next = (offset: number) => attemptRecord({ startedAt: again.startedAt + 1000, mark: mark(offset) });
    expect(await history.write([next(9)], createLaneMemory())).toEqual([]);
    expect(await history.write([next(7)], createLaneMemory())).toMatchObject([{ type: 'violation' }]);
  });
});

describe('a text', () => {
  it('with U+0000, which Postgres cannot store, is kept legible', async () => {
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
    const scripts = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 40 }).map((lanes) => {
      const lives = [0, 1, 2, 3, 4].map((lane) => (lane < 2 ? climb(lane) : life(lane)));
      return lanes.flatMap((lane) => lives[lane]!.shift() ?? []);
    });
    // Each step goes back by some records and reads on from there, as after a crash before a commit.
    const steps = fc.array(fc.record({ back: fc.nat(6), forth: fc.integer({ min: 1, max: 8 }) }), { maxLength: 12 });
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
        expect(model.attempts).toHaveLength(script.filter(({ attempt }) => attempt !== 0).length);
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
