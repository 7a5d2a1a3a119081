import { textOf, type CallEvent } from '#libs/contracts';

/** The body of a POST to a Teams Workflows or Incoming Webhook: JSON, an Adaptive Card in the `attachments` envelope. */
export function teamsBody(event: CallEvent): string {
  const card = {
    type: 'AdaptiveCard',
    version: '1.4',
    body: [{ type: 'TextBlock', text: textOf(event), wrap: true }],
  };
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card };
  return JSON.stringify({ type: 'message', attachments: [attachment] });
}
