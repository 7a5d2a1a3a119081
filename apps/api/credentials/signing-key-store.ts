import { Inject, Injectable } from '@nestjs/common';
import { SecretBox } from '#libs/runtime';
import { Database } from '#libs/storage';
import type { EntityManager } from 'typeorm';
import { recordChange } from '../access/record-change.js';
import { endpointMustExist, EndpointStore } from '../endpoints/endpoint-store.js';
import type { Page } from '../http/paging.js';
import { notFound, Problem } from '../http/problem.js';
import { insertKey, newKeyPair } from './key-pair.js';
import type { SigningKey } from './signing-key.schemas.js';

interface KeyRow {
  readonly id: string;
  readonly state: SigningKey['state'];
  readonly publicKeyPem: string;
  readonly createdAt: Date;
  readonly activatedAt: Date | null;
}

const COLUMNS = `id, state, public_pem AS "publicKeyPem", created_at AS "createdAt", activated_at AS "activatedAt"`;
/** Of one endpoint: enough for any rotation, and a list that needs no pages. */
const MAX_KEYS = 10;

/** An endpoint's signing keys. The private halves never leave the database but to those who sign. */
@Injectable()
export class SigningKeyStore {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(EndpointStore) private readonly endpoints: EndpointStore,
    @Inject(SecretBox) private readonly box: SecretBox,
  ) {}

  /** Oldest first. */
  async list(projectId: string, endpointId: string): Promise<Page<SigningKey>> {
    await this.endpoints.get(projectId, endpointId);
    const rows = await this.database.query<KeyRow>(
      `SELECT ${COLUMNS} FROM signing_keys WHERE endpoint_id = $1 ORDER BY created_at, id`,
      [endpointId],
    );
    return { items: rows.map(toKey), nextCursor: null };
  }

  /** A new key beside those that are there. */
  async create(projectId: string, endpointId: string): Promise<SigningKey> {
    await this.endpoints.get(projectId, endpointId);
    const pair = await newKeyPair(this.box);
    return this.change(projectId, endpointId, pair.id, async (manager) => {
      const keys = (await manager.query('SELECT id FROM signing_keys WHERE endpoint_id = $1', [
        endpointId,
      ])) as unknown[];
      if (keys.length >= MAX_KEYS) {
        const words = `endpoint ${endpointId} has ${MAX_KEYS} signing keys, which is the most; delete a retired one`;
        throw new Problem(409, 'too_many_keys', words);
      }
      await insertKey(manager, endpointId, pair);
      await recordKey(manager, 'signing_key.created', projectId, endpointId, pair.id);
    });
  }

  /** From now on requests are signed with it; the key before it is retired, and shown until it is deleted. */
  async activate(projectId: string, endpointId: string, keyId: string): Promise<SigningKey> {
    return this.change(projectId, endpointId, keyId, async (manager) => {
      if ((await stateOf(manager, endpointId, keyId)) === 'active') return;
      await manager.query("UPDATE signing_keys SET state = 'retired' WHERE endpoint_id = $1 AND state = 'active'", [
        endpointId,
      ]);
      await manager.query("UPDATE signing_keys SET state = 'active', activated_at = now() WHERE id = $1", [keyId]);
      await recordKey(manager, 'signing_key.activated', projectId, endpointId, keyId);
    });
  }

  async delete(projectId: string, endpointId: string, keyId: string): Promise<void> {
    await this.database.change(async (manager) => {
      await endpointMustExist(manager, projectId, endpointId);
      if ((await stateOf(manager, endpointId, keyId)) === 'active') {
        const words = `signing key ${keyId} is the active one: requests are signed with it; activate another one first`;
        throw new Problem(409, 'key_is_active', words);
      }
      await manager.query('DELETE FROM signing_keys WHERE id = $1', [keyId]);
      await recordKey(manager, 'signing_key.deleted', projectId, endpointId, keyId);
    });
  }

  private async change(
    projectId: string,
    endpointId: string,
    keyId: string,
    make: (manager: EntityManager) => Promise<void>,
  ): Promise<SigningKey> {
    return this.database.change(async (manager) => {
      await endpointMustExist(manager, projectId, endpointId);
      await make(manager);
      const [row] = (await manager.query(`SELECT ${COLUMNS} FROM signing_keys WHERE id = $1`, [keyId])) as [KeyRow];
      return toKey(row);
    });
  }
}

async function stateOf(manager: EntityManager, endpointId: string, keyId: string): Promise<SigningKey['state']> {
  const [row] = (await manager.query('SELECT state FROM signing_keys WHERE id = $1 AND endpoint_id = $2', [
    keyId,
    endpointId,
  ])) as { state: SigningKey['state'] }[];
  if (row === undefined) throw notFound('signing key', keyId, ` of endpoint ${endpointId}`);
  return row.state;
}

function recordKey(
  manager: EntityManager,
  action: string,
  projectId: string,
  endpointId: string,
  subjectId: string,
): Promise<void> {
  return recordChange(manager, { action, projectId, subjectId, details: { endpointId } });
}

function toKey({ id, state, publicKeyPem, createdAt, activatedAt }: KeyRow): SigningKey {
  const times = { createdAt: createdAt.toISOString(), activatedAt: activatedAt?.toISOString() ?? null };
  return { id, state, publicKeyPem, ...times };
}
