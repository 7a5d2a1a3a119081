import { Inject, Injectable } from '@nestjs/common';
import { randomUUID, timingSafeEqual } from 'node:crypto';
import { ApiKeyEntity, Database } from '#libs/storage';
import { AgePlace, decodeCursor, pageFrom, placeSql, type Page, type PageQuery } from '../http/paging.js';
import { notFound } from '../http/problem.js';
import { noProject, ProjectStore } from '../projects/project-store.js';
import type { ApiKey, MadeApiKey, NewApiKey } from './api-key.schemas.js';
import type { KeyCaller } from './caller.js';
import { recordChange } from './record-change.js';
import { digest, hintOf, newKey } from './key-secret.js';

type ApiKeyRow = Omit<ApiKeyEntity, 'projectId' | 'hash'>;

/** How often the last use of a key is written, as Postgres counts time. */
const USE_WRITTEN_EVERY = '1 minute';

@Injectable()
export class ApiKeyStore {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectStore) private readonly projects: ProjectStore,
  ) {}

  async create(projectId: string, { name, role }: NewApiKey): Promise<MadeApiKey> {
    const key = newKey();
    const row = { id: randomUUID(), name, role, hint: hintOf(key), createdAt: new Date(), lastUsedAt: null };
    // Services have no copy of keys, so this is no change of settings.
    await this.database.transaction(async (manager) => {
      const found = (await manager.query('SELECT 1 FROM projects WHERE id = $1 FOR KEY SHARE', [
        projectId,
      ])) as object[];
      if (found.length === 0) throw noProject(projectId);
      await manager.insert(ApiKeyEntity, { ...row, projectId, hash: digest(key) });
      await recordChange(manager, { action: 'api_key.created', projectId, subjectId: row.id, details: { name, role } });
    });
    return { ...toApiKey(row), key };
  }

  /** Oldest first. */
  async list(projectId: string, { cursor, limit }: PageQuery): Promise<Page<ApiKey>> {
    const after = decodeCursor(AgePlace, cursor);
    await this.projects.get(projectId);
    const rows = await this.database.query<ApiKeyRow & { place: string }>(
      `SELECT id, name, role, hint, created_at AS "createdAt", last_used_at AS "lastUsedAt",
         ${placeSql('created_at')} AS place
       FROM api_keys WHERE project_id = $2 ${after === null ? '' : 'AND (created_at, id) > ($3::timestamptz, $4::uuid)'}
       ORDER BY created_at, id LIMIT $1`,
      [limit + 1, projectId, ...(after ?? [])],
    );
    return pageFrom(rows, limit, toApiKey, ({ place, id }) => [place, id]);
  }

  /** From now on nobody gets in with it. */
  async revoke(projectId: string, id: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      const { affected } = await manager.delete(ApiKeyEntity, { id, projectId });
      if (affected === 0) throw notFound('API key', id, ` in project ${projectId}`);
      await recordChange(manager, { action: 'api_key.revoked', projectId, subjectId: id });
    });
  }

  /** Whose key it is; null: nobody's, or it was revoked. */
  async find(key: string): Promise<KeyCaller | null> {
    const hash = digest(key);
    const [row] = await this.database.query<Omit<KeyCaller, 'kind'> & { hash: Buffer; useIsOld: boolean }>(
      `SELECT id, name, project_id AS "projectId", role, hash,
         last_used_at IS NULL OR last_used_at < now() - interval '${USE_WRITTEN_EVERY}' AS "useIsOld"
       FROM api_keys WHERE hash = $1`,
      [hash],
    );
    if (row === undefined || !timingSafeEqual(row.hash, hash)) return null;
    const { id, name, projectId, role, useIsOld } = row;
    if (useIsOld) this.noteUse(id);
    return { kind: 'key', id, name, projectId, role };
  }

  /** Nobody waits for it; whether this process or another one writes it is all the same. */
  private noteUse(id: string): void {
    this.database
      .query(
        `UPDATE api_keys SET last_used_at = now()
         WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '${USE_WRITTEN_EVERY}')`,
        [id],
      )
      .catch(() => undefined); // the next request writes it
  }
}

function toApiKey({ id, name, role, hint, createdAt, lastUsedAt }: ApiKeyRow): ApiKey {
  return {
    ...{ id, name, role, hint },
    ...{ createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() ?? null },
  };
}
