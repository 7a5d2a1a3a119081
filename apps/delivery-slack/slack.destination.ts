import type { TargetRules } from '#libs/contracts';
import { askedToWaitOn429, createWebhookRender, type Destination, type Http, type JsonPost } from '#libs/delivery';
import { slackBody } from '#libs/messages';
import { classifySlack } from './slack.classify.js';

/** The room of `SLACK` endpoints: a message, by POST, to an Incoming Webhook. */
export function createSlackDestination({
  http,
  targets,
}: {
  readonly http: Http;
  readonly targets: TargetRules;
}): Destination<JsonPost> {
  return {
    kind: 'slack',
    // "One message a second, short bursts of more": https://docs.slack.dev/apis/web-api/rate-limits
    pace: { perSecond: 1, burst: 3 },
    render: createWebhookRender(targets, slackBody),
    send: (post, permit) => http.postJson(post, permit),
    classify: classifySlack,
    askedToWaitMs: askedToWaitOn429,
  };
}
