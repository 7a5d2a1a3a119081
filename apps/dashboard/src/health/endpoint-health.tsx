import { Box, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { Health } from '../api/health.js';
import { useProjectId } from '../api/projects.js';
import { Section } from '../ui/page.js';
import { TYPES } from '../webhooks/endpoint-words.js';
import { Latency, OrderBadge, SuccessRate } from './figures.js';
import { SmallVolume } from './volume-section.js';

/** Each endpoint that was sent something, the busiest first. */
export function EndpointHealth({ health }: { readonly health: Health }) {
  const projectId = useProjectId();
  return (
    <Section title="By endpoint" lead="Latencies are p50, p95 and p99: half, 95 % and 99 % took no longer.">
      <Table.ScrollContainer minWidth={940}>
        <Table aria-label="By endpoint">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Endpoint</Table.Th>
              <Table.Th>Deliveries</Table.Th>
              <Table.Th>Delivered</Table.Th>
              <Table.Th>Event to delivery</Table.Th>
              <Table.Th>Endpoint alone</Table.Th>
              <Table.Th>Failed</Table.Th>
              <Table.Th>Out of order</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {health.endpoints.map((one) => (
              <Table.Tr key={one.endpointId}>
                <Table.Td>
                  <Link className="plain-link" to={`/p/${projectId}/deliveries?endpointId=${one.endpointId}`}>
                    <Text component="span" fw={550}>
                      {one.endpointName}
                    </Text>
                  </Link>
                  <Text size="xs" c="dimmed">
                    {TYPES[one.endpointType].label}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Box style={{ display: 'flex', alignItems: 'center', gap: 10 }}>
                    <SmallVolume series={one.series} span={health} what={`Deliveries of ${one.endpointName}`} />
                    <span>{one.deliveries.total.toLocaleString()}</span>
                  </Box>
                </Table.Td>
                <Table.Td>
                  <SuccessRate rate={one.successRate} />
                </Table.Td>
                <Table.Td>
                  <Latency of={one.latencyMs.toDelivery} />
                </Table.Td>
                <Table.Td>
                  <Latency of={one.latencyMs.destination} />
                </Table.Td>
                <Table.Td>{(one.attempts.retry + one.attempts.refused).toLocaleString()}</Table.Td>
                <Table.Td>
                  <OrderBadge figures={one} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}
