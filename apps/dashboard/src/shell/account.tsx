import { ActionIcon, Box, Group, Text } from '@mantine/core';
import { LogOut } from 'lucide-react';
import { useSignedIn, useSignOut } from '../api/session.js';
import { notifyProblem } from '../ui/problem.js';
import { momentText } from '../ui/time.js';

const ROLES = { operator: 'Operator', admin: 'May change everything', read: 'May look' };

export function Account() {
  const { keyName, role, expiresAt } = useSignedIn();
  const signOut = useSignOut();
  return (
    <Group justify="space-between" wrap="nowrap" px={6} gap="xs">
      <Box style={{ minWidth: 0 }} title={`Signed in until ${momentText(new Date(expiresAt), new Date())}`}>
        <Text fw={500} truncate>
          {keyName ?? 'Admin token'}
        </Text>
        <Text size="xs" c="dimmed">
          {ROLES[role]}
        </Text>
      </Box>
      <ActionIcon
        onClick={() => signOut.mutate(undefined, { onError: notifyProblem })}
        loading={signOut.isPending}
        aria-label="Sign out"
        title="Sign out"
      >
        <LogOut size={17} />
      </ActionIcon>
    </Group>
  );
}
