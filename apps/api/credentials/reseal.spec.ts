import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { SecretBox } from '#libs/runtime';
import { createDataSource, migrate } from '#libs/storage';
import { createDatabase, waitFor } from '#libs/testkit';
import { resealAll } from './reseal.js';

/* Replacing the key that secrets are sealed with, on a real Postgres. Oracle: what opens with the new key alone. */

const [OLD, NEW, LOST] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(32, 3)];
const COUNT = 230;
let source: DataSource;

beforeAll(async () => {
  const url = await createDatabase();
  await migrate(url);
  source = await createDataSource(url).initialize();
  const project = randomUUID();
  await source.query(`INSERT INTO projects (id, name) VALUES ($1, 'P')`, [project]);
  const box = new SecretBox([OLD]);
  for (let at = 0; at < COUNT; at += 1) {
    const id = randomUUID();
    await source.query(
      `INSERT INTO endpoints (id, project_id, name, endpoint_type, target, auth_type)
       VALUES ($1, $2, 'E', 'CUSTOM', 'https://example.com/', 'BEARER')`,
      [id, project],
    );
    await source.query('INSERT INTO bearer_tokens (endpoint_id, sealed) VALUES ($1, $2)', [id, box.encrypt(`t ${id}`)]);
    await source.query(
      `INSERT INTO signing_keys (id, endpoint_id, public_pem, private_sealed, state) VALUES ($1, $1, 'pem', $2, 'active')`,
      [id, box.encrypt(`k ${id}`)],
    );
  }
}, 60_000);
afterAll(() => source?.destroy());

async function secrets(): Promise<{ id: string; token: string; key: string }[]> {
  return (await source.query(
    `SELECT b.endpoint_id AS id, b.sealed AS token, k.private_sealed AS key
     FROM bearer_tokens b JOIN signing_keys k ON k.endpoint_id = b.endpoint_id`,
  )) as { id: string; token: string; key: string }[];
}

async function version(): Promise<number> {
  const [row] = (await source.query('SELECT version::int FROM settings_version')) as [{ version: number }];
  return row.version;
}

describe('resealAll', () => {
  it('leaves every token and key open to the new key alone, in batches that services hear of', async () => {
    const before = await version();
    const done = await resealAll(source, new SecretBox([NEW, OLD]));
    expect(done).toEqual([
      { what: 'bearer tokens', resealed: COUNT, current: 0, changed: 0, faults: [] },
      { what: 'signing keys', resealed: COUNT, current: 0, changed: 0, faults: [] },
    ]);
    const opened = new SecretBox([NEW]);
    for (const { id, token, key } of await secrets()) {
      expect([opened.decrypt(token), opened.decrypt(key)]).toEqual([`t ${id}`, `k ${id}`]);
    }
    expect(await version()).toBe(before + 6);
  });

  it('finds nothing left to do when it is run again, and changes nothing', async () => {
    const before = [await secrets(), await version()];
    const done = await resealAll(source, new SecretBox([NEW, OLD]));
    expect(done.map(({ resealed, current }) => [resealed, current])).toEqual([
      [0, COUNT],
      [0, COUNT],
    ]);
    expect([await secrets(), await version()]).toEqual(before);
  });

  it('leaves what somebody sets meanwhile', async () => {
    const [{ id } = { id: '' }] = await secrets();
    const set = (sealed: string) =>
      source.query('UPDATE bearer_tokens SET sealed = $2 WHERE endpoint_id = $1', [id, sealed]);
    await set(new SecretBox([OLD]).encrypt('old'));
    const theirs = new SecretBox([NEW]).encrypt('theirs');
    /** Between reading and writing, the token is set anew. */
    class Slow extends SecretBox {
      writes = Promise.resolve<unknown>(null);
      override encrypt(plain: string): string {
        this.writes = set(theirs);
        return super.encrypt(plain);
      }
    }
    // The change of settings waits for the version's row, which is held until their token is there.
    const runner = source.createQueryRunner();
    await runner.startTransaction();
    await runner.query('UPDATE settings_version SET version = version + 1');
    const box = new Slow([NEW, OLD]);
    const running = resealAll(source, box);
    const isSet = `SELECT FROM bearer_tokens WHERE endpoint_id = $1 AND sealed = $2`;
    await waitFor('their token', async () => ((await source.query(isSet, [id, theirs])) as object[]).length === 1);
    await box.writes;
    await runner.commitTransaction();
    await runner.release();
    expect((await running)[0]).toMatchObject({ resealed: 0, changed: 1 });
    expect((await secrets()).find((row) => row.id === id)?.token).toBe(theirs);
  });

  it('names what no key opens, leaves it as it is, and seals the others', async () => {
    const [lost, old] = await secrets();
    const set = (id: string, box: SecretBox) =>
      source.query('UPDATE bearer_tokens SET sealed = $2 WHERE endpoint_id = $1', [id, box.encrypt('x')]);
    await set(lost!.id, new SecretBox([LOST]));
    await set(old!.id, new SecretBox([OLD]));
    const [tokens] = await resealAll(source, new SecretBox([NEW, OLD]));
    expect(tokens).toMatchObject({ resealed: 1, current: COUNT - 2, faults: [expect.stringContaining(lost!.id)] });
    expect(tokens!.faults[0]).toMatch(/which is not in SECRETS_KEY/);
  });
});
