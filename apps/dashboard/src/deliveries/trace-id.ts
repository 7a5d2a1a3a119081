/** Of a W3C traceparent (`00-<trace>-<span>-<flags>`); null: there is none. */
export function traceIdOf(traceparent: string | null): string | null {
  return /^[\da-f]{2}-([\da-f]{32})-/.exec(traceparent ?? '')?.[1] ?? null;
}
