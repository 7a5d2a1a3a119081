import type { TargetRules } from '#libs/contracts';
import type { Destination, Http, JsonPost } from '#libs/delivery';
import { classifySlack, slackAsksToWaitMs } from './slack.classify.js';
import { createSlackRender } from './slack.render.js';

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
    render: createSlackRender(targets),
    send: (post, permit) => http.postJson(post, permit),
    classify: classifySlack,
    askedToWaitMs: slackAsksToWaitMs,
  };
}
