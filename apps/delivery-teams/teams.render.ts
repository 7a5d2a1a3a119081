import type { TargetRules } from '#libs/contracts';
import { targetReader, webhookHeaders, type AttemptInput, type JsonPost } from '#libs/delivery';
import { teamsBody, USER_AGENT } from '#libs/messages';

/** The request of one attempt: the message, to the webhook URL of the moment, which is all the credentials there are. */
export function createTeamsRender(targets: TargetRules): (input: AttemptInput) => JsonPost {
  const destined = targetReader(targets);
  return ({ job, endpoint, traceparent }) => ({
    ...destined(endpoint.target),
    headers: webhookHeaders(USER_AGENT, traceparent),
    body: Buffer.from(teamsBody(job.event)),
  });
}
