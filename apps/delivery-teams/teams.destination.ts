import type { TargetRules } from '#libs/contracts';
import { createWebhookRender, type Destination, type Http, type JsonPost } from '#libs/delivery';
import { teamsBody } from '#libs/messages';
import { classifyTeams, teamsAsksToWaitMs } from './teams.classify.js';

/** The room of `TEAMS` endpoints: an Adaptive Card, by POST, to a Workflows or an Incoming Webhook. */
export function createTeamsDestination({
  http,
  targets,
}: {
  readonly http: Http;
  readonly targets: TargetRules;
}): Destination<JsonPost> {
  return {
    kind: 'teams',
    // Four requests a second and webhook: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors
    pace: { perSecond: 4, burst: 4 },
    render: createWebhookRender(targets, teamsBody),
    send: (post, permit) => http.postJson(post, permit),
    classify: classifyTeams,
    askedToWaitMs: teamsAsksToWaitMs,
  };
}
