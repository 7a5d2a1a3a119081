import { customBody, type Job } from '#libs/contracts';
import { customHeaders, emailContent, slackBody, teamsBody, webhookHeaders } from '#libs/messages';
import type { Endpoint } from '../endpoints/endpoint.schemas.js';
import { testEvent } from '../events/test-event.js';
import { MADE_LATER, MASKED, pairsOf } from '../http/shown-headers.js';
import type { NewPreview, Preview } from './preview.schemas.js';

/** Ids of the event and its delivery, which there is none of. */
const NO_ID = '00000000-0000-0000-0000-000000000000';
const CALL_ID = 'preview-call';

/**
 * What the endpoint would be sent for an event of that type, made by the functions that make what is sent. The event is
 * the one of the test button.
 */
export function previewOf(endpoint: Endpoint, { eventType }: NewPreview, now: Date): Preview {
  const { id, projectId, name, endpointType, target, contentKey, authType } = endpoint;
  const event = testEvent(projectId, eventType, { eventId: NO_ID, callId: CALL_ID }, now);
  const shown = { endpointType, eventType, target };
  /** @param headers names and values in turn. */
  const post = (headers: readonly string[], body: string, credentials = MASKED.NONE): Preview => {
    const request = { headers: { ...pairsOf(headers), ...credentials }, body: JSON.parse(body) as object as never };
    return { ...shown, request: { method: 'POST', ...request }, email: null };
  };
  switch (endpointType) {
    case 'SLACK':
      return post(webhookHeaders(MADE_LATER), slackBody(event));
    case 'TEAMS':
      return post(webhookHeaders(MADE_LATER), teamsBody(event));
    case 'EMAIL':
      return { ...shown, request: null, email: emailContent(event) };
    case 'CUSTOM': {
      const job: Job = {
        ...{ v: 1, deliveryId: NO_ID, event, receivedAt: now.getTime(), configVersion: 0, authType },
        endpoint: { id, name, endpointType, target, contentKey },
      };
      return post(customHeaders(job, 1, MADE_LATER), customBody(job, authType), MASKED[authType]);
    }
  }
}
