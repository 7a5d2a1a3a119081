import { Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useImpairedEndpoints } from '../api/endpoints.js';
import { useProjectId } from '../api/projects.js';
import type { ImpairedEndpoint } from '../api/types.js';
import { Section } from '../ui/page.js';
import { causeText, codeOf } from '../ui/reason.js';
import { Badge } from '../ui/status.js';
import { Ago, Until } from '../ui/time.js';

/** Endpoints that are left alone, or sent less at a time; nothing while all are well. */
export function ImpairedEndpoints() {
  const projectId = useProjectId();
  const found = useImpairedEndpoints(projectId).data?.items ?? [];
  if (found.length === 0) return null;
  return (
    <Section
      title="Endpoints in trouble"
      lead="What is meant for them waits, spends no retry, and delays no other endpoint. It goes on by itself when they answer."
    >
      <Table.ScrollContainer minWidth={760}>
        <Table aria-label="Endpoints in trouble">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Endpoint</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>Since</Table.Th>
              <Table.Th>Next probe</Table.Th>
              <Table.Th>Share</Table.Th>
              <Table.Th>Waiting calls</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {found.map((one) => (
              <Table.Tr key={one.endpointId}>
                <Cells endpoint={one} projectId={projectId} />
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}

function Cells({ endpoint, projectId }: { readonly endpoint: ImpairedEndpoint; readonly projectId: string }) {
  const { endpointId, endpointName, breaker, since, reason, nextProbeAt, share, wholeShare, waitingCalls } = endpoint;
  const code = codeOf(reason);
  return (
    <>
      <Table.Td>
        <Link className="plain-link" to={`/p/${projectId}/waiting?endpointId=${endpointId}`}>
          <Text component="span" fw={550}>
            {endpointName}
          </Text>
        </Link>
        <Text size="xs" c="dimmed" title={reason}>
          {code === null ? reason : causeText(code)}
        </Text>
      </Table.Td>
      <Table.Td>
        {breaker === 'open' ? (
          <Badge tone="bad" title="It failed many times in a row: only probes go there">
            left alone
          </Badge>
        ) : (
          <Badge tone="warn" title="It is sent fewer events at a time, as many as it bears">
            slowed down
          </Badge>
        )}
      </Table.Td>
      <Table.Td>
        <Ago at={since} />
      </Table.Td>
      <Table.Td>{nextProbeAt === null ? '–' : <Until at={nextProbeAt} />}</Table.Td>
      <Table.Td title="Attempts at a time in one delivery process, of how many when all is well">
        {breaker === 'open' ? `probes, of ${wholeShare}` : `${share} of ${wholeShare}`}
      </Table.Td>
      <Table.Td>{waitingCalls.toLocaleString()}</Table.Td>
    </>
  );
}
