const SECONDS = /^\d{1,10}$/;
/** RFC 9110 §5.6.7: the form to send, and the two old ones to understand. */
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/;

/**
 * A `Retry-After` header (RFC 9110 §10.2.3: seconds, or an HTTP date).
 *
 * @param now Unix milliseconds; what a date is compared with.
 * @returns the wait in milliseconds, 0 for a date that has passed; null when there is no header or it says neither.
 */
export function retryAfterMs(header: string | null, now: number): number | null {
  const text = header?.trim() ?? '';
  if (SECONDS.test(text)) return Number(text) * 1000;
  if (!HTTP_DATE.test(text)) return null;
  // The asctime form carries no zone; it means UTC all the same.
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
