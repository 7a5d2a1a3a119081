import { Hash, Mail, MessagesSquare, Webhook, type LucideIcon } from 'lucide-react';
import type { AuthType, EndpointType } from '../api/types.js';

interface Words {
  readonly label: string;
  readonly Icon: LucideIcon;
  /** What the target is called. */
  readonly target: string;
  readonly example: string;
  readonly hint: string;
}

export const TYPES: Readonly<Record<EndpointType, Words>> = {
  SLACK: {
    label: 'Slack',
    Icon: Hash,
    target: 'Incoming Webhook URL',
    example: 'https://hooks.slack.com/services/T000/B000/XXXX',
    hint: 'From your Slack app: Incoming Webhooks. Messages go to the channel it was made for.',
  },
  TEAMS: {
    label: 'Teams',
    Icon: MessagesSquare,
    target: 'Workflows or Incoming Webhook URL',
    example: 'https://….logic.azure.com/workflows/…',
    hint: 'From the channel: Workflows, "Post to a channel when a webhook request is received".',
  },
  EMAIL: {
    label: 'Email',
    Icon: Mail,
    target: 'Email address',
    example: 'oncall@example.com',
    hint: 'One plain address. For several people, use one endpoint each or a list of your own.',
  },
  CUSTOM: {
    label: 'Custom',
    Icon: Webhook,
    target: 'URL',
    example: 'https://crm.example.com/webhook',
    hint: 'Events are posted there as JSON. Answer 2xx within 10 seconds.',
  },
};

export const AUTHS: Readonly<Record<AuthType, { readonly label: string; readonly hint: string }>> = {
  NONE: { label: 'None', hint: 'Anyone who knows the URL can send to it.' },
  BEARER: { label: 'Bearer token', hint: 'Each request carries a token that your server compares.' },
  SIGNATURE_RSA_SHA256: {
    label: 'Signature (RSA-SHA256)',
    hint: 'Each request is signed; your server verifies it with a public key, and no secret is shared.',
  },
};
