import { customBody, type AuthType, type CallEvent } from '#libs/contracts';
import { customHeaders, emailContent, slackBody, teamsBody, webhookHeaders } from '#libs/messages';
import type { FoundAttempt, FoundDelivery } from '#libs/storage';
import { MASKED, pairsOf } from '../http/shown-headers.js';
import type { DeliveryWithAttempts } from './delivery.schemas.js';

type Content = DeliveryWithAttempts['content'];
type Request = DeliveryWithAttempts['attempts'][number]['request'];

/*
 * What was sent, as far as the history can tell: it keeps the event and what each attempt used, and neither requests nor
 * whole jobs. What it lacks is named, and nothing stands in for it.
 */

/** Made by the functions that made it then. */
export function contentOf(
  delivery: FoundDelivery & { readonly event: CallEvent | null },
  attempts: readonly FoundAttempt[],
): Content {
  const { event, endpointType } = delivery;
  if (event === null) return null;
  const json = (body: string) => ({ body: JSON.parse(body) as object as never, email: null, notKept: [] });
  switch (endpointType) {
    case 'SLACK':
      return json(slackBody(event));
    case 'TEAMS':
      return json(teamsBody(event));
    case 'EMAIL':
      return { body: null, email: emailContent(event), notKept: [] };
    case 'CUSTOM':
      return customContent(delivery, event, attempts.at(-1)?.authType ?? 'NONE');
  }
}

/** The endpoint as it was when the event was routed, or sent again: it is in the body, and was in the job alone. */
function customContent(delivery: FoundDelivery, event: CallEvent, authType: AuthType): Content {
  const { deliveryId, endpointId: id, endpointName: name, endpointType, receivedAt, redrives } = delivery;
  const endpoint = { id, name, endpointType, target: '', contentKey: null };
  const times = { receivedAt: receivedAt.getTime(), configVersion: 0 };
  const body = JSON.parse(customBody({ v: 1, deliveryId, endpoint, authType, event, ...times }, authType)) as {
    webhookEndpoint: Record<string, unknown>;
  };
  const lacking = ['target', 'contentKey', ...(redrives > 0 ? ['name'] : [])];
  for (const field of lacking) delete body.webhookEndpoint[field];
  return { body, email: null, notKept: lacking.map((field) => `webhookEndpoint.${field}`) };
}

export function requestOf(delivery: FoundDelivery, attempt: FoundAttempt): Request {
  const { verdict, reason, traceparent } = attempt;
  if (delivery.endpointType === 'EMAIL' || verdict === 'abstained' || reason?.startsWith('unrenderable:')) return null;
  const { shown, notKept } = credentialsOf(attempt);
  // A version names itself there, and it may have been another one.
  const lacking = ['User-Agent', ...(traceparent === null ? ['traceparent'] : [])];
  const headers = Object.entries({ ...pairsOf(headersOf(delivery, attempt)), ...shown });
  return {
    method: 'POST',
    headers: Object.fromEntries(headers.filter(([name]) => !lacking.includes(name))),
    notKept: [...lacking, ...notKept],
  };
}

function headersOf(
  { endpointType, deliveryId, eventId }: FoundDelivery,
  { attempt, redrive, traceparent }: FoundAttempt,
): string[] {
  if (endpointType !== 'CUSTOM') return webhookHeaders(traceparent ?? '');
  const job = { deliveryId, event: { eventId }, ...(redrive > 0 && { redrive }) };
  return customHeaders(job, attempt, traceparent ?? '');
}

function credentialsOf({ authType, keyId }: FoundAttempt) {
  if (authType !== 'SIGNATURE_RSA_SHA256') return { shown: MASKED[authType], notKept: [] };
  const signature = ['X-Recho-Signature', 'X-Recho-Timestamp'];
  return keyId === null
    ? { shown: {}, notKept: [...signature, 'X-Recho-Key-Id'] }
    : { shown: { 'X-Recho-Key-Id': keyId }, notKept: signature };
}
