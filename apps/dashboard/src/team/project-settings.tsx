import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useDeleteProject, useProject, useRenameProject } from '../api/projects.js';
import { asProblem } from '../api/problem.js';
import { Confirm } from '../ui/confirm.js';
import { Id } from '../ui/copy.js';
import { Section } from '../ui/page.js';
import { notifyDone } from '../ui/problem.js';

/** For the operator: the project's name, and its end. */
export function ProjectSettings({ projectId }: { readonly projectId: string }) {
  const project = useProject(projectId).data;
  const rename = useRenameProject(projectId);
  const remove = useDeleteProject(projectId);
  const [name, setName] = useState(project?.name ?? '');
  const [isDeleting, deleting] = useDisclosure();
  const navigate = useNavigate();
  return (
    <Section
      title="Project"
      lead={
        <>
          Its id, for those who publish events: <Id value={projectId} what="the project's id" />
        </>
      }
    >
      <Stack p="md" gap="md">
        <Group align="flex-end" gap="xs">
          <TextInput
            label="Name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={rename.error ? asProblem(rename.error).message : undefined}
            style={{ flex: 1, maxWidth: 360 }}
          />
          <Button
            variant="default"
            loading={rename.isPending}
            disabled={name.trim() === project?.name}
            onClick={() => rename.mutate(name, { onSuccess: () => notifyDone('The project is renamed.') })}
          >
            Rename
          </Button>
        </Group>
        <Group justify="space-between">
          <Text c="dimmed">Deleting it deletes its endpoints, triggers, credentials and keys.</Text>
          <Button size="xs" variant="outline" color="red" onClick={deleting.open}>
            Delete project
          </Button>
        </Group>
      </Stack>
      {isDeleting && (
        <Confirm
          title={`Delete ${project?.name ?? 'the project'}?`}
          action="Delete project"
          onConfirm={async () => {
            await remove.mutateAsync();
            await navigate('/');
          }}
          onClose={deleting.close}
        >
          Its endpoints, triggers, credentials and API keys are gone for good, and events that are published for it are
          rejected from then on.
        </Confirm>
      )}
    </Section>
  );
}
