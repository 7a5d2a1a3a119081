import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { SecretBox } from '#libs/runtime';
import { SettingsSnapshot } from '#libs/storage';
import { startApiWithDatabase, type ApiWithDatabase } from '../../../test/integration/running-api.js';
import type { SigningKey } from './signing-key.schemas.js';

/* Signing keys over HTTP, on a real Postgres. Oracles: what a delivery service would sign with, and the public key. */

let api: ApiWithDatabase;
let base: string;
let keys: string;
let endpointId: string;
const SIGNED = { name: 'Signed', endpointType: 'CUSTOM', target: 'https://example.com/hook' };
/** As in test/integration/running-api.ts. */
const BOX = new SecretBox([Buffer.alloc(32, 7)]);
const log = { info: () => undefined, warn: () => undefined };

beforeAll(async () => {
  api = await startApiWithDatabase();
  base = `/v1/projects/${(await api.call<{ id: string }>('POST', '/v1/projects', { name: 'P' })).body.id}/endpoints`;
}, 60_000);
afterAll(() => api?.close());
beforeEach(async () => {
  const settings = { ...SIGNED, authType: 'SIGNATURE_RSA_SHA256' };
  endpointId = (await api.call<{ id: string }>('POST', base, settings)).body.id;
  keys = `${base}/${endpointId}/credentials/signing-keys`;
});

const list = async (path = keys): Promise<SigningKey[]> =>
  (await api.call<{ items: SigningKey[] }>('GET', path)).body.items;
const make = async (): Promise<SigningKey> => (await api.call<SigningKey>('POST', keys)).body;

/** What delivery services read. */
async function signsWith(id = endpointId): Promise<{ id: string; sealed: string } | null> {
  const snapshot = new SettingsSnapshot({ url: api.database, applicationName: 'spec', log });
  await snapshot.start();
  const { signingKey } = snapshot.endpoint(id)!;
  await snapshot.close();
  return signingKey;
}

describe('an endpoint that signs', () => {
  it('has a key from its first moment, whose public half verifies what its private half signs', async () => {
    const [key, ...more] = await list();
    expect([key?.state, more]).toEqual(['active', []]);
    const signingKey = await signsWith();
    expect(signingKey?.id).toBe(key!.id);
    const bytes = Buffer.from('1.{}');
    const signature = sign('sha256', bytes, createPrivateKey(BOX.decrypt(signingKey!.sealed)));
    const publicKey = createPublicKey(key!.publicKeyPem);
    expect(verify('sha256', bytes, publicKey, signature)).toBe(true);
    expect(publicKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
  });

  it('gets one as well when it begins to sign later, and keeps it when it stops for a while', async () => {
    const { id } = (await api.call<{ id: string }>('POST', base, SIGNED)).body;
    const path = `${base}/${id}/credentials/signing-keys`;
    expect(await list(path)).toEqual([]);
    for (const authType of ['SIGNATURE_RSA_SHA256', 'NONE', 'SIGNATURE_RSA_SHA256']) {
      expect((await api.call('PATCH', `${base}/${id}`, { authType })).status).toBe(200);
    }
    expect((await list(path)).map(({ state }) => state)).toEqual(['active']);
  });
});

describe('a rotation', () => {
  it('shows both keys, and moves signing when it is told to', async () => {
    const [old] = await list();
    const next = await make();
    expect((await list()).map(({ id, state }) => [id, state])).toEqual([
      [old!.id, 'active'],
      [next.id, 'new'],
    ]);
    expect((await signsWith())?.id).toBe(old!.id);

    const activated = await api.call<SigningKey>('POST', `${keys}/${next.id}/activate`);
    expect(activated.body).toMatchObject({ id: next.id, state: 'active', activatedAt: expect.any(String) });
    expect((await signsWith())?.id).toBe(next.id);
    expect((await list()).map(({ state }) => state)).toEqual(['retired', 'active']);

    expect((await api.call('DELETE', `${keys}/${old!.id}`)).status).toBe(204);
    expect(await list()).toHaveLength(1);
  });

  it('can be asked for twice, and taken back', async () => {
    const [old] = await list();
    const next = await make();
    for (const { id } of [next, next, old!]) await api.call('POST', `${keys}/${id}/activate`);
    expect((await signsWith())?.id).toBe(old!.id);
    expect((await list()).map(({ state }) => state)).toEqual(['active', 'retired']);
  });

  it('never leaves an endpoint without a key, nor with too many', async () => {
    const [active] = await list();
    expect(await api.call('DELETE', `${keys}/${active!.id}`)).toMatchObject({
      status: 409,
      body: { type: 'urn:recho:problem:key_is_active' },
    });
    for (let count = 1; count < 10; count += 1) await make();
    expect(await api.call('POST', keys)).toMatchObject({
      status: 409,
      body: { type: 'urn:recho:problem:too_many_keys' },
    });
  }, 30_000);
});

it('a key of another endpoint is not there', async () => {
  const [foreign] = await list();
  const { id } = (await api.call<{ id: string }>('POST', base, SIGNED)).body;
  const path = `${base}/${id}/credentials/signing-keys/${foreign!.id}`;
  expect((await api.call('POST', `${path}/activate`)).status).toBe(404);
  expect((await api.call('DELETE', path)).status).toBe(404);
  expect((await list()).map(({ state }) => state)).toEqual(['active']);
});

it('a private key is in no answer, and in clear nowhere in the database', async () => {
  const answers = [await make(), await list()];
  expect(JSON.stringify(answers)).not.toContain('PRIVATE');
  const rows = await api.sql<{ row: string }>('SELECT k::text AS row FROM signing_keys k');
  expect(rows.length).toBeGreaterThan(0);
  for (const { row } of rows) expect(row).not.toContain('PRIVATE');
});
