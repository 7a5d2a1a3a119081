import type { TargetRules } from '#libs/contracts';
import type { Destination, Http, JsonPost } from '#libs/delivery';
import { classifyTeams, teamsAsksToWaitMs } from './teams.classify.js';
import { createTeamsRender } from './teams.render.js';

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
    render: createTeamsRender(targets),
    send: (post, permit) => http.postJson(post, permit),
    classify: classifyTeams,
    askedToWaitMs: teamsAsksToWaitMs,
  };
}
