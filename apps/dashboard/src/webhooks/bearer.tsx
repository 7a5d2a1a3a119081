import { Button, Group, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { useBearerToken, useDeleteBearerToken, useSetBearerToken } from '../api/credentials.js';
import type { Endpoint } from '../api/types.js';
import { Confirm } from '../ui/confirm.js';
import { CopyText } from '../ui/copy.js';
import { notifyDone, ProblemAlert } from '../ui/problem.js';
import { Moment } from '../ui/time.js';

interface BearerProps {
  readonly endpoint: Endpoint;
  readonly mayChange: boolean;
  /** It was just made, and has no token. */
  readonly isNew?: boolean;
}

/** An endpoint's bearer token: made, revealed, copied, updated, deleted. Each reveal stands in the audit log. */
export function Bearer({ endpoint, mayChange, isNew = false }: BearerProps) {
  const { projectId, id } = endpoint;
  const [isAsked, asked] = useDisclosure();
  const [isShown, shown] = useDisclosure();
  const [isSetting, setting] = useDisclosure();
  const [isReplacing, replacing] = useDisclosure();
  const [isDeleting, deleting] = useDisclosure();
  const token = useBearerToken(projectId, id, isAsked);
  const set = useSetBearerToken(projectId, id);
  const remove = useDeleteBearerToken(projectId, id);
  const known = set.data ?? token.data;
  const has = known !== null && known !== undefined;
  const isMissing = isNew ? !has : token.data === null && !set.isSuccess;
  const make = async (own?: string): Promise<void> => {
    await set.mutateAsync(own);
    setting.close();
    shown.open();
    notifyDone('The token is set. Requests carry it from their next attempt on.');
  };

  return (
    <Stack gap="sm" component="section" aria-label="Bearer token">
      <Title order={3}>Bearer token</Title>
      <Text c="dimmed">
        Each request carries <span className="mono">Authorization: Bearer &lt;token&gt;</span>; your server compares it.
        {isMissing && ' There is no token yet: until there is one, every event for it becomes a dead letter.'}
      </Text>
      {!mayChange && <Text c="dimmed">Your key may not see tokens: that takes the role admin.</Text>}
      {token.error && <ProblemAlert error={token.error} again={() => void token.refetch()} />}
      {mayChange && has && (
        <TextInput
          label="Token"
          readOnly
          type={isShown ? 'text' : 'password'}
          value={known.token}
          description={
            <>
              Set <Moment at={known.updatedAt} />
            </>
          }
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
      )}
      {mayChange && (
        <Group gap="xs">
          {!has && !isMissing && (
            <Button
              size="xs"
              variant="default"
              leftSection={<Eye size={14} />}
              loading={token.isFetching}
              onClick={() => {
                asked.open();
                shown.open();
              }}
            >
              Reveal
            </Button>
          )}
          {has && (
            <>
              <Button
                size="xs"
                variant="default"
                onClick={shown.toggle}
                leftSection={isShown ? <EyeOff size={14} /> : <Eye size={14} />}
              >
                {isShown ? 'Hide' : 'Show'}
              </Button>
              <CopyText value={known.token} label="Copy" />
            </>
          )}
          <Button
            size="xs"
            variant={isMissing ? 'filled' : 'default'}
            loading={set.isPending}
            onClick={() => (isMissing ? void make().catch(() => undefined) : replacing.open())}
          >
            {isMissing ? 'Make a token' : 'Replace by a new one'}
          </Button>
          <Button size="xs" variant="default" onClick={setting.toggle} aria-expanded={isSetting}>
            Set my own
          </Button>
          {!isMissing && (
            <Button size="xs" variant="subtle" color="red" onClick={deleting.open}>
              Delete
            </Button>
          )}
        </Group>
      )}
      {isSetting && <OwnToken running={set.isPending} onSet={(own) => void make(own).catch(() => undefined)} />}
      {set.error && !isReplacing && <ProblemAlert error={set.error} />}
      {isReplacing && (
        <Confirm
          title="Replace the token?"
          action="Make a new token"
          onConfirm={() => make()}
          onClose={replacing.close}
        >
          Requests carry the new token at once. A server that still compares with the old one refuses them, and a
          refusal is final: let it take any token, or disable the endpoint, until it knows the new one.
        </Confirm>
      )}
      {isDeleting && (
        <Confirm
          title="Delete the token?"
          action="Delete token"
          onConfirm={async () => {
            await remove.mutateAsync();
            set.reset();
            asked.open();
          }}
          onClose={deleting.close}
        >
          Without a token nothing is sent to {endpoint.name}: its events become dead letters, until there is one again.
        </Confirm>
      )}
    </Stack>
  );
}

function OwnToken({ running, onSet }: { readonly running: boolean; readonly onSet: (token: string) => void }) {
  const [own, setOwn] = useState('');
  return (
    <Group align="flex-end" gap="xs">
      <PasswordInput
        label="Your token"
        description="Visible ASCII characters without spaces"
        value={own}
        onChange={(event) => setOwn(event.currentTarget.value)}
        autoComplete="off"
        style={{ flex: 1 }}
        visibilityToggleButtonProps={{ 'aria-label': 'Show what you typed' }}
      />
      <Button onClick={() => onSet(own)} loading={running} disabled={own === ''}>
        Set
      </Button>
    </Group>
  );
}
