import { setTimeout as after } from 'node:timers/promises';
import type { ApiClient } from '../api-client.js';
import { startChatReceiver } from './chat-receiver.js';
import { DEMO_PROJECT_ID, ensureEndpoint } from './demo-project.js';
import type { DemoReceiver } from './serve.js';

export interface AllDestinationsOptions {
  readonly api: ApiClient;
  /** The inbox's page; null: mails go to a server of somebody's own, and the demo sends none. */
  readonly inbox: string | null;
  readonly say: (text: string) => void;
  readonly stop: AbortSignal;
}

const DELIVERED_WITHIN_MS = 15_000;
const TYPE = 'OUTBOUND_CALL_ERROR';

/**
 * The demo's last act: a test event, as the button sends it, to one endpoint of each type, in the demo's project.
 * @returns the receiver, which goes on answering and telling, and the endpoints that got nothing in time.
 */
export async function playAllDestinations(
  options: AllDestinationsOptions,
): Promise<{ readonly receiver: DemoReceiver; readonly missing: readonly string[] }> {
  const { api, inbox, say, stop } = options;
  const base = `/v1/projects/${DEMO_PROJECT_ID}`;
  const startedAt = new Date().toISOString();
  const publicKeys = new Map<string, string>();
  const receiver = await startChatReceiver({
    publicKeys: () => publicKeys,
    onMessage: (destination, words) => say(`  ${destination.padEnd(8)}got ${words}`),
  });

  const endpoints = [
    { name: 'Slack-like channel', endpointType: 'SLACK', target: `${receiver.origin}/slack` },
    { name: 'Teams-like channel', endpointType: 'TEAMS', target: `${receiver.origin}/teams` },
    { name: 'Signed', endpointType: 'CUSTOM', target: `${receiver.origin}/signed`, authType: 'SIGNATURE_RSA_SHA256' },
    ...(inbox === null ? [] : [{ name: 'On call', endpointType: 'EMAIL', target: 'oncall@example.com' }]),
  ];
  say('');
  say('All four destinations: a test event, as the button sends it, to one endpoint of each type.');
  const sent: { readonly name: string; readonly eventId: string }[] = [];
  for (const settings of endpoints) {
    const id = await ensureEndpoint(api, settings);
    for (const key of await api.list<{ id: string; publicKeyPem: string }>(
      `${base}/endpoints/${id}/credentials/signing-keys`,
    )) {
      publicKeys.set(key.id, key.publicKeyPem);
    }
    const { eventId } = await api.call<{ eventId: string }>('POST', `${base}/endpoints/${id}/test`, {
      eventType: TYPE,
    });
    sent.push({ name: settings.name, eventId });
  }
  const missing = await undelivered(api, sent, startedAt, stop);
  if (inbox !== null) say(`  Email   got a mail: open ${inbox}`);
  say(missing.length === 0 ? 'All of them are delivered.' : `NOT DELIVERED YET: ${missing.join(', ')}.`);
  return { receiver, missing };
}

/** The names of those whose event the history does not have as delivered when time runs out. */
async function undelivered(
  api: ApiClient,
  sent: readonly { readonly name: string; readonly eventId: string }[],
  from: string,
  stop: AbortSignal,
): Promise<string[]> {
  const deadline = performance.now() + DELIVERED_WITHIN_MS;
  for (;;) {
    const path = `/v1/projects/${DEMO_PROJECT_ID}/deliveries?status=delivered&from=${from}&limit=100`;
    const delivered = new Set((await api.list<{ eventId: string }>(path)).map(({ eventId }) => eventId));
    const missing = sent.filter(({ eventId }) => !delivered.has(eventId)).map(({ name }) => name);
    if (missing.length === 0 || performance.now() > deadline || stop.aborted) return missing;
    await after(200);
  }
}
