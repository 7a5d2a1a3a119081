import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { noSuchRoute, sendProblem } from '../http/problem.js';

/** Whose GETs are never pages, and what stands below them. */
const NO_PAGES = /^\/(v1|docs|openapi\.json|health|metrics|assets)(\/|$)/;

const NOT_BUILT =
  'The dashboard is not built. Build it with `npm run build` and start the API again. What it would show is at /v1; /docs lists its routes.\n';

/**
 * The built dashboard: `index.html` for every path that a browser shows as a page and that is nothing else, because the
 * page itself knows its paths; and `assets`, whose names change with what is in them, so that they are kept for ever.
 * @param folder where the build wrote it, `.br` and `.gz` beside what is served; it may be missing.
 */
export async function serveDashboard(app: NestFastifyApplication, folder: string): Promise<void> {
  const [index, assets] = [join(folder, 'index.html'), join(folder, 'assets')];
  const page = existsSync(assets) && existsSync(index) ? readFileSync(index) : null;
  const fastify = app.getHttpAdapter().getInstance();
  if (page !== null) {
    await app.register(fastifyStatic, {
      ...{ root: assets, prefix: '/assets/', index: false, decorateReply: false },
      ...{ preCompressed: true, immutable: true, maxAge: '365d' },
    });
  }
  // What no other route takes.
  fastify.get('/*', (request, reply) => {
    if (!wantsPage(request)) return sendProblem(reply, noSuchRoute(`Cannot GET ${request.url}`));
    if (page === null) return reply.status(404).type('text/plain; charset=utf-8').send(NOT_BUILT);
    return sendPage(reply, page);
  });
}

function wantsPage({ url, headers }: FastifyRequest): boolean {
  const [path = '/'] = url.split('?');
  return path === '/' || (!NO_PAGES.test(path) && /\btext\/html\b/.test(headers.accept ?? ''));
}

/** Asked for anew each time: it names the assets that there are now. */
function sendPage(reply: FastifyReply, page: Buffer): FastifyReply {
  return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page);
}
