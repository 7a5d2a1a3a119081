import type { EventType } from './event-types.js';

/** One error of a call, normalised: every field a string, `stacktrace` "" when there is none. */
export interface CallError {
  readonly code: string;
  readonly message: string;
  /** ISO 8601 UTC with three decimals. */
  readonly timestamp: string;
  readonly where: string;
  readonly phase: string;
  readonly stacktrace: string;
}

/** What happened to a call: the value of `calls.events` after checking and normalising. */
export interface CallEvent {
  readonly eventId: string;
  /** UUID. */
  readonly projectId: string;
  readonly eventType: EventType;
  /** ISO 8601 UTC with three decimals. */
  readonly occurredAt: string;
  readonly data: {
    readonly callId: string;
    readonly callStatus: string;
    readonly callSid: string | null;
    readonly clientId: string | null;
  };
  /** Decides whether the event is an error; empty for a clean one. */
  readonly errors: readonly CallError[];
}
