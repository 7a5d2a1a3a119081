import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * What a page of ours may load: what we serve, and nothing of others; no script but in files. Components bring their
 * styles in elements of their own. Nobody frames us.
 */
const POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  // A body is what its content type says, whatever stands in it.
  'x-content-type-options': 'nosniff',
  // Ids in our URLs are nobody else's business.
  'referrer-policy': 'no-referrer',
};

/** Every answer tells browsers what they may do with it. What /v1 says is kept nowhere on its way. */
export function sendSafeHeaders(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      void reply.headers(HEADERS);
      if (request.url.startsWith('/v1')) void reply.header('cache-control', 'no-store');
      done();
    });
}
