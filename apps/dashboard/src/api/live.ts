import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { isLive } from './keys.js';

export type Liveness = 'connecting' | 'live' | 'polling';

const POLL_MS = 5000;
const AGAIN_MS = 3000;

/**
 * Keeps a project's pages up to date: the API hints that something happened (server-sent events), and what is shown of
 * it is asked for again. Without that stream it is asked for every few seconds, until the stream is back.
 * @param isThere the project is, and whoever looks may.
 */
export function useLiveUpdates(projectId: string, isThere: boolean): Liveness {
  const client = useQueryClient();
  const [liveness, setLiveness] = useState<Liveness>('connecting');
  useEffect(
    () => (isThere ? follow(projectId, () => refresh(client, projectId), setLiveness) : undefined),
    [client, projectId, isThere],
  );
  return liveness;
}

function refresh(client: QueryClient, projectId: string): void {
  client.setQueryData(hintKey(projectId), Date.now());
  // What is being asked for already is not asked for anew at each hint: a slow answer would never come.
  void client.invalidateQueries({ predicate: ({ queryKey }) => isLive(projectId, queryKey) }, { cancelRefetch: false });
}

/** When something happened last, Unix milliseconds; 0: not while this page was open. */
export function useLastHint(projectId: string): number {
  return useQuery<number>({ queryKey: hintKey(projectId), queryFn: () => 0, staleTime: Infinity }).data ?? 0;
}

const hintKey = (projectId: string) => [projectId, 'hint'];

/**
 * Only while the page is looked at: a browser has six connections to a server for all its tabs, and streams of hidden ones
 * would leave none to the page in front.
 * @returns ends it.
 */
function follow(projectId: string, hint: () => void, tell: (liveness: Liveness) => void): () => void {
  let source: EventSource | null = null;
  let again: ReturnType<typeof setTimeout> | undefined;
  const isSeen = (): boolean => document.visibilityState === 'visible';
  const poll = setInterval(() => {
    if (isSeen() && source?.readyState !== EventSource.OPEN) hint();
  }, POLL_MS);

  const close = (): void => {
    clearTimeout(again);
    source?.close();
    source = null;
  };
  const open = (): void => {
    close();
    if (!isSeen()) return;
    const opened = new EventSource(`/v1/projects/${projectId}/changes`);
    source = opened;
    opened.addEventListener('open', () => {
      tell('live');
      hint(); // what happened while nobody told
    });
    opened.addEventListener('changed', hint);
    opened.addEventListener('error', () => {
      tell('polling');
      // A browser tries again by itself after a broken connection, and never after a refusal.
      if (opened.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MS);
    });
  };
  open();
  document.addEventListener('visibilitychange', open);
  return () => {
    clearInterval(poll);
    document.removeEventListener('visibilitychange', open);
    close();
  };
}
