import { Button, Group, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { useApiKeys, useRevokeApiKey } from '../api/team.js';
import type { ApiKey } from '../api/types.js';
import { Confirm } from '../ui/confirm.js';
import { Section } from '../ui/page.js';
import { Empty, Loaded } from '../ui/states.js';
import { Badge } from '../ui/status.js';
import { Ago, Moment } from '../ui/time.js';
import { NewApiKey } from './new-api-key.js';

export function ApiKeys({ projectId, mayChange }: { readonly projectId: string; readonly mayChange: boolean }) {
  const keys = useApiKeys(projectId);
  const revoke = useRevokeApiKey(projectId);
  const [isMaking, making] = useDisclosure();
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const make = mayChange && (
    <Button size="xs" leftSection={<Plus size={14} />} onClick={making.open}>
      New API key
    </Button>
  );
  return (
    <Section
      title="API keys"
      lead="For people and programs: to sign in here, and for the API. A key sees this project alone."
      actions={make}
    >
      <Loaded query={keys}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon={KeyRound} title="No API key yet">
              Give each colleague and each program a key of its own: the audit log names it, and it can be revoked
              alone.
            </Empty>
          ) : (
            <Table.ScrollContainer minWidth={560}>
              <Table aria-label="API keys">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Name</Table.Th>
                    <Table.Th>Key</Table.Th>
                    <Table.Th>May</Table.Th>
                    <Table.Th>Made</Table.Th>
                    <Table.Th>Last used</Table.Th>
                    <Table.Th>
                      <span className="sr-only">Actions</span>
                    </Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {all.map((key) => (
                    <Table.Tr key={key.id}>
                      <Table.Td>
                        <Text fw={550}>{key.name}</Text>
                      </Table.Td>
                      <Table.Td className="mono">{key.hint}…</Table.Td>
                      <Table.Td>
                        <Badge tone={key.role === 'admin' ? 'info' : 'idle'}>
                          {key.role === 'admin' ? 'change everything' : 'look'}
                        </Badge>
                      </Table.Td>
                      <Table.Td>
                        <Moment at={key.createdAt} />
                      </Table.Td>
                      <Table.Td>{key.lastUsedAt === null ? 'never' : <Ago at={key.lastUsedAt} />}</Table.Td>
                      <Table.Td>
                        <Group justify="flex-end">
                          {mayChange && (
                            <Button
                              size="compact-xs"
                              variant="subtle"
                              color="red"
                              onClick={() => setRevoking(key)}
                              aria-label={`Revoke ${key.name}`}
                            >
                              Revoke
                            </Button>
                          )}
                        </Group>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }
      </Loaded>
      {isMaking && <NewApiKey projectId={projectId} onClose={making.close} />}
      {revoking !== null && (
        <Confirm
          title={`Revoke ${revoking.name}?`}
          action="Revoke key"
          onConfirm={() => revoke.mutateAsync(revoking.id)}
          onClose={() => setRevoking(null)}
        >
          Whatever uses it is refused at once, and whoever signed in with it is signed out. This cannot be undone.
        </Confirm>
      )}
    </Section>
  );
}
