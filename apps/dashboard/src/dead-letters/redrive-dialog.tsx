import { Button, Group, List, Stack, Text } from '@mantine/core';
import type { RedriveAnswer } from '../api/history-types.js';
import { useDryRun, useRedrive, type RedriveWish } from '../api/dead-letters.js';
import { counted, countsText, notRedrivableText } from './redrive-words.js';
import { notifyDone, ProblemAlert } from '../ui/problem.js';
import { Loaded } from '../ui/states.js';
import { Dialog } from '../ui/dialog.js';

interface RedriveDialogProps {
  readonly projectId: string;
  readonly title: string;
  readonly wish: RedriveWish;
  readonly onClose: () => void;
}

/** What a redrive would send, counted by the API without sending anything; then the redrive itself. */
export function RedriveDialog({ projectId, title, wish, onClose }: RedriveDialogProps) {
  const dryRun = useDryRun(projectId, wish);
  const redrive = useRedrive(projectId);
  const start = (): void =>
    redrive.mutate(wish, {
      onSuccess: ({ deliveries }) => {
        notifyDone(`${counted(deliveries, 'delivery', 'deliveries')} on the way again.`);
        onClose();
      },
    });
  return (
    <Dialog onClose={onClose} title={title} size="md">
      <Stack gap="md">
        <Loaded query={dryRun} rows={3}>
          {(answer) => <Counts answer={answer} />}
        </Loaded>
        {redrive.error && <ProblemAlert error={redrive.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button onClick={start} loading={redrive.isPending} disabled={(dryRun.data?.deliveries ?? 0) === 0}>
            Send again
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function Counts({ answer }: { readonly answer: RedriveAnswer }) {
  const { deliveries, notRedrivable, ratePerSecond, order } = answer;
  return (
    <Stack gap="sm" role="status" aria-label="Dry run">
      <Text fw={550}>{countsText(answer)}</Text>
      {notRedrivable.length > 0 && (
        <List size="sm">
          {notRedrivable.map((left) => (
            <List.Item key={left.reason}>{notRedrivableText(left)}</List.Item>
          ))}
        </List>
      )}
      {deliveries > 0 && (
        <Text c="dimmed" size="xs">
          At most {ratePerSecond} a second. {order}
        </Text>
      )}
    </Stack>
  );
}
