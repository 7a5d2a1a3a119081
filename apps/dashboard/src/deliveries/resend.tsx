import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { RotateCw } from 'lucide-react';
import type { Delivery } from '../api/history-types.js';
import { useProjectId } from '../api/projects.js';
import { useMayChange } from '../api/session.js';
import { RedriveDialog } from '../dead-letters/redrive-dialog.js';

/** Sends one dead letter again. */
export function Resend({ delivery }: { readonly delivery: Delivery }) {
  const [isOpen, dialog] = useDisclosure();
  const projectId = useProjectId();
  if (!useMayChange()) return <Text c="dimmed">Sending again takes a key with the role admin.</Text>;
  return (
    <>
      <Button leftSection={<RotateCw size={15} />} onClick={dialog.open}>
        Send again
      </Button>
      {isOpen && (
        <RedriveDialog
          projectId={projectId}
          title="Send this delivery again?"
          wish={{ ids: [delivery.id] }}
          onClose={dialog.close}
        />
      )}
    </>
  );
}
