import { customBody, type TargetRules } from '#libs/contracts';
import { targetReader, type AttemptInput, type JsonPost } from '#libs/delivery';
import { customHeaders } from '#libs/messages';
import { authHeaders } from './custom.auth.js';

export interface CustomSettings {
  readonly targets: TargetRules;
  /** Product and version: `Recho-Notify/1.2.3`. */
  readonly userAgent: string;
}

/** The request of one attempt: the contract's body and headers, to the endpoint's target of the moment. */
export function createCustomRender({ targets, userAgent }: CustomSettings): (input: AttemptInput) => JsonPost {
  const destined = targetReader(targets);
  return ({ job, endpoint, attempt, traceparent }) => ({
    ...destined(endpoint.target),
    headers: [...customHeaders(job, attempt, traceparent, userAgent), ...authHeaders(endpoint)],
    body: Buffer.from(customBody(job, endpoint.authType)),
  });
}
