import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Logger } from '#libs/runtime';

const HEADER = 'x-request-id';
/** What can stand in a log and in a header as it is. */
const TAKEN = /^[\w.:-]{1,128}$/;

/** The caller's own id of its request, when it sends one that will do; else a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers[HEADER];
  return typeof given === 'string' && TAKEN.test(given) ? given : randomUUID();
}

/**
 * Every answer names its request, and every request has a line in the log: those that change something or fail by our
 * fault for all to see, the others for who looks closer. Of the URL only the route: a query may hold anything.
 */
export function logRequests(app: NestFastifyApplication, logger: Logger): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header(HEADER, request.id);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { id, method, routeOptions } = request;
    const route = routeOptions.url ?? '(no route)';
    const level = reply.statusCode >= 500 ? 'warn' : !route.startsWith('/v1') || method === 'GET' ? 'debug' : 'info';
    const ms = Math.round(reply.elapsedTime);
    logger[level]({ requestId: id, method, route, status: reply.statusCode, ms }, 'request');
    done();
  });
}
