import {
  Catch,
  HttpException,
  Inject,
  ServiceUnavailableException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { codeOf, describeError, LOGGER, type Logger } from '#libs/runtime';
import { isDatabaseAway } from '#libs/storage';
import { MAX_BODY_BYTES } from './http/body-limits.js';
import { noSuchRoute, Problem, sendProblem, shorten, unavailable, type ProblemReply } from './http/problem.js';

/** The part of Fastify's reply that is used here. */
interface HealthReply {
  status(code: number): { send(body: string | object): unknown };
}

interface RefusedRequest {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly routeOptions?: { readonly bodyLimit?: number };
}

/** Everything that is thrown becomes problem details: what we meant to say, or a 500 that says nothing but its id. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    if (error instanceof ServiceUnavailableException) {
      // Only @nestjs/terminus throws it: the whole of `/health/ready`, for those who probe.
      http.getResponse<HealthReply>().status(error.getStatus()).send(error.getResponse());
      return;
    }
    const { id, method, url, routeOptions } = http.getRequest<RefusedRequest>();
    const problem = problemOf(error, routeOptions?.bodyLimit) ?? this.unforeseen(error, id);
    if (problem.status === 503) {
      this.logger.warn(
        { requestId: id, method, url: shorten(url), reason: describeError(problem.cause) },
        problem.message,
      );
    }
    sendProblem(http.getResponse<ProblemReply>(), problem);
  }

  private unforeseen(error: unknown, requestId: string): Problem {
    const id = randomUUID();
    this.logger.error({ err: error, errorId: id, requestId }, `a request failed: ${describeError(error)}`);
    const detail = `something went wrong here that nobody foresaw; the service's log tells more under the id ${id}`;
    return new Problem(500, 'internal_error', detail, { instance: `urn:uuid:${id}` });
  }
}

/** What an error means to whoever asked; null when nobody foresaw it. */
export function problemOf(error: unknown, bodyLimit = MAX_BODY_BYTES): Problem | null {
  if (error instanceof Problem) return error;
  if (isDatabaseAway(error)) {
    return unavailable(
      'database_away',
      'Postgres, which keeps the settings and the history, does not answer now; ask again in a few seconds',
      error,
    );
  }
  if (!(error instanceof HttpException)) return null;
  const status = error.getStatus();
  if (status >= 500) return null;
  return refusalOf(codeOf(error.cause), status, error.message, bodyLimit);
}

/** What Fastify and Nest refuse before a route is reached. */
function refusalOf(code: string | undefined, status: number, message: string, bodyLimit: number): Problem {
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem(413, 'too_large', `the body is larger than ${bodyLimit} bytes; send less`);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_CONTENT_TYPE':
      return new Problem(415, 'not_json', 'the body has to be JSON; send it with Content-Type: application/json');
    default:
      if (status === 404) return noSuchRoute(message);
      return new Problem(status, status === 400 ? 'bad_request' : 'refused', message);
  }
}
