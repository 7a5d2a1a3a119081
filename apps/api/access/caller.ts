import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { KeyRole } from './api-key.schemas.js';

/** Whoever holds the token that the service was started with. */
export interface AdminCaller {
  readonly kind: 'admin token';
}

/** Whoever holds an API key. */
export interface KeyCaller {
  readonly kind: 'key';
  readonly id: string;
  readonly name: string;
  /** The only one that it sees. */
  readonly projectId: string;
  readonly role: KeyRole;
}

export type Caller = AdminCaller | KeyCaller;

/** Filled in by the guard, which is called after the request's context was made. */
interface Asked {
  caller?: Caller;
}

const asked = new AsyncLocalStorage<Asked>();

/** So that whatever a request changes can say who changed it, with no argument through every store. */
export function followCallers(app: NestFastifyApplication): void {
  // The last hook before the handler: a context that is made earlier may be lost while the body is read.
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('preHandler', (_request, _reply, done) => asked.run({}, done));
}

/** Of the request that is being handled. */
export function setCaller(caller: Caller): void {
  const request = asked.getStore();
  if (request === undefined) throw new Error('a caller was let in outside a request: call followCallers first');
  request.caller = caller;
}

/** @throws Error outside a request that the guard let in: what nobody changed cannot be recorded. */
export function currentCaller(): Caller {
  const caller = asked.getStore()?.caller;
  if (caller === undefined) throw new Error('a change is to be recorded, and nobody asked for it');
  return caller;
}
