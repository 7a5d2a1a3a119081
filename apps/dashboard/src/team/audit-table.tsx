import { Button, Center, Table, Text } from '@mantine/core';
import { ScrollText } from 'lucide-react';
import { useEndpoints } from '../api/endpoints.js';
import { useAudit } from '../api/team.js';
import type { AuditEntry } from '../api/types.js';
import { Section } from '../ui/page.js';
import { Empty, Loaded } from '../ui/states.js';
import { Moment } from '../ui/time.js';
import { AuditFilters, useAuditFilter } from './audit-filters.js';
import { detailsText } from './audit-words.js';

/** Who changed what, newest first. */
export function AuditTable({ projectId }: { readonly projectId: string }) {
  const { filter, isFiltered, change } = useAuditFilter();
  const audit = useAudit(projectId, filter);
  const endpoints = useEndpoints(projectId).data ?? [];
  const nameOf = (wanted: string): string | undefined => endpoints.find(({ id }) => id === wanted)?.name;
  return (
    <Section title="Audit log" lead="Who changed what, newest first. Secrets are never in it.">
      <AuditFilters projectId={projectId} filter={filter} isFiltered={isFiltered} onChange={change} />
      <Loaded query={audit}>
        {({ pages }) => {
          const entries = pages.flatMap(({ items }) => items);
          if (entries.length === 0) {
            return <Empty icon={ScrollText} title={isFiltered ? 'Nothing was found' : 'Nothing was changed yet'} />;
          }
          return (
            <>
              <Entries entries={entries} nameOf={nameOf} />
              {audit.hasNextPage && (
                <Center p="sm">
                  <Button
                    size="xs"
                    variant="default"
                    loading={audit.isFetchingNextPage}
                    onClick={() => void audit.fetchNextPage()}
                  >
                    Earlier changes
                  </Button>
                </Center>
              )}
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

type NameOf = (id: string) => string | undefined;

function Entries({ entries, nameOf }: { readonly entries: readonly AuditEntry[]; readonly nameOf: NameOf }) {
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table aria-label="Audit log">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>Who</Table.Th>
            <Table.Th>What</Table.Th>
            <Table.Th>Details</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => (
            <Row key={entry.id} entry={entry} nameOf={nameOf} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface RowProps {
  readonly entry: AuditEntry;
  readonly nameOf: NameOf;
}

function Row({ entry: { at, actor, action, details, subjectId }, nameOf }: RowProps) {
  const subject = subjectId === null || 'name' in details ? undefined : nameOf(subjectId);
  const text = detailsText(details, nameOf);
  return (
    <Table.Tr>
      <Table.Td>
        <Moment at={at} />
      </Table.Td>
      <Table.Td>{actor}</Table.Td>
      <Table.Td className="mono">{action}</Table.Td>
      <Table.Td maw={420}>
        <Text size="xs" c="dimmed" lineClamp={2} style={{ overflowWrap: 'anywhere' }} title={text}>
          {subject !== undefined && `${subject}${text === '' ? '' : ': '}`}
          {text}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
