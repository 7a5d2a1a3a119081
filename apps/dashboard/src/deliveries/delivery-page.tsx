import { Group, Stack, Text } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { useDelivery } from '../api/deliveries.js';
import { hasEnded, type DeliveryWithAttempts } from '../api/history-types.js';
import { useProjectId } from '../api/projects.js';
import { Code } from '../ui/code.js';
import { Id } from '../ui/copy.js';
import { durationText } from '../ui/duration.js';
import { useEventLabel } from '../ui/event-type.js';
import { Fact, Facts } from '../ui/facts.js';
import { MailBox } from '../ui/mail.js';
import { Page, Section } from '../ui/page.js';
import { Loaded } from '../ui/states.js';
import { StatusBadge } from '../ui/status.js';
import { Moment } from '../ui/time.js';
import { AttemptList } from './attempt-list.js';
import { NotKept } from './not-kept.js';
import { Resend } from './resend.js';
import { traceIdOf } from './trace-id.js';
import { Trace } from './trace.js';

/** One event for one endpoint: what was tried, and what came back. */
export function DeliveryPage() {
  const { deliveryId = '' } = useParams();
  const delivery = useDelivery(useProjectId(), deliveryId);
  return <Loaded query={delivery}>{(found) => <Shown delivery={found} />}</Loaded>;
}

function Shown({ delivery }: { readonly delivery: DeliveryWithAttempts }) {
  const projectId = useProjectId();
  const label = useEventLabel();
  const { id, eventType, eventId, callId, endpointName, status, statusAt, reason, attempts, event, content } = delivery;
  const { receivedAt, redriveCount, attemptCount } = delivery;
  const traceId = traceIdOf(attempts.at(-1)?.traceparent ?? null);
  return (
    <Page
      title={`${label(eventType)} to ${endpointName}`}
      lead={
        <Group gap="sm">
          <StatusBadge status={status} />
          <span>
            since <Moment at={statusAt} />
          </span>
          <span>
            call{' '}
            <Link className="text-link mono" to={`/p/${projectId}/calls/${encodeURIComponent(callId)}`}>
              {callId}
            </Link>
          </span>
        </Group>
      }
      actions={hasEnded(status) ? <Resend delivery={delivery} /> : undefined}
    >
      <Section title="Delivery">
        <Stack p="md">
          <Facts>
            {reason !== null && <Fact name="Reason">{reason}</Fact>}
            <Fact name="Received">
              <Moment at={receivedAt} withMs />
              {delivered(delivery)}
            </Fact>
            <Fact name="Attempts">
              {attemptCount}
              {redriveCount > 0 &&
                `, since it was sent again by hand (${redriveCount === 1 ? 'once' : `${redriveCount} times`})`}
            </Fact>
            <Fact name="Delivery id">
              <Id value={id} what="the delivery's id" />
            </Fact>
            <Fact name="Event id">
              <Id value={eventId} what="the event's id" />
            </Fact>
            {traceId !== null && (
              <Fact name="Trace">
                <Trace id={traceId} />
              </Fact>
            )}
          </Facts>
        </Stack>
      </Section>
      <Section title="Attempts">
        <Stack p="md">
          <AttemptList attempts={attempts} />
        </Stack>
      </Section>
      {content !== null && (
        <Section title="What was sent" lead="Made anew from the event, as the attempts sent it.">
          <Stack p="md" gap={4}>
            {content.email !== null ? (
              <MailBox mail={content.email} to={attempts.at(-1)?.target ?? endpointName} />
            ) : (
              <Code text={JSON.stringify(content.body, null, 2)} what="the body that was sent" most={420} />
            )}
            <NotKept names={content.notKept} />
          </Stack>
        </Section>
      )}
      <Section title="Event" lead="As it was received.">
        <Stack p="md">
          {event === null ? (
            <Text c="dimmed">The history does not have the event.</Text>
          ) : (
            <Code text={JSON.stringify(event, null, 2)} what="the event" most={420} />
          )}
        </Stack>
      </Section>
    </Page>
  );
}

/** `, delivered 320 ms later` */
function delivered({ status, statusAt, receivedAt }: DeliveryWithAttempts): string {
  return status === 'delivered'
    ? `, delivered ${durationText(Date.parse(statusAt) - Date.parse(receivedAt))} later`
    : '';
}
