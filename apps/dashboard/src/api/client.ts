import { ApiProblem, problemOf, unreachable } from './problem.js';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Query = Readonly<Record<string, string | number | undefined>>;

/** Of the session: what every change has to carry, since the cookie alone could be sent by another site. */
let csrfToken: string | null = null;
let onSignedOut: () => void = () => undefined;

export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** @param listener called when the API answers that there is no session (any more). */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/**
 * One request to `/v1`, with the session's cookie.
 * @returns the answer's JSON; undefined for an answer without a body.
 * @throws ApiProblem for every other answer than a 2xx, and for none.
 */
export async function request<Answer>(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Answer> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET' && csrfToken !== null) headers['x-recho-csrf'] = csrfToken;
  const init: RequestInit = { method, headers, credentials: 'same-origin' };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (signal !== undefined) init.signal = signal;
  let response: Response;
  let text: string;
  try {
    response = await fetch(`/v1${path}`, init);
    text = await response.text();
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw unreachable();
  }
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as Answer;
  const problem = problemOf(response.status, text);
  if (problem.status === 401) onSignedOut();
  throw problem;
}

export function get<Answer>(path: string, query: Query = {}, signal?: AbortSignal): Promise<Answer> {
  return request<Answer>('GET', `${path}${search(query)}`, undefined, signal);
}

/** `?a=1&b=2`, without what is undefined or empty. */
export function search(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}

/** Asking again may help: the network, a restart, a rate limit. */
export function mayPass(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status === 429 || error.status >= 500);
}
