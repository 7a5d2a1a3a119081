import { Text } from '@mantine/core';
import { useChangeEndpoint } from '../api/endpoints.js';
import type { Endpoint } from '../api/types.js';
import { notifyDone } from '../ui/problem.js';
import { EndpointForm } from './endpoint-form.js';
import { Dialog } from '../ui/dialog.js';

export function EditEndpoint({ endpoint, onClose }: { readonly endpoint: Endpoint; readonly onClose: () => void }) {
  const { id, projectId, name, endpointType, target, authType, contentKey } = endpoint;
  const change = useChangeEndpoint(projectId);
  return (
    <Dialog onClose={onClose} title={`Edit ${name}`} size="lg">
      <EndpointForm
        isNew={false}
        initial={{ name, endpointType, target, authType, contentKey }}
        action="Save changes"
        running={change.isPending}
        error={change.error}
        note={
          <Text size="xs" c="dimmed">
            What waits for this endpoint goes to the new target from its next attempt on.
          </Text>
        }
        onSubmit={(wanted) =>
          change.mutate(
            {
              id,
              change: {
                name: wanted.name,
                target: wanted.target,
                authType: wanted.authType,
                contentKey: wanted.contentKey,
              },
            },
            {
              onSuccess: () => {
                notifyDone(`${wanted.name} is changed.`);
                onClose();
              },
            },
          )
        }
        onCancel={onClose}
      />
    </Dialog>
  );
}
