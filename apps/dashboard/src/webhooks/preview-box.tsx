import { Select, Stack, Title } from '@mantine/core';
import { useState } from 'react';
import { usePreview } from '../api/endpoints.js';
import { useEventTypes } from '../api/triggers.js';
import type { Endpoint, Preview } from '../api/types.js';
import { MailBox } from '../ui/mail.js';
import { Code } from '../ui/code.js';
import { Loaded } from '../ui/states.js';

/** What the endpoint is sent for an event, credentials masked. */
export function PreviewBox({ endpoint }: { readonly endpoint: Endpoint }) {
  const [eventType, setEventType] = useState('OUTBOUND_CALL_ERROR');
  const eventTypes = useEventTypes().data ?? [];
  const preview = usePreview(endpoint.projectId, endpoint, eventType);
  return (
    <Stack gap="sm" component="section" aria-label="What is sent">
      <Title order={3}>What is sent</Title>
      <Select
        label="For the event type"
        searchable
        allowDeselect={false}
        value={eventType}
        onChange={(value) => setEventType(value ?? eventType)}
        data={eventTypes.map(({ eventType: value, label }) => ({ value, label }))}
      />
      <Loaded query={preview}>{(shown) => <Shown preview={shown} />}</Loaded>
    </Stack>
  );
}

function Shown({ preview: { request, email, target } }: { readonly preview: Preview }) {
  if (email !== null) return <MailBox mail={email} to={target} />;
  if (request === null) return null;
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  return (
    <Stack gap="xs">
      <Code text={[`${request.method} ${target}`, ...headers].join('\n')} what="the request's headers" most={200} />
      <Code text={JSON.stringify(request.body, null, 2)} what="the request's body" most={300} />
    </Stack>
  );
}
