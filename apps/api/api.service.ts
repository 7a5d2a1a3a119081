import type { FastifyReply } from 'fastify';
import type { ServiceDefinition } from '#libs/runtime';
import { apiModule } from './api.module.js';
import { takeJsonOnly } from './http/json-body.js';
import { Problem, sendProblem } from './http/problem.js';
import { serveDocs } from './openapi/serve-docs.js';
import { MAX_BODY_BYTES } from './problem.filter.js';
import { apiSettings } from './settings.js';

/** A callId has at most 256 characters, and each may be nine bytes of a URL. */
const MAX_PARAMETER_LENGTH = 256 * 9;

/** Of the API's document: what /v1 promises. */
const VERSION = '1.0.0';

/** The REST service. */
export const API: ServiceDefinition<typeof apiSettings> = {
  name: 'api',
  settings: apiSettings,
  port: ({ API_PORT }) => API_PORT,
  module: apiModule,
  http: {
    bodyLimit: MAX_BODY_BYTES,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    // A URL that cannot be decoded reaches no route, and so no filter.
    frameworkErrors: (error, _request, reply) =>
      sendProblem(reply as FastifyReply, new Problem(400, 'bad_url', error.message)),
  },
  prepare: (app) => {
    takeJsonOnly(app, MAX_BODY_BYTES);
    serveDocs(app, VERSION);
  },
};
