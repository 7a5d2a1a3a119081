import type { FastifyReply } from 'fastify';
import { fileURLToPath } from 'node:url';
import type { ServiceDefinition } from '#libs/runtime';
import { followCallers } from './access/caller.js';
import { KnownTokens } from './access/known-tokens.js';
import { limitRequests } from './access/rate-limit.js';
import { apiModule } from './api.module.js';
import { limitBodies, MAX_BODY_BYTES } from './http/body-limits.js';
import { takeJsonOnly } from './http/json-body.js';
import { logRequests, requestIdOf } from './http/request-id.js';
import { measureRequests } from './http/request-metrics.js';
import { sendSafeHeaders } from './http/safe-headers.js';
import { Problem, sendProblem } from './http/problem.js';
import { serveDocs } from './openapi/serve-docs.js';
import { serveDashboard } from './pages/serve-dashboard.js';
import { apiSettings } from './settings.js';

/** A callId has at most 256 characters, and each may be nine bytes of a URL. */
const MAX_PARAMETER_LENGTH = 256 * 9;

/** Of the API's document: what /v1 promises. */
const VERSION = '1.0.0';

/** Built beside this service. */
const DASHBOARD = fileURLToPath(new URL('../dashboard', import.meta.url));

/** The REST service, and the dashboard's pages. */
export const API: ServiceDefinition<typeof apiSettings> = {
  name: 'api',
  settings: apiSettings,
  port: ({ API_PORT }) => API_PORT,
  module: apiModule,
  http: {
    bodyLimit: MAX_BODY_BYTES,
    genReqId: requestIdOf,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    // A URL that cannot be decoded reaches no route, and so no filter.
    frameworkErrors: (error, _request, reply) =>
      sendProblem(reply as FastifyReply, new Problem(400, 'bad_url', error.message)),
  },
  prepare: async (app, { settings, logger, metrics }) => {
    logRequests(app, logger);
    measureRequests(app, metrics);
    sendSafeHeaders(app);
    limitBodies(app);
    await limitRequests(app, settings.API_RATE_LIMIT, app.get(KnownTokens));
    followCallers(app);
    takeJsonOnly(app, MAX_BODY_BYTES);
    serveDocs(app, VERSION);
    await serveDashboard(app, DASHBOARD);
  },
};
