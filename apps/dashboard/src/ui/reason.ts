/** What the codes of reasons say of an endpoint: each completes `<endpoint> …`. Source: libs/delivery/http/failure.ts. */
const CAUSES: Readonly<Record<string, string>> = {
  timeout: 'does not answer in time',
  refused: 'refuses the connection',
  reset: 'closes the connection before it answers',
  unreachable: 'cannot be reached',
  dns: 'has a host name that does not resolve',
  tls: 'has no trusted TLS certificate',
  protocol: 'answers with something that is not HTTP',
  connection: 'does not take the connection',
  skipped_by_operator: 'was not waited for: an operator skipped it',
  endpoint_busy: 'is sent as much at a time as it bears',
  breaker_open: 'failed many times in a row and is left alone for a while',
  unrenderable: 'cannot be sent to with its settings',
  other: 'failed in another way',
  forbidden: 'leads to a private address, which nothing is delivered to',
};

/** The code that a reason begins with, as in `http_503: …`; null: it has none. */
export function codeOf(reason: string | null): string | null {
  return /^(\w+):/.exec(reason ?? '')?.[1] ?? null;
}

/** As in `answers 503`; an unknown code as it is. @param code null: there was no attempt. */
export function causeText(code: string | null): string {
  if (code === null) return 'has no room yet';
  const answered = /^(?:http|smtp)_(\d{3})$/.exec(code)?.[1];
  return answered !== undefined ? `answers ${answered}` : (CAUSES[code] ?? `fails with ${code}`);
}
