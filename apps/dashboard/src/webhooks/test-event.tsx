import { Button, Group, Select, Stack, Text, Title } from '@mantine/core';
import { Send } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useCall, useDelivery } from '../api/deliveries.js';
import { useTestEndpoint } from '../api/endpoints.js';
import { useEventTypes } from '../api/triggers.js';
import type { Endpoint } from '../api/types.js';
import { AttemptList } from '../deliveries/attempt-list.js';
import { notifyProblem, ProblemAlert } from '../ui/problem.js';
import { StatusBadge } from '../ui/status.js';
import { useNow } from '../ui/now.js';

/** A test event through the real pipeline to this endpoint alone, and its result as it comes. */
export function TestEvent({ endpoint }: { readonly endpoint: Endpoint }) {
  const [eventType, setEventType] = useState('OUTBOUND_CALL_COMPLETED');
  const [sent, setSent] = useState<{ readonly callId: string; readonly at: number } | null>(null);
  const eventTypes = useEventTypes().data ?? [];
  const test = useTestEndpoint(endpoint.projectId, endpoint.id);
  const send = (): void =>
    test.mutate(eventType, {
      onSuccess: ({ callId }) => setSent({ callId, at: Date.now() }),
      onError: notifyProblem,
    });
  return (
    <Stack gap="sm" component="section" aria-label="Test event">
      <Title order={3}>Test event</Title>
      <Group align="flex-end" gap="xs">
        <Select
          label="Event type"
          searchable
          allowDeselect={false}
          value={eventType}
          onChange={(value) => setEventType(value ?? eventType)}
          data={eventTypes.map(({ eventType: value, label }) => ({ value, label }))}
          style={{ flex: 1, minWidth: 200 }}
        />
        <Button leftSection={<Send size={15} />} onClick={send} loading={test.isPending} disabled={!endpoint.enabled}>
          Send test event
        </Button>
      </Group>
      {!endpoint.enabled && <Text c="dimmed">The endpoint is disabled: enable it to send something.</Text>}
      {sent !== null && <Result key={sent.callId} projectId={endpoint.projectId} {...sent} />}
    </Stack>
  );
}

const LOOK_MS = 400;
/** Then it is worth saying that nothing came. */
const LONG_MS = 8000;

interface ResultProps {
  readonly projectId: string;
  readonly callId: string;
  /** When it was sent, Unix milliseconds. */
  readonly at: number;
}

function Result({ projectId, callId, at }: ResultProps) {
  // The live hints tell what follows the first attempt.
  const call = useCall(projectId, callId, (found) => (found?.items[0]?.deliveries[0] === undefined ? LOOK_MS : false));
  const delivery = call.data?.items[0]?.deliveries[0];
  const now = useNow();
  if (call.error) return <ProblemAlert error={call.error} />;
  if (delivery === undefined) {
    return (
      <Text c="dimmed" role="status">
        {now - at < LONG_MS
          ? 'On its way …'
          : 'Nothing is recorded yet. The event is safe in Kafka, and goes out as soon as the delivery service gets to it.'}
      </Text>
    );
  }
  return (
    <Stack gap="xs" role="status" aria-label="Result of the test">
      <Group gap="sm">
        <StatusBadge status={delivery.status} />
        <Link className="text-link" to={`/p/${projectId}/deliveries/${delivery.id}`}>
          <Text component="span">Open the delivery</Text>
        </Link>
      </Group>
      <Attempts projectId={projectId} deliveryId={delivery.id} count={delivery.attemptCount} />
    </Stack>
  );
}

interface AttemptsProps {
  readonly projectId: string;
  readonly deliveryId: string;
  /** Made so far. */
  readonly count: number;
}

function Attempts({ projectId, deliveryId, count }: AttemptsProps) {
  const delivery = useDelivery(projectId, deliveryId, (found) =>
    found !== undefined && found.attempts.length < count ? LOOK_MS : false,
  );
  return <AttemptList attempts={delivery.data?.attempts ?? []} />;
}
