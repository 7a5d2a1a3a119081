import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { RotateCw } from 'lucide-react';
import { useResend } from '../api/deliveries.js';
import type { Delivery, Status } from '../api/history-types.js';
import { useProjectId } from '../api/projects.js';
import { useMayChange } from '../api/session.js';
import { Confirm } from '../ui/confirm.js';
import { notifyDone } from '../ui/problem.js';

/** What it was, for whoever sends it again. */
const WAS: Partial<Record<Status, string>> = {
  delivered: 'It was delivered: the receiver gets the same event a second time.',
  skipped: 'It was skipped, because its endpoint was off.',
  dead_lettered: 'It was given up.',
};

/** Sends one delivery that has ended again. */
export function Resend({ delivery: { id, status, callId, endpointName } }: { readonly delivery: Delivery }) {
  const [isOpen, dialog] = useDisclosure();
  const resend = useResend(useProjectId(), id);
  if (!useMayChange()) return <Text c="dimmed">Sending again takes a key with the role admin.</Text>;
  return (
    <>
      <Button
        leftSection={<RotateCw size={15} />}
        variant={status === 'dead_lettered' ? 'filled' : 'default'}
        onClick={dialog.open}
      >
        Send again
      </Button>
      {isOpen && (
        <Confirm
          title="Send this delivery again?"
          action="Send again"
          danger={false}
          onConfirm={async () => {
            await resend.mutateAsync();
            notifyDone(`On the way to ${endpointName} again.`);
          }}
          onClose={dialog.close}
        >
          {WAS[status]} It goes to {endpointName} as that is set now, behind whatever waits of{' '}
          <span className="mono">{callId}</span>: later events of the call may have arrived before it. It keeps its
          delivery id, and X-Recho-Redrive says that it was sent again.
        </Confirm>
      )}
    </>
  );
}
