import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { HealthController, MetricsController } from '#libs/runtime';
import { ApiKeyStore } from './access/api-key-store.js';
import { bearerOf } from './access/bearer.js';
import { setCaller, type Caller } from './access/caller.js';
import { digest, looksLikeKey } from './access/key-secret.js';
import { KnownTokens } from './access/known-tokens.js';
import { NeedsRole, refusalFor } from './access/rights.js';
import { Problem } from './http/problem.js';

export const ADMIN_TOKEN = Symbol('ADMIN_TOKEN');

/** Probes and scrapers have no token. Everything else that a controller serves needs one. */
const OPEN: ReadonlySet<unknown> = new Set([HealthController, MetricsController]);

const ADMIN: Caller = { kind: 'admin token' };

interface GuardedRequest {
  readonly method: string;
  readonly headers: { readonly authorization?: string };
  readonly params?: { readonly projectId?: string };
}

/** `Authorization: Bearer <admin token or API key>`, and whether whoever sends it may do what it asks for. */
@Injectable()
export class AuthGuard implements CanActivate {
  private readonly expected: Buffer;

  constructor(
    @Inject(ADMIN_TOKEN) adminToken: string,
    @Inject(ApiKeyStore) private readonly keys: ApiKeyStore,
    @Inject(KnownTokens) private readonly known: KnownTokens,
  ) {
    this.expected = digest(adminToken);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (OPEN.has(context.getClass())) return true;
    const { method, headers, params } = context.switchToHttp().getRequest<GuardedRequest>();
    const caller = await this.callerOf(headers.authorization);
    const need = Reflect.getMetadata(NeedsRole.KEY, context.getHandler()) as
      Parameters<typeof NeedsRole>[0] | undefined;
    const refusal = refusalFor(caller, { method, projectId: params?.projectId, need });
    if (refusal !== null) throw refusal;
    setCaller(caller);
    return true;
  }

  private async callerOf(authorization: string | undefined): Promise<Caller> {
    const token = bearerOf(authorization);
    if (token === undefined) {
      throw unauthorized('the request carries no token; send Authorization: Bearer <the admin token or an API key>');
    }
    // Without Postgres: whoever runs the service gets in while it is away.
    const isAdmin = timingSafeEqual(digest(token), this.expected);
    const caller = isAdmin ? ADMIN : looksLikeKey(token) ? await this.keys.find(token) : null;
    if (caller !== null) {
      this.known.letIn(token);
      return caller;
    }
    this.known.refuse(token);
    throw unauthorized('the token is not valid here; send the admin token, or an API key that was not revoked');
  }
}

function unauthorized(detail: string): Problem {
  return new Problem(401, 'unauthorized', detail, { headers: { 'www-authenticate': 'Bearer' } });
}
