import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useNavigate } from 'react-router';
import { asProblem } from '../api/problem.js';
import { useCreateProject } from '../api/projects.js';
import { ProblemAlert } from '../ui/problem.js';
import { Dialog } from '../ui/dialog.js';

export function NewProject({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog onClose={onClose} title="New project">
      <NewProjectForm onDone={onClose} onCancel={onClose} />
    </Dialog>
  );
}

interface FormProps {
  readonly onDone?: () => void;
  readonly onCancel?: () => void;
}

/** Goes to the project once it is made. */
export function NewProjectForm({ onDone, onCancel }: FormProps) {
  const [name, setName] = useState('');
  const create = useCreateProject();
  const navigate = useNavigate();
  const fault = create.error ? asProblem(create.error).faultOf('name') : undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate(name, {
      onSuccess: ({ id }) => {
        onDone?.();
        void navigate(`/p/${id}/webhooks`);
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label="Name"
          description="Of the product or customer whose calls it is about"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fault}
          data-autofocus
          required
          withAsterisk={false}
        />
        {create.error && fault === undefined && <ProblemAlert error={create.error} />}
        <Group justify="flex-end" gap="xs">
          {onCancel !== undefined && (
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          )}
          <Button type="submit" loading={create.isPending}>
            Create project
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
