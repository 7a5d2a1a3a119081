import { Button, Group, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ProblemAlert } from './problem.js';
import { Dialog } from './dialog.js';

interface ConfirmProps {
  readonly title: string;
  /** What follows from it, and whether it can be undone. */
  readonly children: ReactNode;
  /** As in `Delete endpoint`. */
  readonly action: string;
  readonly danger?: boolean;
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks before something that cannot be taken back. Shown while it is mounted. */
export function Confirm({ title, children, action, danger = true, onConfirm, onClose }: ConfirmProps) {
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (): Promise<void> => {
    setRunning(true);
    try {
      await onConfirm();
      onClose();
    } catch (thrown) {
      setError(thrown);
      setRunning(false);
    }
  };
  return (
    <Dialog onClose={onClose} title={title} size="md">
      <Stack gap="md">
        <Text component="div">{children}</Text>
        {error !== null && <ProblemAlert error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button {...(danger ? { color: 'red' } : {})} loading={running} onClick={() => void run()}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
