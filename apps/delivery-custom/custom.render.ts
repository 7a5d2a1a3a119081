import { LRUCache } from 'lru-cache';
import { checkTarget, customBody, type TargetRules } from '#libs/contracts';
import { UnrenderableError, type AttemptInput, type JsonPost } from '#libs/delivery';
import { authHeaders } from './custom.auth.js';

export interface CustomSettings {
  readonly targets: TargetRules;
  /** Product and version: `Recho-Notify/1.2.3`. */
  readonly userAgent: string;
}

/** Where a target leads, or what is wrong with it. */
type Destined = { readonly origin: string; readonly path: string } | { readonly fault: string };

/** The request of one attempt: the contract's body and headers, to the endpoint's target of the moment. */
export function createCustomRender({ targets, userAgent }: CustomSettings): (input: AttemptInput) => JsonPost {
  // Taking a URL apart costs more than writing a request to it, and the same few come again and again.
  const destined = new LRUCache<string, Destined>({ max: 4096, memoMethod: (target) => destinedOf(target, targets) });

  return ({ job, endpoint, attempt, traceparent }) => {
    const destination = destined.memo(endpoint.target);
    if ('fault' in destination) throw new UnrenderableError(destination.fault);
    return {
      origin: destination.origin,
      path: destination.path,
      headers: [
        'Content-Type',
        'application/json',
        'User-Agent',
        userAgent,
        'X-Recho-Event-Id',
        headerText(job.event.eventId),
        'X-Recho-Delivery-Id',
        job.deliveryId,
        'X-Recho-Attempt',
        String(attempt),
        ...(job.redrive === undefined ? [] : ['X-Recho-Redrive', String(job.redrive)]),
        'traceparent',
        traceparent,
        ...authHeaders(endpoint),
      ],
      body: Buffer.from(customBody(job, endpoint.authType)),
    };
  };
}

function destinedOf(target: string, rules: TargetRules): Destined {
  const fault = checkTarget(target, rules);
  if (fault !== null) return { fault };
  const { origin, pathname, search } = new URL(target);
  return { origin, path: pathname + search };
}

const VISIBLE_ASCII = /^[\x21-\x7e]*$/;

/** A producer's own event id may hold any character, a header may not: the others are percent-encoded. */
function headerText(value: string): string {
  return VISIBLE_ASCII.test(value) ? value : value.replace(/[^\x21-\x7e]/gu, encodeURIComponent);
}
