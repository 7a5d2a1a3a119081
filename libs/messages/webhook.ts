import { USER_AGENT } from './user-agent.js';

/** The headers of a POST to a chat's webhook, names and values in turn. @param traceparent W3C trace context. */
export function webhookHeaders(traceparent: string): string[] {
  return ['Content-Type', 'application/json', 'User-Agent', USER_AGENT, 'traceparent', traceparent];
}
