import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Database } from '#libs/storage';
import type { Caller, KeyCaller } from '../access/caller.js';
import { recordChange } from '../access/record-change.js';
import { ADMIN_TOKEN } from '../access/token-owners.js';
import { unauthorized, type Problem } from '../http/problem.js';
import { NO_COOKIE } from './session-cookie.js';
import { hashOf, newSecret } from './session-secret.js';

/** How long a session lasts, in milliseconds. */
export const SESSION_TTL = Symbol('SESSION_TTL');

export interface FoundSession {
  readonly id: string;
  readonly caller: Caller;
  /** The caller's; null: all. */
  readonly project: { readonly id: string; readonly name: string } | null;
  readonly expiresAt: Date;
}

interface SessionRow {
  readonly id: string;
  readonly expiresAt: Date;
  readonly keyId: string | null;
  readonly keyName: string;
  readonly role: KeyCaller['role'];
  readonly projectId: string;
  readonly projectName: string;
}

/** Sessions stand for the key that they were made with, and never longer than that is good. */
@Injectable()
export class SessionStore {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ADMIN_TOKEN) private readonly adminToken: string,
    @Inject(SESSION_TTL) private readonly lifeMs: number,
  ) {}

  /** @returns its secret: nobody can find it without. Call setCaller first, for the audit log. */
  async create(caller: Caller): Promise<string> {
    const secret = newSecret();
    const [id, keyId, projectId] = [randomUUID(), ...(caller.kind === 'key' ? [caller.id, caller.projectId] : NOBODYS)];
    await this.database.queriesTogether(async (transaction) => {
      // Those that are over, of whomever: so that nothing has to look after them.
      await transaction.query('DELETE FROM sessions WHERE expires_at < now()', []);
      await transaction.query(
        `INSERT INTO sessions (id, hash, key_id, expires_at)
         VALUES ($1, $2, $3, now() + $4::float8 * interval '1 millisecond')`,
        [id, hashOf(secret, this.adminToken), keyId, this.lifeMs],
      );
      await recordChange(transaction, { action: 'session.created', projectId, subjectId: id });
    });
    return secret;
  }

  /** @throws Problem 401: there is none, it is over, or it was ended, or its key was revoked. */
  async get(secret: string): Promise<FoundSession> {
    const [row] = await this.database.query<SessionRow>(
      `SELECT s.id, s.expires_at AS "expiresAt", k.id AS "keyId", k.name AS "keyName", k.role,
         k.project_id AS "projectId", p.name AS "projectName"
       FROM sessions s LEFT JOIN api_keys k ON k.id = s.key_id LEFT JOIN projects p ON p.id = k.project_id
       WHERE s.hash = $1 AND s.expires_at > now()`,
      [hashOf(secret, this.adminToken)],
    );
    if (row === undefined) throw noSession();
    const { id, expiresAt, keyId, keyName: name, role, projectId, projectName } = row;
    if (keyId === null) return { id, expiresAt, caller: { kind: 'admin token' }, project: null };
    const caller = { kind: 'key', id: keyId, name, projectId, role } as const;
    return { id, expiresAt, caller, project: { id: projectId, name: projectName } };
  }

  async end({ id, project }: FoundSession): Promise<void> {
    await this.database.queriesTogether(async (transaction) => {
      await transaction.query('DELETE FROM sessions WHERE id = $1', [id]);
      await recordChange(transaction, { action: 'session.ended', projectId: project?.id ?? null, subjectId: id });
    });
  }
}

const NOBODYS = [null, null] as const;

/** 401, and the browser forgets what is of no use. */
export function noSession(): Problem {
  return unauthorized('nobody is signed in here, or not any more; sign in again (POST /v1/session)', {
    'set-cookie': NO_COOKIE,
  });
}
