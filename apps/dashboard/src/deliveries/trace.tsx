import { Group } from '@mantine/core';
import { ExternalLink } from 'lucide-react';
import { useSignedIn } from '../api/session.js';
import { Id } from '../ui/copy.js';

/** A trace's id, and the way to it where traces are kept. */
export function Trace({ id }: { readonly id: string }) {
  const { traceUrl } = useSignedIn();
  return (
    <Group gap="sm">
      <Id value={id} what="the trace's id" />
      {traceUrl !== null && (
        <a className="text-link" href={traceUrl.replace('{traceId}', id)} target="_blank" rel="noreferrer">
          Open the trace <ExternalLink size={12} aria-hidden />
        </a>
      )}
    </Group>
  );
}
