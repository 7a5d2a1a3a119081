import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { STATUS_CODES } from 'node:http';
import type { z } from 'zod';
import { CONTROLLERS } from '../routes.js';
import { COOKIE, CSRF_HEADER } from '../session/session-cookie.js';
import { ADDRESSES, PATH_PARAMETERS, SCHEMAS, TAGS } from './document-parts.js';
import { docOf, type RouteDoc } from './route-docs.js';
import { componentsOf, inlineSchema } from './zod-schemas.js';

type Json = Readonly<Record<string, unknown>>;
type Paths = Record<string, Record<string, Json>>;

/** OpenAPI 3.1, made from the routes and from the schemas that check requests: what is not so cannot be said here. */
export function openApiDocument(version: string): Json {
  const paths: Paths = {};
  for (const route of allRoutes()) paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Recho notifications',
      version,
      description:
        'Delivers call events to destination endpoints: per call, in order, without loss. Errors are RFC 9457 problem ' +
        'details; lists page by cursor.',
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }],
    tags: Object.values(TAGS),
    paths: { ...paths, ...ADDRESSES },
    components: {
      schemas: componentsOf(SCHEMAS),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The admin token or an API key' },
        session: { type: 'apiKey', in: 'cookie', name: COOKIE, description: SESSION },
      },
    },
  };
}

const SESSION =
  `Of POST /v1/session. Without an Authorization header it counts; whatever is no GET or HEAD then has to carry the ` +
  `session's csrfToken as ${CSRF_HEADER}, or is answered with 403 (urn:recho:problem:csrf).`;

type ControllerClass = (typeof CONTROLLERS)[number];

export interface Route {
  /** In lower case. */
  readonly method: string;
  /** As in `/v1/projects/{projectId}`. */
  readonly path: string;
  /** As in `createProject`. */
  readonly id: string;
  readonly tag: string;
  readonly doc: RouteDoc;
}

/** Every route under /v1, as the controllers declare them. */
export function allRoutes(): Route[] {
  return CONTROLLERS.flatMap(routesOf);
}

function routesOf(controller: ControllerClass): Route[] {
  const base = Reflect.getMetadata(PATH_METADATA, controller) as string;
  const prototype = controller.prototype as unknown as Record<string, unknown>;
  const tag = controller.name.replace(/Controller$/, '');
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name] as object;
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    const own = Reflect.getMetadata(PATH_METADATA, handler) as string;
    const path = `/${base}/${own}`
      .replace(/\/+/g, '/')
      .replace(/\/$/, '')
      .replace(/:(\w+)/g, '{$1}');
    return [{ method: RequestMethod[method].toLowerCase(), path, id: name + tag, tag, doc: docOf(controller, name) }];
  });
}

function operationOf({ id, tag, path, doc }: Route): Json {
  return {
    operationId: id,
    tags: [TAGS[tag]?.name ?? tag],
    summary: doc.summary,
    ...(doc.description && { description: doc.description }),
    ...(doc.open && { security: [] }),
    parameters: parametersOf(path, doc),
    ...(doc.body && {
      requestBody: {
        required: !doc.body.safeParse({}).success,
        content: { 'application/json': { schema: inlineSchema(doc.body, 'input', SCHEMAS) } },
      },
    }),
    responses: responsesOf(doc),
  };
}

function parametersOf(path: string, { query, headers = {} }: RouteDoc): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
    const known = PATH_PARAMETERS[name!];
    if (known === undefined) throw new Error(`${path}: nothing is known of the parameter ${name}`);
    return parameterOf('path', name!, known, true);
  });
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => parameterOf('query', name, schema, false));
  const inHeader = Object.entries(headers).map(([name, schema]) => parameterOf('header', name, schema, false));
  return [...inPath, ...inQuery, ...inHeader];
}

function parameterOf(where: string, name: string, zod: z.core.$ZodType, required: boolean): Json {
  const { description, ...schema } = inlineSchema(zod, 'input', SCHEMAS);
  return { in: where, name, required, ...(description === undefined ? {} : { description }), schema };
}

/** Any route may answer with these. */
const ALWAYS = [400, 401, 403, 429, 500, 503];

/** What each means, and the code of one that does. */
const PROBLEMS: Readonly<Record<number, readonly [description: string, code: string]>> = {
  400: ['The request cannot be read', 'unreadable_body'],
  401: ['The token or the session is missing, wrong or over', 'unauthorized'],
  403: ['The token may not do this', 'forbidden'],
  404: ['There is no such thing', 'not_found'],
  409: ['It does not fit what is there already', 'id_taken'],
  413: ['The body is too large', 'too_large'],
  415: ['The body is not JSON', 'not_json'],
  422: ['The request can be read, and not be done: `errors` names the fields', 'invalid_request'],
  429: ['Too many requests; Retry-After says when to ask again', 'too_many_requests'],
  500: ['Something went wrong here; the id is in the log', 'internal_error'],
  503: ['Postgres or Kafka is away; Retry-After says when to ask again', 'database_away'],
};

function problemOf(status: number): Json {
  const [description, code] = PROBLEMS[status] ?? ['A problem', 'refused'];
  const example = { type: `urn:recho:problem:${code}`, title: STATUS_CODES[status], status, detail: '…' };
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, example } };
  const headers = { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } };
  return { description, ...((status === 503 || status === 429) && { headers }), content };
}

/** The statuses of all problems that a route may answer with. */
export function problemsOf({ body, problems }: RouteDoc): number[] {
  const withBody = body === undefined ? [] : [413, 415];
  return [...new Set([...ALWAYS, ...problems, ...withBody])].sort((a, b) => a - b);
}

function responsesOf(doc: RouteDoc): Json {
  const { status, alsoStatus, answer, contentType } = doc;
  const content =
    answer !== null
      ? { 'application/json': { schema: inlineSchema(answer, 'output', SCHEMAS) } }
      : contentType !== undefined && { [contentType]: { schema: { type: 'string' } } };
  const success = { description: 'Done', ...(content && { content }) };
  const refusals = problemsOf(doc).map((code) => [code, problemOf(code)]);
  const also = alsoStatus === undefined ? {} : { [alsoStatus]: success };
  return { [status]: success, ...also, ...Object.fromEntries(refusals) };
}
