import { Controller, Delete, Get, Headers, Inject, Ip, Post, Res } from '@nestjs/common';
import { setCaller } from '../access/caller.js';
import { NeedsRole, Open } from '../access/rights.js';
import { TokenOwners } from '../access/token-owners.js';
import { unauthorized, type Problem } from '../http/problem.js';
import { ValidBody } from '../http/validation.js';
import { Answers } from '../openapi/route-docs.js';
import { cookieFor, NO_COOKIE, secretOf, type SessionHeaders } from './session-cookie.js';
import { NewSession, Session } from './session.schemas.js';
import { csrfTokenOf } from './session-secret.js';
import { noSession, SESSION_TTL, SessionStore, type FoundSession } from './session-store.js';
import { SignInLimit } from './sign-in-limit.js';

/** Where a trace is looked at, with {traceId} in it; null: nowhere. */
export const TRACE_URL = Symbol('TRACE_URL');

/** The part of Fastify's reply that is used here. */
interface CookieReply {
  header(name: string, value: string): unknown;
}

@Controller('v1/session')
export class SessionController {
  constructor(
    @Inject(SessionStore) private readonly sessions: SessionStore,
    @Inject(TokenOwners) private readonly owners: TokenOwners,
    @Inject(SignInLimit) private readonly limit: SignInLimit,
    @Inject(SESSION_TTL) private readonly lifeMs: number,
    @Inject(TRACE_URL) private readonly traceUrl: string | null,
  ) {}

  @Post()
  @Open()
  @Answers(200, Session, {
    summary: 'Sign in: a cookie that stands for a key',
    description:
      'For browsers, which cannot keep a key from their scripts. The cookie does in all of /v1 what the key would do; ' +
      'whatever is no GET has to carry `csrfToken` as X-Recho-CSRF. It lasts for SESSION_TTL, or until its key is revoked.',
    problems: [422],
  })
  async signIn(
    @ValidBody(NewSession) { key }: NewSession,
    @Headers('origin') origin: string | undefined,
    @Ip() address: string,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<Session> {
    const caller = await this.limit.allow(address, () => this.owners.find(key));
    if (caller === null) throw wrongKey();
    setCaller(caller);
    const secret = await this.sessions.create(caller);
    const session = await this.sessions.get(secret);
    reply.header('set-cookie', cookieFor(secret, this.lifeMs, origin));
    return this.shown(session, secret);
  }

  @Get()
  @Answers(200, Session, { summary: 'Show who is signed in', description: 'By the cookie; 401: nobody is.' })
  async get(@Headers() headers: SessionHeaders): Promise<Session> {
    const secret = secretOf(headers);
    if (secret === undefined) throw noSession();
    return this.shown(await this.sessions.get(secret), secret);
  }

  @Delete()
  @NeedsRole('read')
  @Answers(204, null, { summary: 'Sign out', description: 'The cookie is of no use any more, wherever it is.' })
  async signOut(@Headers() headers: SessionHeaders, @Res({ passthrough: true }) reply: CookieReply): Promise<void> {
    const secret = secretOf(headers);
    if (secret === undefined) throw noSession();
    await this.sessions.end(await this.sessions.get(secret));
    reply.header('set-cookie', NO_COOKIE);
  }

  private shown({ caller, project, expiresAt }: FoundSession, secret: string): Session {
    const [role, keyName] = caller.kind === 'key' ? [caller.role, caller.name] : (['operator', null] as const);
    const { traceUrl } = this;
    return { role, project, keyName, expiresAt: expiresAt.toISOString(), traceUrl, csrfToken: csrfTokenOf(secret) };
  }
}

function wrongKey(): Problem {
  return unauthorized('the key is not valid here; sign in with the admin token, or an API key that was not revoked');
}
