import { Reflector } from '@nestjs/core';
import { Problem } from '../http/problem.js';
import { describeRoute } from '../openapi/route-docs.js';
import { noProject } from '../projects/project-store.js';
import type { KeyRole } from './api-key.schemas.js';
import type { Caller } from './caller.js';

/** The least that a caller must be. */
export type Need = KeyRole | 'admin token';

/** For a route where the method does not say it: GET needs `read`, any other one `admin`. */
export const NeedsRole = Reflector.createDecorator<Need>();

const IsOpen = Reflector.createDecorator<true>();

/** For a route that needs no token. Also says so in the OpenAPI document. */
export function Open(): MethodDecorator {
  return (target, property, descriptor) => {
    IsOpen(true)(target, property, descriptor);
    describeRoute(target, property, { open: true });
  };
}

export function isOpen(handler: object): boolean {
  return Reflect.getMetadata(IsOpen.KEY, handler) === true;
}

export interface Wish {
  readonly method: string;
  /** As it stands in the path; undefined: the route is of no project. */
  readonly projectId: string | undefined;
  /** What @NeedsRole says. */
  readonly need: Need | undefined;
}

/** Why the caller may not; null: it may. A project of others is one that does not exist, whatever is wanted of it. */
export function refusalFor(caller: Caller, { method, projectId, need }: Wish): Problem | null {
  if (caller.kind === 'admin token') return null;
  if (projectId !== undefined && projectId.toLowerCase() !== caller.projectId)
    return noProject(projectId.toLowerCase());
  const least = need ?? (method === 'GET' || method === 'HEAD' ? 'read' : 'admin');
  if (least === 'read' || least === caller.role) return null;
  return least === 'admin token'
    ? forbidden('this takes the admin token that the service was started with; an API key may not do it')
    : forbidden("this takes an API key with the role admin, or the admin token; this key's role is read");
}

function forbidden(detail: string): Problem {
  return new Problem(403, 'forbidden', detail);
}
