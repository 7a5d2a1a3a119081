import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { SecretBox } from '#libs/runtime';
import { BearerTokenEntity, Database } from '#libs/storage';
import { recordChange } from '../access/record-change.js';
import { endpointMustExist, EndpointStore } from '../endpoints/endpoint-store.js';
import { Problem } from '../http/problem.js';
import type { BearerToken } from './credential.schemas.js';

/** Of a token that is made here: 256 bits. */
const TOKEN_BYTES = 32;

@Injectable()
export class BearerTokenStore {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(EndpointStore) private readonly endpoints: EndpointStore,
    @Inject(SecretBox) private readonly box: SecretBox,
  ) {}

  async reveal(projectId: string, endpointId: string): Promise<BearerToken> {
    await this.endpoints.get(projectId, endpointId);
    const [row] = await this.database.query<{ sealed: string; updatedAt: Date }>(
      'SELECT sealed, updated_at AS "updatedAt" FROM bearer_tokens WHERE endpoint_id = $1',
      [endpointId],
    );
    if (row === undefined) throw noToken(endpointId);
    // Before anybody sees it: who cannot be written down is shown nothing.
    await recordChange(this.database, { action: 'bearer_token.revealed', projectId, subjectId: endpointId });
    return { token: this.box.decrypt(row.sealed), updatedAt: row.updatedAt.toISOString() };
  }

  /** @param token left out: a new one is made. */
  async set(
    projectId: string,
    endpointId: string,
    token = randomBytes(TOKEN_BYTES).toString('base64url'),
  ): Promise<BearerToken> {
    const updatedAt = new Date();
    await this.database.change(async (manager) => {
      await endpointMustExist(manager, projectId, endpointId);
      await manager.upsert(BearerTokenEntity, { endpointId, sealed: this.box.encrypt(token), updatedAt }, [
        'endpointId',
      ]);
      await recordChange(manager, { action: 'bearer_token.set', projectId, subjectId: endpointId });
    });
    return { token, updatedAt: updatedAt.toISOString() };
  }

  async delete(projectId: string, endpointId: string): Promise<void> {
    await this.database.change(async (manager) => {
      await endpointMustExist(manager, projectId, endpointId);
      const { affected } = await manager.delete(BearerTokenEntity, { endpointId });
      if (affected === 0) throw noToken(endpointId);
      await recordChange(manager, { action: 'bearer_token.deleted', projectId, subjectId: endpointId });
    });
  }
}

function noToken(endpointId: string): Problem {
  return new Problem(404, 'not_found', `endpoint ${endpointId} has no bearer token; PUT sets or makes one`);
}
