import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createKafka, ensureTopics } from '#libs/kafka';
import { startKafka, type TestKafka } from '#libs/testkit';
import { startApiWithDatabase, type ApiWithDatabase } from '../../../test/integration/running-api.js';
import type { MadeApiKey } from './api-key.schemas.js';
import type { AuditEntry } from './audit.schemas.js';

/* Who changed what, over HTTP, on a real Postgres. Oracles: the list that the API shows, and what stands in the table. */

let api: ApiWithDatabase;
let kafka: TestKafka;
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
beforeAll(async () => {
  kafka = await startKafka();
  const client = createKafka({ brokers: [kafka.brokers], clientId: 'spec', tls: false, log });
  await ensureTopics(client, { partitions: 1, replicationFactor: 1 });
  api = await startApiWithDatabase({ KAFKA_BROKERS: kafka.brokers });
}, 60_000);
afterAll(async () => {
  await api?.close();
  await kafka?.stop();
});

const SECRET = 'a-secret-that-is-nowhere';
const HOOK = 'https://hooks.slack.com/services/T0/B0/the-webhook-secret';

interface Page {
  readonly items: readonly AuditEntry[];
  readonly nextCursor: string | null;
}

async function step<Body = Record<string, string>>(
  method: string,
  path: string,
  body?: unknown,
  key?: string,
): Promise<Body> {
  const answer = await api.call<Body>(method, path, body, key === undefined ? {} : { authorization: `Bearer ${key}` });
  expect([method, path, answer.status < 300]).toEqual([method, path, true]);
  return answer.body;
}

/** The newest entries of all, oldest of them first. */
async function entries(path: string): Promise<AuditEntry[]> {
  return [...(await step<Page>('GET', `${path}?limit=100`)).items].reverse();
}

async function newProject(): Promise<{ id: string; path: string }> {
  const { id = '' } = await step('POST', '/v1/projects', { name: 'Before' });
  return { id, path: `/v1/projects/${id}` };
}

describe('the audit log', () => {
  it('has every change of a project with who made it, and no secret', async () => {
    const { id: projectId, path } = await newProject();
    await step('PATCH', path, { name: 'After' });
    const { id: keyId = '', key = '' } = await step('POST', `${path}/api-keys`, { name: 'CI', role: 'admin' });
    const custom = { name: 'E', endpointType: 'CUSTOM', target: `https://example.com/hook?token=${SECRET}` };
    const { id = '' } = await step('POST', `${path}/endpoints`, custom, key);
    await step('PATCH', `${path}/endpoints/${id}`, { enabled: false, name: 'E', target: 'https://example.com/x' }, key);
    const slack = await step('POST', `${path}/endpoints`, { name: 'S', endpointType: 'SLACK', target: HOOK });
    await step('PUT', `${path}/triggers`, { triggers: { INBOUND_CALL_ERROR: [id] } });
    await step('PUT', `${path}/endpoints/${id}/credentials/bearer`, { token: SECRET });
    await step('GET', `${path}/endpoints/${id}/credentials/bearer`, undefined, key);
    await step('DELETE', `${path}/endpoints/${id}/credentials/bearer`);
    const { redriveId } = await step('POST', `${path}/dead-letters/redrive`, {});
    const keys = `${path}/endpoints/${id}/credentials/signing-keys`;
    const [first, second] = [await step('POST', keys), await step('POST', keys)];
    await step('POST', `${keys}/${second['id']}/activate`);
    await step('DELETE', `${keys}/${first['id']}`);
    await step('DELETE', `${path}/endpoints/${id}`);
    await step('DELETE', `${path}/api-keys/${keyId}`);

    const ADMIN = { actor: 'admin token', actorId: null };
    const CI = { actor: 'CI', actorId: keyId };
    const shown = await entries(`${path}/audit`);
    expect(shown.map(({ id: _id, at: _at, ...rest }) => rest)).toEqual([
      { ...ADMIN, projectId, action: 'project.created', subjectId: projectId, details: { name: 'Before' } },
      {
        ...ADMIN,
        ...{ projectId, action: 'project.updated', subjectId: projectId },
        details: { name: { from: 'Before', to: 'After' } },
      },
      { ...ADMIN, projectId, action: 'api_key.created', subjectId: keyId, details: { name: 'CI', role: 'admin' } },
      {
        ...CI,
        ...{ projectId, action: 'endpoint.created', subjectId: id },
        details: expect.objectContaining({ name: 'E', target: 'https://example.com/hook?…' }),
      },
      {
        ...CI,
        ...{ projectId, action: 'endpoint.updated', subjectId: id },
        details: {
          enabled: { from: true, to: false },
          target: { from: 'https://example.com/hook?…', to: 'https://example.com/x' },
        },
      },
      {
        ...ADMIN,
        ...{ projectId, action: 'endpoint.created', subjectId: slack['id'] },
        details: expect.objectContaining({ target: 'https://hooks.slack.com/…' }),
      },
      {
        ...ADMIN,
        ...{ projectId, action: 'triggers.updated', subjectId: projectId },
        details: { INBOUND_CALL_ERROR: { from: [], to: [id] } },
      },
      { ...ADMIN, projectId, action: 'bearer_token.set', subjectId: id, details: {} },
      { ...CI, projectId, action: 'bearer_token.revealed', subjectId: id, details: {} },
      { ...ADMIN, projectId, action: 'bearer_token.deleted', subjectId: id, details: {} },
      {
        ...ADMIN,
        ...{ projectId, action: 'redrive.started', subjectId: redriveId },
        details: { filter: {}, deliveries: 0 },
      },
      ...(
        [
          ['signing_key.created', first['id']],
          ['signing_key.created', second['id']],
          ['signing_key.activated', second['id']],
          ['signing_key.deleted', first['id']],
        ] as const
      ).map(([action, subjectId]) => ({ ...ADMIN, projectId, action, subjectId, details: { endpointId: id } })),
      { ...ADMIN, projectId, action: 'endpoint.deleted', subjectId: id, details: {} },
      { ...ADMIN, projectId, action: 'api_key.revoked', subjectId: keyId, details: {} },
    ]);
    const rows = await api.sql<{ row: string }>('SELECT t::text AS row FROM audit_log t');
    const text = rows.map(({ row }) => row).join('\n');
    expect(text).toContain(keyId);
    for (const secret of [SECRET, 'PRIVATE KEY', 'the-webhook-secret', key.slice(9)])
      expect(text).not.toContain(secret);
  });

  it('has nothing of what failed, of what was only looked at, of a dry run and of test events', async () => {
    const { path } = await newProject();
    const before = await entries(`${path}/audit`);
    expect(before).toHaveLength(1);
    await step('GET', path);
    await step('POST', `${path}/dead-letters/redrive`, { dryRun: true });
    expect((await api.call('PATCH', path, { name: '' })).status).toBe(422);
    expect((await api.call('DELETE', `${path}/api-keys/${randomUUID()}`)).status).toBe(404);
    const { id } = await step('POST', `${path}/endpoints`, {
      ...{ name: 'E', endpointType: 'CUSTOM', target: 'https://example.com/hook' },
    });
    await step('POST', `${path}/endpoints/${id}/test`, {});
    expect((await entries(`${path}/audit`)).map(({ action }) => action)).toEqual([
      'project.created',
      'endpoint.created',
    ]);
  });

  it('keeps requests that run at the same time apart', async () => {
    const { path } = await newProject();
    const keys = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        step<MadeApiKey>('POST', `${path}/api-keys`, { name: `K${n}`, role: 'admin' }),
      ),
    );
    const made = await Promise.all(
      keys.map(async ({ name, key }) => {
        const settings = { name, endpointType: 'CUSTOM', target: 'https://example.com/hook' };
        return (await step('POST', `${path}/endpoints`, settings, key))['id'];
      }),
    );
    const created = (await entries(`${path}/audit`)).filter(({ action }) => action === 'endpoint.created');
    const actorOf = new Map(created.map(({ subjectId, actor }) => [subjectId, actor]));
    expect(made.map((id) => actorOf.get(id ?? ''))).toEqual(keys.map(({ name }) => name));
  });

  it('is for those who may change things, pages from the newest, and outlives the project', async () => {
    const { id, path } = await newProject();
    const { key } = await step<MadeApiKey>('POST', `${path}/api-keys`, { name: 'K', role: 'admin' });
    expect((await step<Page>('GET', `${path}/audit`, undefined, key)).items).toHaveLength(2);
    expect((await api.call('GET', '/v1/audit', undefined, { authorization: `Bearer ${key}` })).status).toBe(403);
    const first = await step<Page>('GET', `${path}/audit?limit=1`);
    const second = await step<Page>('GET', `${path}/audit?limit=1&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ action }) => action)).toEqual([
      'api_key.created',
      'project.created',
    ]);
    expect(second.nextCursor).toBeNull();
    await step('DELETE', path);
    expect((await step<Page>('GET', '/v1/audit?limit=1')).items).toMatchObject([
      { action: 'project.deleted', projectId: id, subjectId: id },
    ]);
    expect((await api.call('GET', '/v1/audit?cursor=rubbish')).status).toBe(422);
  });

  it('is filtered by what was done, by whom and when, each page of it', async () => {
    const { path } = await newProject();
    const { key } = await step<MadeApiKey>('POST', `${path}/api-keys`, { name: 'Ana', role: 'admin' });
    const target = 'https://example.com/hook';
    for (const name of ['B', 'C'])
      await step('POST', `${path}/endpoints`, { name, endpointType: 'CUSTOM', target }, key);
    const [created, ...others] = await entries(`${path}/audit`);
    const found = async (query: string) =>
      (await step<Page>('GET', `${path}/audit?${query}`)).items.map(({ id }) => id);
    const [, before, again] = others.map(({ id }) => id);
    expect(await found('action=endpoint.created')).toEqual([again, before]);
    expect(await found('actor=Ana')).toEqual([again, before]);
    expect(await found('actor=Ana&action=project.created')).toEqual([]);
    expect(await found(`to=${others[0]!.at}`)).toEqual(created!.at < others[0]!.at ? [created!.id] : []);
    expect(await found(`from=${others[2]!.at}`)).toContain(again);
    const first = await step<Page>('GET', `${path}/audit?actor=Ana&limit=1`);
    expect(await found(`actor=Ana&limit=1&cursor=${first.nextCursor}`)).toEqual([before]);
    for (const query of ['action=all', 'from=yesterday', 'subject=x'])
      expect([query, (await api.call('GET', `${path}/audit?${query}`)).status]).toEqual([query, 422]);
  });
});
