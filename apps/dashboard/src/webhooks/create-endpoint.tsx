import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { useCreateEndpoint } from '../api/endpoints.js';
import { useProjectId } from '../api/projects.js';
import type { Endpoint, EndpointSettings } from '../api/types.js';
import { Bearer } from './bearer.js';
import { EndpointForm } from './endpoint-form.js';
import { PreviewBox } from './preview-box.js';
import { SigningKeys } from './signing-keys.js';
import { TestEvent } from './test-event.js';
import { WhatFires } from './what-fires.js';
import { Dialog } from '../ui/dialog.js';

const NEW: EndpointSettings = { name: '', endpointType: 'CUSTOM', target: '', authType: 'NONE', contentKey: null };

/** From nothing to a delivery: settings, then what fires, a test event, and what is sent. */
export function CreateEndpoint({ onClose }: { readonly onClose: () => void }) {
  const [made, setMade] = useState<Endpoint | null>(null);
  return (
    <Dialog onClose={onClose} size="lg" title={made === null ? 'New destination endpoint' : `${made.name} is there`}>
      {made === null ? <Settings onMade={setMade} onClose={onClose} /> : <Made endpoint={made} onClose={onClose} />}
    </Dialog>
  );
}

function Settings({ onMade, onClose }: { readonly onMade: (made: Endpoint) => void; readonly onClose: () => void }) {
  const create = useCreateEndpoint(useProjectId());
  return (
    <EndpointForm
      isNew
      initial={NEW}
      action="Create endpoint"
      running={create.isPending}
      error={create.error}
      onSubmit={(settings) => create.mutate(settings, { onSuccess: onMade })}
      onCancel={onClose}
    />
  );
}

function Made({ endpoint, onClose }: { readonly endpoint: Endpoint; readonly onClose: () => void }) {
  const projectId = useProjectId();
  const { authType } = endpoint;
  return (
    <Stack gap="lg">
      {authType === 'BEARER' && <Bearer endpoint={endpoint} mayChange isNew />}
      {authType === 'SIGNATURE_RSA_SHA256' && <SigningKeys endpoint={endpoint} mayChange isNew />}
      <WhatFires endpoint={endpoint} />
      <TestEvent endpoint={endpoint} />
      <PreviewBox endpoint={endpoint} />
      <Group justify="flex-end" gap="md">
        <Link className="text-link" to={`/p/${projectId}/webhooks/triggers`} onClick={onClose}>
          <Text component="span">Notification Triggers</Text>
        </Link>
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
}
