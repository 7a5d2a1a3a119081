import { Alert, Button, Group, Radio, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { asProblem } from '../api/problem.js';
import { useMakeApiKey } from '../api/team.js';
import type { MadeApiKey } from '../api/types.js';
import { Code } from '../ui/code.js';
import { ProblemAlert } from '../ui/problem.js';
import { Dialog } from '../ui/dialog.js';

/** Makes a key, and shows it the only time. */
export function NewApiKey({ projectId, onClose }: { readonly projectId: string; readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<'admin' | 'read'>('read');
  const make = useMakeApiKey(projectId);
  const fault = make.error ? asProblem(make.error).faultOf('name') : undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate({ name, role });
  };
  return (
    <Dialog
      onClose={onClose}
      title={make.data === undefined ? 'New API key' : `${make.data.name} is made`}
      closeOnClickOutside={make.data === undefined}
    >
      {make.data !== undefined ? (
        <Shown made={make.data} onClose={onClose} />
      ) : (
        <form onSubmit={submit}>
          <Stack gap="md">
            <TextInput
              label="Name"
              description="Whose it is: the audit log shows it"
              data-autofocus
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={fault}
            />
            <Radio.Group label="May" value={role} onChange={(value) => setRole(value as 'admin' | 'read')}>
              <Stack gap="xs" mt={6}>
                <Radio value="read" label="Look" description="Not at bearer tokens or the audit log" />
                <Radio value="admin" label="Change everything" description="In this project" />
              </Stack>
            </Radio.Group>
            {make.error && fault === undefined && <ProblemAlert error={make.error} />}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={make.isPending}>
                Make key
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Dialog>
  );
}

function Shown({ made, onClose }: { readonly made: MadeApiKey; readonly onClose: () => void }) {
  return (
    <Stack gap="md">
      <Alert color="orange" variant="light" title="Copy it now" styles={{ title: { color: 'var(--warn)' } }}>
        It is shown this once: only a hash of it is kept.
      </Alert>
      <Code text={made.key} what="the key" />
      <Group justify="flex-end">
        <Button onClick={onClose}>I have it</Button>
      </Group>
    </Stack>
  );
}
