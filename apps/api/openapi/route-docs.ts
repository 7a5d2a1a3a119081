import { HttpCode } from '@nestjs/common';
import type { z } from 'zod';

/** What the OpenAPI document says of a route beyond its method and path. */
export interface RouteDoc {
  readonly summary: string;
  readonly description?: string;
  readonly status: number;
  /** What it may be instead, with the same answer. */
  readonly alsoStatus?: number;
  /** Of the answer; null: no content, or one that is no JSON. */
  readonly answer: z.ZodType | null;
  /** Of an answer that is no JSON. */
  readonly contentType?: string;
  readonly body?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** Request headers, by name. */
  readonly headers?: Readonly<Record<string, z.ZodType>>;
  /** It needs no token. */
  readonly open?: boolean;
  /** Statuses of problems, beyond those that any route can answer with. */
  readonly problems: readonly number[];
}

type Handler = object;
const DOCS = new WeakMap<Handler, Map<string | symbol, Partial<RouteDoc>>>();

/** Adds to what is known of a route. @param target the controller's prototype. */
export function describeRoute(target: object, property: string | symbol | undefined, doc: Partial<RouteDoc>): void {
  if (property === undefined) return;
  const routes = DOCS.get(target) ?? new Map<string | symbol, Partial<RouteDoc>>();
  routes.set(property, { ...routes.get(property), ...doc });
  DOCS.set(target, routes);
}

type AnswerDoc = Pick<RouteDoc, 'summary'> &
  Partial<Pick<RouteDoc, 'description' | 'alsoStatus' | 'contentType' | 'body' | 'headers' | 'problems'>>;

/** The status and the shape of a route's answer: for Nest, and for the OpenAPI document. */
export function Answers(status: number, answer: z.ZodType | null, doc: AnswerDoc): MethodDecorator {
  return (target, property, descriptor) => {
    HttpCode(status)(target, property, descriptor);
    describeRoute(target, property, { problems: [], ...doc, status, answer });
  };
}

/** @throws Error for a route without @Answers: it would be missing from the document. */
export function docOf(controller: { readonly prototype: object; readonly name: string }, method: string): RouteDoc {
  const doc = DOCS.get(controller.prototype)?.get(method);
  if (doc?.summary === undefined) throw new Error(`${controller.name}.${method} is a route without @Answers`);
  return doc as RouteDoc;
}
