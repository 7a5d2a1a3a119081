import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { createHash, timingSafeEqual } from 'node:crypto';
import { HealthController, MetricsController } from '#libs/runtime';
import { Problem } from './http/problem.js';

export const ADMIN_TOKEN = Symbol('ADMIN_TOKEN');

/** Probes and scrapers have no token. Everything else that a controller serves needs one. */
const OPEN: ReadonlySet<unknown> = new Set([HealthController, MetricsController]);

/** `Authorization: Bearer <admin token>`. */
@Injectable()
export class AuthGuard implements CanActivate {
  private readonly expected: Buffer;

  constructor(@Inject(ADMIN_TOKEN) adminToken: string) {
    this.expected = digest(adminToken);
  }

  canActivate(context: ExecutionContext): boolean {
    if (OPEN.has(context.getClass())) return true;
    const { headers } = context.switchToHttp().getRequest<{ headers: { authorization?: string } }>();
    const token = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
    // Digests are of one length, so the comparison takes as long whatever was sent.
    if (token !== undefined && timingSafeEqual(digest(token), this.expected)) return true;
    throw new Problem(
      401,
      'unauthorized',
      token === undefined
        ? 'the request carries no token; send Authorization: Bearer <the admin token>'
        : 'the token is not valid here; send the admin token that this service was started with',
      { headers: { 'www-authenticate': 'Bearer' } },
    );
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
