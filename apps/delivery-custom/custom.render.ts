import { customBodyBytes, type TargetRules } from '#libs/contracts';
import { targetReader, type AttemptInput, type JsonPost, type SigningKey } from '#libs/delivery';
import { customHeaders } from '#libs/messages';
import { authenticationOf } from './custom.auth.js';

/** A request that is yet to be signed, if it is. */
export interface CustomPost extends JsonPost {
  readonly signingKey: SigningKey | null;
}

export interface CustomSettings {
  readonly targets: TargetRules;
  /** Product and version: `Recho-Notify/1.2.3`. */
  readonly userAgent: string;
}

/** The request of one attempt: the contract's body and headers, to the endpoint's target of the moment. */
export function createCustomRender({ targets, userAgent }: CustomSettings): (input: AttemptInput) => CustomPost {
  const destined = targetReader(targets);
  return ({ job, endpoint, attempt, traceparent }) => {
    const { headers, signingKey } = authenticationOf(endpoint);
    return {
      ...destined(endpoint.target),
      headers: [...customHeaders(job, attempt, traceparent, userAgent), ...headers],
      body: customBodyBytes(job, endpoint.authType),
      signingKey,
    };
  };
}
