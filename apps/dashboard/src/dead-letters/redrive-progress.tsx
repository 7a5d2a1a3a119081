import { Box, Group, Progress, Stack, Text } from '@mantine/core';
import { useRedrives } from '../api/dead-letters.js';
import type { Redrive } from '../api/history-types.js';
import { useProjectId } from '../api/projects.js';
import { useNow } from '../ui/now.js';
import { Moment } from '../ui/time.js';
import { counted } from './redrive-words.js';

/** A redrive that is over is shown for so long. */
const SHOWN_MS = 10 * 60_000;

/** The redrives that run, or have just ended. */
export function RedriveProgress() {
  const now = useNow();
  const redrives = useRedrives(useProjectId()).data?.items ?? [];
  const shown = redrives.filter(({ finishedAt }) => finishedAt === null || now - Date.parse(finishedAt) < SHOWN_MS);
  if (shown.length === 0) return null;
  return (
    <Stack gap="xs">
      {shown.map((redrive) => (
        <One key={redrive.id} redrive={redrive} />
      ))}
    </Stack>
  );
}

function One({ redrive: { state, sent, deliveries, problem, createdAt } }: { readonly redrive: Redrive }) {
  const percent = deliveries === 0 ? 100 : (100 * sent) / deliveries;
  const isOver = state === 'finished';
  return (
    <Box className="card" p="sm" role="status" aria-label="Redrive">
      <Group justify="space-between" mb={6}>
        <Text fw={550}>
          {isOver ? 'Sent again: ' : 'Sending again: '}
          {sent} of {counted(deliveries, 'delivery', 'deliveries')}
        </Text>
        <Text size="xs" c="dimmed">
          begun <Moment at={createdAt} />
        </Text>
      </Group>
      <Progress value={percent} color={isOver ? 'teal' : 'brand'} size="sm" aria-label="Sent" />
      {problem !== null && (
        <Text size="xs" c="var(--warn)" mt={6}>
          {problem}
        </Text>
      )}
    </Box>
  );
}
