import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { AttemptRecord } from '#libs/contracts';
import { attemptFigures, createHistoryPool, createLaneMemory, HistoryWriter } from '#libs/storage';
import { attemptRecord } from '#libs/testkit';
import { startApiWithDatabase, type ApiWithDatabase } from '../../../test/integration/running-api.js';
import type { Health } from './health.schemas.js';

/* How deliveries go, over HTTP. Written as the recorder writes it; oracle: the records that were written, counted by hand. */

let api: ApiWithDatabase;
let pool: Pool;
let history: HistoryWriter;

beforeAll(async () => {
  api = await startApiWithDatabase();
  pool = createHistoryPool(api.database, { size: 2, applicationName: 'spec' });
  history = new HistoryWriter(pool, { retentionDays: 30, now: Date.now });
}, 60_000);
afterAll(async () => {
  await pool?.end();
  await api?.close();
});

const newProject = async () => (await api.call<{ id: string }>('POST', '/v1/projects', { name: 'P' })).body.id;
const write = (...records: AttemptRecord[]) => history.write(records, createLaneMemory());
const healthOf = async (projectId: string, window = '24h') =>
  (await api.call<Health>('GET', `/v1/projects/${projectId}/health?window=${window}`)).body;

describe('the health of a project', () => {
  it('counts deliveries, attempts and violations, and how long they took, in all and by endpoint', async () => {
    const projectId = await newProject();
    const settings = { name: 'Good', endpointType: 'CUSTOM', target: 'https://example.com/hook' };
    const good = (await api.call<{ id: string }>('POST', `/v1/projects/${projectId}/endpoints`, settings)).body.id;
    const bad = randomUUID();
    // One and the same stretch, whatever the time is.
    const at = Math.floor((Date.now() - 7_200_000) / 1_800_000) * 1_800_000 + 1000;
    const to = (endpointId: string, vary: Partial<AttemptRecord>) =>
      attemptRecord({ projectId, endpointId, endpointName: 'Then', receivedAt: at, ...vary });
    // 1 to 100 ms at the destination, after 10 ms on the way.
    for (let n = 1; n <= 100; n += 1) await write(to(good, { startedAt: at + 10, durationMs: n, callId: `call-${n}` }));
    const failed = { verdict: 'retry', status: 'retrying', reason: 'http_503: no', responseStatus: 503 } as const;
    const deliveryId = randomUUID();
    await write(
      to(bad, { deliveryId, ...failed, durationMs: 5, startedAt: at }),
      to(bad, {
        deliveryId,
        ...failed,
        status: 'dead_lettered',
        durationMs: 5,
        attempt: 2,
        startedAt: at + 5000,
        event: null,
      }),
      to(bad, { ...failed, durationMs: 5 }),
      to(bad, {
        attempt: 0,
        verdict: null,
        status: 'skipped',
        reason: 'endpoint_disabled: off',
        receivedAt: at + 1_800_000,
      }),
    );
    await write(
      attemptRecord({ projectId: await newProject(), receivedAt: at }),
      to(good, { receivedAt: at - 86_400_000 }),
    );
    const mark = (offset: number) => ({ epoch: 'e', offset, ordinal: 1 });
    const reversed = { callId: 'reversed', startedAt: at + 10, durationMs: 50 };
    await write(
      to(good, { ...reversed, mark: mark(2) }),
      to(good, { ...reversed, startedAt: at + 20, durationMs: 40, mark: mark(1) }),
    );

    const { total, endpoints, ...span } = await healthOf(projectId);
    expect(span).toEqual({
      ...{
        window: '24h',
        from: expect.any(String),
        to: expect.any(String),
        bucketSeconds: 1800,
        sampledDeliveries: 104,
      },
    });
    const stretch = new Date(at - 1000).toISOString();
    const none = { delivered: 0, deadLettered: 0, skipped: 0, open: 0 };
    expect(endpoints).toEqual([
      {
        ...{ endpointId: good, endpointName: 'Good', endpointType: 'CUSTOM', successRate: 1, violations: 1 },
        deliveries: { ...none, total: 102, delivered: 102 },
        attempts: { delivered: 102, retry: 0, refused: 0, abstained: 0 },
        latencyMs: { toDelivery: { p50: 60, p95: 105, p99: 109 }, destination: { p50: 50, p95: 95, p99: 99 } },
        series: [{ at: stretch, delivered: 102, deadLettered: 0, other: 0 }],
      },
      {
        ...{ endpointId: bad, endpointName: 'Then', endpointType: 'CUSTOM', successRate: 0, violations: 0 },
        deliveries: { ...none, total: 3, deadLettered: 1, skipped: 1, open: 1 },
        attempts: { delivered: 0, retry: 3, refused: 0, abstained: 0 },
        latencyMs: { toDelivery: null, destination: { p50: 5, p95: 5, p99: 5 } },
        series: [
          { at: stretch, delivered: 0, deadLettered: 1, other: 1 },
          { at: new Date(at - 1000 + 1_800_000).toISOString(), delivered: 0, deadLettered: 0, other: 1 },
        ],
      },
    ]);
    expect(total).toMatchObject({
      deliveries: { total: 105, delivered: 102, deadLettered: 1, skipped: 1, open: 1 },
      ...{ successRate: 102 / 103, attempts: { delivered: 102, retry: 3 }, violations: 1 },
      series: [{ delivered: 102, deadLettered: 1, other: 1 }, { other: 1 }],
    });
    expect((await healthOf(projectId, '1h')).total.deliveries.total).toBe(0);
    expect((await healthOf(projectId, '7d')).total.deliveries.total).toBe(106);
  });

  it('of one without deliveries says that there are none', async () => {
    const projectId = await newProject();
    const { total, endpoints, sampledDeliveries } = await healthOf(projectId);
    expect([endpoints, sampledDeliveries]).toEqual([[], 0]);
    expect(total).toMatchObject({
      successRate: null,
      latencyMs: { toDelivery: null, destination: null },
      violations: 0,
      series: [],
    });
    expect((await api.call('GET', `/v1/projects/${projectId}/health?window=1y`)).status).toBe(422);
    expect((await api.call('GET', `/v1/projects/${randomUUID()}/health`)).status).toBe(404);
  });

  it('of very many looks at the attempts of an even choice of them', async () => {
    const projectId = await newProject();
    const now = Date.now();
    const records = Array.from({ length: 2000 }, (_, n) =>
      attemptRecord({ projectId, receivedAt: now - n, callId: `many-${n}`, durationMs: n % 100 }),
    );
    await write(...records);
    const query = {
      query: async <Row>(sql: string, values: readonly unknown[]) => (await pool.query(sql, [...values])).rows as Row[],
    };
    const sample = async (most: number) =>
      (await attemptFigures(query, projectId, now - 60_000, { deliveries: 2000, most })).find(
        ({ endpointId }) => endpointId === null,
      )!;
    expect(await sample(2000)).toMatchObject({ sampled: 2000, delivered: 2000 });
    const { sampled, delivered, destination } = await sample(500);
    // Ids are random: that far off comes once in a million runs.
    expect(Math.abs(sampled - 500)).toBeLessThan(100);
    expect(delivered).toBe(sampled);
    expect(Math.abs(destination![0]! - 50)).toBeLessThan(15);
  });
});
