import type { CallEvent, TargetRules } from '#libs/contracts';
import { webhookHeaders } from '#libs/messages';
import type { AttemptInput } from '../destination.js';
import { targetReader } from './destined.js';
import type { JsonPost } from './post-json.js';

/**
 * The requests of rooms whose endpoints are webhooks of a chat: a message, to the URL of the moment, which is all the
 * credentials there are.
 * @param bodyOf JSON.
 */
export function createWebhookRender(
  targets: TargetRules,
  bodyOf: (event: CallEvent) => string,
): (input: AttemptInput) => JsonPost {
  const destined = targetReader(targets);
  return ({ job, endpoint, traceparent }) => ({
    ...destined(endpoint.target),
    headers: webhookHeaders(traceparent),
    body: Buffer.from(bodyOf(job.event)),
  });
}
