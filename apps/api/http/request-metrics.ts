import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Histogram, type Registry } from 'prom-client';

/**
 * Every request by its route's pattern, never by its URL: ids are no labels. What matches no route is one label.
 * Only methods that have a route get here by name.
 */
export function measureRequests(app: NestFastifyApplication, registry: Registry): void {
  const duration = new Histogram({
    name: 'recho_http_request_duration_seconds',
    help: 'How long requests to the API take, by route, method and class of status',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', (request, reply, done) => {
      // How long a stream is open says nothing of us.
      if (String(reply.getHeader('content-type')).startsWith('text/event-stream')) return done();
      const { url } = request.routeOptions;
      const route = url ?? '(no route)';
      const method = url === undefined ? '(any)' : request.method;
      const status = `${Math.floor(reply.statusCode / 100)}xx`;
      duration.observe({ route, method, status }, reply.elapsedTime / 1000);
      done();
    });
}
