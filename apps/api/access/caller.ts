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
