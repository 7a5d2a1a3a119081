import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { request, setCsrfToken, whenSignedOut } from './client.js';
import { ApiProblem } from './problem.js';
import type { Session } from './types.js';

const KEY = ['session'];

/** Beyond its end by the API's clock, which need not be ours. */
const AFTER_THE_END_MS = 500;
/** Longer than that no timer of a browser can wait. */
const LONGEST_MS = 24 * 60 * 60_000;

/** Null: nobody is signed in. Asked for again when it should be over: nobody looks at a page that no longer moves. */
export function useSession() {
  return useQuery({
    queryKey: KEY,
    queryFn: readSession,
    staleTime: Infinity,
    retry: true,
    retryDelay: 2000,
    refetchInterval: ({ state: { data } }) => (data ? untilTheEnd(data) : false),
  });
}

/** Of the one who is signed in: for pages, which are shown to nobody else. */
export function useSignedIn(): Session {
  const { data } = useSession();
  if (data === undefined || data === null) throw new Error('a page was shown to nobody');
  return data;
}

/** May change the project's settings. */
export function useMayChange(): boolean {
  return useSignedIn().role !== 'read';
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (key: string) => request<Session>('POST', '/session', { key }),
    onSuccess: (session) => {
      forgetAll(client);
      keep(client, session);
    },
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<undefined>('DELETE', '/session'),
    onSuccess: () => {
      forgetAll(client);
      keep(client, null);
    },
  });
}

/** Someone whose session ends while a page is open is told so, and asked to sign in again. */
export function watchForTheEnd(client: QueryClient, tell: () => void): void {
  whenSignedOut(() => {
    if (!client.getQueryData<Session | null>(KEY)) return;
    keep(client, null);
    tell();
  });
}

async function readSession(): Promise<Session | null> {
  try {
    const session = await request<Session>('GET', '/session');
    setCsrfToken(session.csrfToken);
    return session;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) return null;
    throw error;
  }
}

function untilTheEnd({ expiresAt }: Session): number {
  const left = Date.parse(expiresAt) - Date.now() + AFTER_THE_END_MS;
  return Math.min(Math.max(left, AFTER_THE_END_MS), LONGEST_MS);
}

/** Nothing of one session is shown in the next. The session itself is watched, so it is replaced and not removed. */
function forgetAll(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] });
}

function keep(client: QueryClient, session: Session | null): void {
  setCsrfToken(session?.csrfToken ?? null);
  client.setQueryData(KEY, session);
}
