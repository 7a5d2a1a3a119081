import { Group, Stack, Table, Text } from '@mantine/core';
import { useServices, type Services } from '../api/health.js';
import { Section } from '../ui/page.js';
import { Loaded } from '../ui/states.js';
import { Badge } from '../ui/status.js';

/** For the operator: what the services have not done yet, and whether what they stand on is there. */
export function ServiceTable() {
  const services = useServices();
  return (
    <Section
      title="Services"
      lead="What each has not done yet, as Kafka counts it. Retries that are not due are no lag."
    >
      <Loaded query={services}>{(found) => <Shown services={found} />}</Loaded>
    </Section>
  );
}

function Shown({ services: { postgres, kafka, services } }: { readonly services: Services }) {
  return (
    <Stack gap={0}>
      <Group gap="xl" p="md">
        <StandsOn name="Kafka" {...kafka} />
        <StandsOn name="Postgres" {...postgres} />
      </Group>
      {services.length > 0 && (
        <Table.ScrollContainer minWidth={560}>
          <Table aria-label="Services">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Service</Table.Th>
                <Table.Th>State</Table.Th>
                <Table.Th>Processes</Table.Th>
                <Table.Th>Lag, records</Table.Th>
                <Table.Th>On the retry ladder</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {services.map(({ name, running, groupState, members, lagRecords, retryRecords }) => (
                <Table.Tr key={name}>
                  <Table.Td className="mono">{name}</Table.Td>
                  <Table.Td>
                    <Badge tone={running ? 'ok' : 'bad'} title={`Kafka calls its group ${groupState}`}>
                      {running ? 'running' : 'not running'}
                    </Badge>
                  </Table.Td>
                  <Table.Td>{members.toLocaleString()}</Table.Td>
                  <Table.Td>{lagRecords.toLocaleString()}</Table.Td>
                  <Table.Td>{retryRecords.toLocaleString()}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}

function StandsOn({
  name,
  up,
  detail,
}: {
  readonly name: string;
  readonly up: boolean;
  readonly detail: string | null;
}) {
  return (
    <Group gap="xs">
      <Text fw={550}>{name}</Text>
      <Badge tone={up ? 'ok' : 'bad'}>{up ? 'answers' : 'does not answer'}</Badge>
      {detail !== null && <Text c="dimmed">{detail}</Text>}
    </Group>
  );
}
