import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { HealthController, MetricsController } from '#libs/runtime';
import { bearerOf } from './access/bearer.js';
import { setCaller, type Caller } from './access/caller.js';
import { KnownTokens } from './access/known-tokens.js';
import { isOpen, NeedsRole, refusalFor } from './access/rights.js';
import { TokenOwners } from './access/token-owners.js';
import { Problem, unauthorized } from './http/problem.js';
import { CSRF_HEADER, secretOf, type SessionHeaders } from './session/session-cookie.js';
import { isCsrfTokenOf } from './session/session-secret.js';
import { SessionStore } from './session/session-store.js';

/** Probes and scrapers have no token. Everything else that a controller serves needs one. */
const OPEN: ReadonlySet<unknown> = new Set([HealthController, MetricsController]);

interface GuardedRequest {
  readonly method: string;
  readonly headers: SessionHeaders & { readonly authorization?: string };
  readonly params?: { readonly projectId?: string };
}

/**
 * `Authorization: Bearer <admin token or API key>`, or else the cookie of a session; and whether whoever sends it may do
 * what it asks for.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    @Inject(TokenOwners) private readonly owners: TokenOwners,
    @Inject(SessionStore) private readonly sessions: SessionStore,
    @Inject(KnownTokens) private readonly known: KnownTokens,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const handler = context.getHandler();
    if (OPEN.has(context.getClass()) || isOpen(handler)) return true;
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const { method, headers, params } = request;
    const secret = headers.authorization ? undefined : secretOf(headers);
    const caller =
      secret === undefined ? await this.ownerOf(headers.authorization) : await this.signedIn(secret, request);
    const need = Reflect.getMetadata(NeedsRole.KEY, handler) as Parameters<typeof NeedsRole>[0] | undefined;
    const refusal = refusalFor(caller, { method, projectId: params?.projectId, need });
    if (refusal !== null) throw refusal;
    setCaller(caller);
    return true;
  }

  private async ownerOf(authorization: string | undefined): Promise<Caller> {
    const token = bearerOf(authorization);
    if (token === undefined) {
      throw unauthorized('the request carries no token; send Authorization: Bearer <the admin token or an API key>');
    }
    const caller = await this.owners.find(token);
    if (caller !== null) {
      this.known.letIn(token);
      return caller;
    }
    this.known.refuse(token);
    throw unauthorized('the token is not valid here; send the admin token, or an API key that was not revoked');
  }

  private async signedIn(secret: string, { method, headers }: GuardedRequest): Promise<Caller> {
    const { caller } = await this.sessions.get(secret).catch((error: unknown) => {
      this.known.refuse(secret);
      throw error;
    });
    this.known.letIn(secret);
    if (method === 'GET' || method === 'HEAD' || isCsrfTokenOf(secret, String(headers['x-recho-csrf'] ?? ''))) {
      return caller;
    }
    throw new Problem(
      403,
      'csrf',
      `a request that changes something under a session has to carry its csrfToken as ${CSRF_HEADER} (GET /v1/session shows it)`,
    );
  }
}
