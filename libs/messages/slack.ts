import { textOf, type CallEvent } from '#libs/contracts';

/** The body of a POST to a Slack Incoming Webhook: JSON. */
export function slackBody(event: CallEvent): string {
  return JSON.stringify({ text: escapeSlack(textOf(event)) });
}

/** Slack reads `&`, `<` and `>` as control characters, and nothing else. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
