import { SegmentedControl, Stack, Text } from '@mantine/core';
import { Activity } from 'lucide-react';
import { useSearchParams } from 'react-router';
import { useHealth, WINDOWS, type Health, type Percentiles, type Window } from '../api/health.js';
import { useProjectId } from '../api/projects.js';
import { useSignedIn } from '../api/session.js';
import { durationText } from '../ui/duration.js';
import { Page } from '../ui/page.js';
import { Empty, Loaded } from '../ui/states.js';
import { EndpointHealth } from './endpoint-health.js';
import { percentText, Tile, Tiles } from './figures.js';
import { ImpairedEndpoints } from './impaired-endpoints.js';
import { ServiceTable } from './service-table.js';
import { VolumeSection } from './volume-section.js';

const LABELS: Readonly<Record<Window, string>> = { '1h': 'Last hour', '24h': '24 hours', '7d': '7 days' };

/** How deliveries go, and for the operator how the services do. */
export function HealthPage() {
  const projectId = useProjectId();
  const { role } = useSignedIn();
  const [address, setAddress] = useSearchParams();
  const window = WINDOWS.find((one) => one === address.get('window')) ?? '1h';
  const health = useHealth(projectId, window);
  return (
    <Page
      title="Health"
      lead="How much is delivered, how soon, and in what order."
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Window"
          value={window}
          onChange={(value) => setAddress({ window: value }, { replace: true })}
          data={WINDOWS.map((value) => ({ value, label: LABELS[value] }))}
        />
      }
    >
      <ImpairedEndpoints />
      <Loaded query={health} rows={8}>
        {(found) =>
          found.total.deliveries.total === 0 ? (
            <div className="card">
              <Empty icon={Activity} title="Nothing was received in this time">
                Figures are shown as soon as there is a delivery.
              </Empty>
            </div>
          ) : (
            <Shown health={found} />
          )
        }
      </Loaded>
      {role === 'operator' && <ServiceTable />}
    </Page>
  );
}

function Shown({ health }: { readonly health: Health }) {
  const { total, sampledDeliveries } = health;
  const { deliveries, successRate, latencyMs, violations } = total;
  return (
    <Stack gap="md">
      <Tiles>
        <Tile
          name="Delivered"
          note={`${deliveries.delivered.toLocaleString()} delivered, ${deliveries.deadLettered.toLocaleString()} given up`}
        >
          {successRate === null ? '–' : percentText(successRate)}
        </Tile>
        <Tile name="Received" note={`${deliveries.open.toLocaleString()} still open`}>
          {deliveries.total.toLocaleString()}
        </Tile>
        <Tile name="Event to delivery, p95" note={restOf(latencyMs.toDelivery)}>
          {timeOf(latencyMs.toDelivery)}
        </Tile>
        <Tile name="Endpoints alone, p95" note={restOf(latencyMs.destination)}>
          {timeOf(latencyMs.destination)}
        </Tile>
        <Tile name="Out of order" note={`of ${deliveries.delivered.toLocaleString()} delivered`}>
          <span style={violations === 0 ? {} : { color: 'var(--bad)' }}>{violations.toLocaleString()}</span>
        </Tile>
      </Tiles>
      <VolumeSection series={total.series} span={health} what="Deliveries" />
      <EndpointHealth health={health} />
      {sampledDeliveries < deliveries.total && (
        <Text size="xs" c="dimmed">
          Latencies and failed tries are of {sampledDeliveries.toLocaleString()} deliveries, an even choice of them all.
        </Text>
      )}
    </Stack>
  );
}

function timeOf(percentiles: Percentiles | null): string {
  return percentiles === null ? '–' : durationText(percentiles.p95);
}

function restOf(percentiles: Percentiles | null): string {
  if (percentiles === null) return 'nothing was delivered yet';
  return `p50 ${durationText(percentiles.p50)}, p99 ${durationText(percentiles.p99)}`;
}
