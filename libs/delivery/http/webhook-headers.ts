/** The headers of a POST to a chat's webhook, names and values in turn. @param traceparent W3C trace context. */
export function webhookHeaders(userAgent: string, traceparent: string): string[] {
  return ['Content-Type', 'application/json', 'User-Agent', userAgent, 'traceparent', traceparent];
}
