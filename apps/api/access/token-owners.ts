import { Inject, Injectable } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { ApiKeyStore } from './api-key-store.js';
import type { Caller } from './caller.js';
import { digest, looksLikeKey } from './key-secret.js';

export const ADMIN_TOKEN = Symbol('ADMIN_TOKEN');

const ADMIN: Caller = { kind: 'admin token' };

/** Whose a token is: the admin token's holder, or an API key's. */
@Injectable()
export class TokenOwners {
  private readonly expected: Buffer;

  constructor(
    @Inject(ADMIN_TOKEN) adminToken: string,
    @Inject(ApiKeyStore) private readonly keys: ApiKeyStore,
  ) {
    this.expected = digest(adminToken);
  }

  /** Null: nobody's, or it was revoked. */
  async find(token: string): Promise<Caller | null> {
    // Without Postgres: whoever runs the service gets in while it is away.
    if (timingSafeEqual(digest(token), this.expected)) return ADMIN;
    return looksLikeKey(token) ? this.keys.find(token) : null;
  }
}
