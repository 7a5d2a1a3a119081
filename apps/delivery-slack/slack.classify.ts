import { classifyHttp, type Answer } from '#libs/delivery';
import type { Verdict } from '#libs/ordering';

/** What Slack's answers mean (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). */
const WORDS: Readonly<Record<string, string>> = {
  invalid_payload: 'Slack does not understand the message; please report this as a fault of ours',
  no_text: 'Slack found no text in the message; please report this as a fault of ours',
  too_many_attachments: 'the message has more attachments than Slack takes; please report this as a fault of ours',
  user_not_found: 'the webhook names a user that does not exist any more; make a new webhook',
  channel_not_found: "the webhook's channel does not exist any more; make a new webhook",
  channel_is_archived: "the webhook's channel is archived; restore it, or make a webhook for another one",
  action_prohibited: 'an administrator of the workspace forbids the webhook; ask one, or make another webhook',
  posting_to_general_channel_denied: 'only administrators may post to that channel; make a webhook for another one',
  no_service: 'the webhook was removed or switched off; make a new one',
  no_service_id: 'the webhook URL is not complete; copy it from Slack again',
  no_team: 'the workspace of the webhook does not exist any more',
  team_disabled: 'the workspace of the webhook is switched off',
  invalid_token: 'the webhook URL is not valid any more; copy it from Slack again',
};

/** By the status alone; what Slack says in its body only makes the reason clearer. */
export function classifySlack(answer: Answer, now: number): Verdict {
  const verdict = classifyHttp(answer, now);
  const said = answer.body?.trim() ?? '';
  const words = WORDS[said];
  if (verdict.type !== 'refused' || words === undefined) return verdict;
  return { type: 'refused', reason: `http_${answer.status}: Slack answered ${said}: ${words}` };
}
