import type { RawServerDefault } from 'fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { isUtf8 } from 'node:buffer';
import { Problem, shorten } from './problem.js';

/**
 * JSON is the only body there is. An empty one is none, so that a client which always names its content type may leave
 * out an optional body.
 * @param limit bytes.
 */
export function takeJsonOnly(app: NestFastifyApplication, limit: number): void {
  const fastify = app.getHttpAdapter().getInstance();
  // With "error", __proto__ and constructor.prototype are refused, at any depth.
  const parse = fastify.getDefaultJsonParser('error', 'error');
  app.useBodyParser<RawServerDefault>('application/json', { bodyLimit: limit }, (request, body: Buffer, done) => {
    if (body.length === 0) return done(null, undefined);
    if (!isUtf8(body)) return done(unreadable('it is not valid UTF-8'), undefined);
    void parse(request, body.toString('utf8'), (error, parsed) =>
      done(error === null ? null : unreadable(error.message), parsed),
    );
  });
  // Nest would take forms, and Fastify plain text: validation would then judge something else than what was sent.
  fastify.removeContentTypeParser('text/plain');
  app.useBodyParser('application/x-www-form-urlencoded', { bodyLimit: limit }, (_request, _body, done) =>
    done(
      new Problem(415, 'not_json', 'the body has to be JSON; send it with Content-Type: application/json'),
      undefined,
    ),
  );
}

function unreadable(why: string): Problem {
  return new Problem(400, 'unreadable_body', `the body cannot be read as JSON: ${shorten(why, 200)}`);
}
