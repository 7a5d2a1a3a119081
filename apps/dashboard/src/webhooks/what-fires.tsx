import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useEventTypes, useSaveTriggers, useTriggers } from '../api/triggers.js';
import type { Endpoint } from '../api/types.js';
import { notifyProblem } from '../ui/problem.js';
import { allTo, countOf } from './trigger-draft.js';

/** How many events the endpoint gets, and all of them by one click. */
export function WhatFires({ endpoint }: { readonly endpoint: Endpoint }) {
  const { projectId, id } = endpoint;
  const types = useEventTypes().data ?? [];
  const triggers = useTriggers(projectId).data;
  const save = useSaveTriggers(projectId);
  const count = triggers === undefined ? 0 : countOf(triggers, id);
  const names = types.map(({ eventType }) => eventType);
  return (
    <Stack gap="xs" component="section" aria-label="What fires">
      <Title order={3}>What fires</Title>
      <Group justify="space-between">
        <Text c={count === 0 ? undefined : 'dimmed'}>
          {count === 0
            ? 'No event fires yet: choose under Notification Triggers, or let all of them.'
            : `It gets ${count} of ${types.length} event types.`}
        </Text>
        {triggers !== undefined && count < types.length && (
          <Button
            size="xs"
            variant="default"
            loading={save.isPending}
            onClick={() => save.mutate(allTo(triggers, names, [id], true), { onError: notifyProblem })}
          >
            All event types
          </Button>
        )}
      </Group>
    </Stack>
  );
}
