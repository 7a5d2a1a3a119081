import { Box, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useSigningKeyAction, useSigningKeys } from '../api/credentials.js';
import type { Endpoint, SigningKey } from '../api/types.js';
import { Code } from '../ui/code.js';
import { Confirm } from '../ui/confirm.js';
import { Id } from '../ui/copy.js';
import { Download } from '../ui/download.js';
import { notifyDone, notifyProblem } from '../ui/problem.js';
import { Loaded } from '../ui/states.js';
import { Badge, type Tone } from '../ui/status.js';
import { Moment } from '../ui/time.js';
import { Rotation } from './rotation.js';

interface SigningKeysProps {
  readonly endpoint: Endpoint;
  readonly mayChange: boolean;
  /** How one key replaces another is of no interest yet. */
  readonly isNew?: boolean;
}

/** The public keys of an endpoint that signs, and how one replaces another. */
export function SigningKeys({ endpoint, mayChange, isNew = false }: SigningKeysProps) {
  const { projectId, id } = endpoint;
  const keys = useSigningKeys(projectId, id);
  const act = useSigningKeyAction(projectId, id);
  const [deleting, setDeleting] = useState<SigningKey | null>(null);
  const [isActivating, activating] = useDisclosure();
  const fresh = keys.data?.find(({ state }) => state === 'new');
  const rotate = (): void =>
    act.mutate(
      { do: 'rotate' },
      { onSuccess: () => notifyDone('A new key stands beside the old one.'), onError: notifyProblem },
    );

  return (
    <Stack gap="sm" component="section" aria-label="Signing keys">
      <Group justify="space-between">
        <Title order={3}>Public keys</Title>
        {mayChange && !isNew && (
          <Button size="xs" variant="default" onClick={rotate} loading={act.isPending}>
            Rotate: make a new key
          </Button>
        )}
      </Group>
      <Text c="dimmed">
        Your server verifies <span className="mono">X-Recho-Signature</span> with the key that{' '}
        <span className="mono">X-Recho-Key-Id</span> names. The private keys never leave the platform.
      </Text>
      <Loaded query={keys}>
        {(all) => (
          <Stack gap="md">
            {all.length === 0 && <Text c="dimmed">There is no key yet. The first one is active at once.</Text>}
            {all.map((key) => (
              <OneKey
                key={key.id}
                signingKey={key}
                onDelete={mayChange && key.state !== 'active' ? () => setDeleting(key) : undefined}
              />
            ))}
            {(!isNew || all.length > 1) && (
              <Rotation keys={all} onActivate={mayChange && fresh !== undefined ? activating.open : undefined} />
            )}
          </Stack>
        )}
      </Loaded>
      {isActivating && fresh !== undefined && (
        <Confirm
          title="Sign with the new key?"
          action="Activate"
          danger={false}
          onConfirm={() => act.mutateAsync({ do: 'activate', keyId: fresh.id })}
          onClose={activating.close}
        >
          Requests are signed with <span className="mono">{fresh.id}</span> from their next attempt on. Your server must
          know its public key by now, or it refuses them.
        </Confirm>
      )}
      {deleting !== null && (
        <Confirm
          title="Delete this key?"
          action="Delete key"
          onConfirm={() => act.mutateAsync({ do: 'delete', keyId: deleting.id })}
          onClose={() => setDeleting(null)}
        >
          <span className="mono">{deleting.id}</span> is gone for good; it signs nothing now.
        </Confirm>
      )}
    </Stack>
  );
}

const STATES: Readonly<Record<SigningKey['state'], { readonly tone: Tone; readonly text: string }>> = {
  active: { tone: 'ok', text: 'Active: signs' },
  new: { tone: 'info', text: 'New: not yet signing' },
  retired: { tone: 'idle', text: 'Retired' },
};

function OneKey({ signingKey, onDelete }: { readonly signingKey: SigningKey; readonly onDelete?: () => void }) {
  const { id, state, publicKeyPem, createdAt } = signingKey;
  const { tone, text } = STATES[state];
  return (
    <Box>
      <Group gap="sm" mb={6} justify="space-between">
        <Group gap="sm">
          <Badge tone={tone}>{text}</Badge>
          <Id value={id} what="the key's id" />
        </Group>
        <Text size="xs" c="dimmed">
          made <Moment at={createdAt} />
        </Text>
      </Group>
      <Code text={publicKeyPem.trim()} what="Public key" most={210} />
      <Group gap="xs" mt={6}>
        <Download name={`${id}.pem`} text={publicKeyPem} label="Download .pem" />
        {onDelete !== undefined && (
          <Button size="xs" variant="subtle" color="red" onClick={onDelete}>
            Delete
          </Button>
        )}
      </Group>
    </Box>
  );
}
