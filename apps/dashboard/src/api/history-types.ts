/* What the API answers about what happened and what waits. Times are ISO 8601 in UTC. */
import type { AuthType, EndpointType, Mail } from './types.js';

export const STATUSES = ['pending', 'delivered', 'retrying', 'waiting', 'dead_lettered', 'skipped'] as const;
export type Status = (typeof STATUSES)[number];
/** Nothing follows but what somebody sends again. */
export function hasEnded(status: Status): boolean {
  return status === 'delivered' || status === 'dead_lettered' || status === 'skipped';
}

export type Verdict = 'delivered' | 'retry' | 'refused' | 'abstained';

export interface Delivery {
  readonly id: string;
  readonly endpointId: string;
  readonly endpointName: string;
  readonly endpointType: EndpointType;
  readonly callId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly status: Status;
  readonly statusAt: string;
  readonly attemptCount: number;
  readonly redriveCount: number;
  readonly reason: string | null;
  readonly responseStatus: number | null;
  readonly receivedAt: string;
  readonly firstAttemptAt: string | null;
  readonly lastAttemptAt: string | null;
}

export interface CallEvent {
  readonly eventId: string;
  readonly eventType: string;
  readonly occurredAt: string;
  readonly data: {
    readonly callId: string;
    readonly callStatus: string;
    readonly callSid: string | null;
    readonly clientId: string | null;
  };
  readonly errors: readonly {
    readonly code: string;
    readonly message: string;
    readonly timestamp: string;
    readonly where: string;
    readonly phase: string;
    readonly stacktrace: string;
  }[];
}

export interface Attempt {
  /** 1 for the first. */
  readonly attempt: number;
  /** Of the so-many-th redrive; 0: before any. */
  readonly redrive: number;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly verdict: Verdict;
  readonly reason: string | null;
  readonly target: string;
  readonly authType: AuthType;
  readonly keyId: string | null;
  readonly responseStatus: number | null;
  readonly responseBody: string | null;
  readonly traceparent: string | null;
  /** null: none was made. */
  readonly request: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    /** What was sent too, and the history does not have. */
    readonly notKept: readonly string[];
  } | null;
}

/** What the attempts sent, made anew from the event. */
export interface SentContent {
  /** JSON; null for EMAIL. */
  readonly body: unknown;
  readonly email: Mail | null;
  readonly notKept: readonly string[];
}

export interface DeliveryWithAttempts extends Delivery {
  /** null: the history does not have it. */
  readonly event: CallEvent | null;
  /** null: the history does not have the event. */
  readonly content: SentContent | null;
  readonly attempts: readonly Attempt[];
}

export interface CallItem {
  readonly eventId: string;
  readonly eventType: string;
  readonly receivedAt: string;
  readonly event: CallEvent | null;
  readonly deliveries: readonly Delivery[];
}

export interface CallHistory {
  readonly callId: string;
  readonly items: readonly CallItem[];
  /** Where it waits now. */
  readonly lanes: readonly LaneWithJobs[];
  readonly nextCursor: string | null;
}

export interface LaneHead {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly since: string;
  readonly attempts: number;
  readonly firstAttemptAt: string | null;
  readonly lastReason: string | null;
  readonly lastStatus: number | null;
  /** null: it is being attempted, or as soon as the endpoint has room. */
  readonly nextAttemptAt: string | null;
}

export interface Lane {
  readonly id: string;
  readonly endpointId: string;
  readonly callId: string;
  readonly since: string;
  readonly head: LaneHead;
  readonly followers: number;
}

export interface LaneWithJobs extends Lane {
  /** In the order they go out, the head first. */
  readonly waiting: readonly {
    readonly deliveryId: string;
    readonly eventId: string;
    readonly eventType: string;
    readonly parkedAt: string;
  }[];
}

export interface RedriveCounts {
  readonly deliveries: number;
  readonly events: number;
  readonly calls: number;
  readonly endpoints: number;
  readonly notRedrivable: readonly { readonly reason: string; readonly deliveries: number }[];
}

export interface RedriveAnswer extends RedriveCounts {
  readonly dryRun: boolean;
  readonly redriveId: string | null;
  readonly ratePerSecond: number;
  readonly order: string;
}

export interface RedriveFilter {
  readonly callId?: string;
  readonly endpointId?: string;
  readonly eventType?: string;
  readonly code?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Of one delivery that is sent again. */
export interface ResendAnswer {
  readonly redriveCount: number;
}

export interface Redrive extends RedriveCounts {
  readonly id: string;
  readonly filter: RedriveFilter;
  readonly createdAt: string;
  readonly state: 'running' | 'finished';
  readonly sent: number;
  readonly problem: string | null;
  readonly finishedAt: string | null;
}

/** What waits now, by endpoint and cause, oldest first. */
export interface LaneSummary {
  /** In all. */
  readonly lanes: number;
  readonly groups: readonly LaneGroup[];
}

export interface LaneGroup {
  readonly endpointId: string;
  /** null: it is deleted. */
  readonly endpointName: string | null;
  /** What the heads wait for: the next attempt's time, or room at the endpoint. */
  readonly cause: 'retry' | 'attempt';
  /** What the reason of the last attempt begins with, as in `http_503`; null: there was none yet. */
  readonly code: string | null;
  readonly lanes: number;
  readonly oldestSince: string;
  readonly nextAttemptAt: string | null;
}

/** Dead letters by endpoint and reason, the newest first. */
export interface DeadLetterGroups {
  /** In all. */
  readonly deliveries: number;
  readonly groups: readonly DeadLetterGroup[];
}

export interface DeadLetterGroup {
  readonly endpointId: string;
  readonly endpointName: string;
  /** Only to an enabled one they can be sent again. */
  readonly endpointState: 'enabled' | 'disabled' | 'deleted';
  /** As in `http_404`; `other`: the reason has none. */
  readonly code: string;
  readonly deliveries: number;
  readonly calls: number;
  readonly oldestAt: string;
  readonly newestAt: string;
}
