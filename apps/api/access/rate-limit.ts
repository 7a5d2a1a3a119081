import rateLimit from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Problem } from '../http/problem.js';
import { secretOf } from '../session/session-cookie.js';
import { bearerOf } from './bearer.js';
import type { KnownTokens } from './known-tokens.js';

const WINDOW_MS = 1000;

/**
 * So many requests a second for each token and session that was let in, and for each address from which something else comes: who
 * guesses tokens gets no new allowance with each of them. Probes, scrapers and the documentation are not counted.
 * @param most a second, in this process; 0: any number.
 */
export async function limitRequests(app: NestFastifyApplication, most: number, known: KnownTokens): Promise<void> {
  if (most === 0) return;
  await app.register(rateLimit, {
    max: most,
    timeWindow: WINDOW_MS,
    allowList: ({ url }: FastifyRequest) => !url.startsWith('/v1'),
    keyGenerator: ({ headers, ip }: FastifyRequest) =>
      known.nameOf(bearerOf(headers.authorization) ?? secretOf(headers)) ?? `address ${ip}`,
    errorResponseBuilder: (_request, { ttl }) =>
      new Problem(429, 'too_many_requests', `more than ${most} requests within a second; ask again a second later`, {
        headers: { 'retry-after': String(Math.max(1, Math.ceil(ttl / 1000))) },
      }),
  });
}
