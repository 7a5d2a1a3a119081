import { Group, Stack, Text } from '@mantine/core';
import { PhoneOff } from 'lucide-react';
import { useParams } from 'react-router';
import { useCall } from '../api/deliveries.js';
import { useEndpoints } from '../api/endpoints.js';
import { hasEnded, type CallHistory } from '../api/history-types.js';
import { useProjectId } from '../api/projects.js';
import { Id } from '../ui/copy.js';
import { useEventLabel } from '../ui/event-type.js';
import { useNow } from '../ui/now.js';
import { Page } from '../ui/page.js';
import { Empty, Loaded } from '../ui/states.js';
import { answersOf } from './answer.js';
import styles from './call.module.css';
import { Timeline } from './timeline.js';

/** While nothing is known of it, and while something of it is open: a hint that is lost must not leave an old state there. */
const LOOK_MS = 1000;
const OPEN_MS = 5000;

/** One call: what became of it in a sentence, and its events in order, at each endpoint. */
export function CallPage() {
  const { callId = '' } = useParams();
  const call = useCall(useProjectId(), callId, lookAgain);
  return (
    <Page title="Call" lead={<Id value={callId} what="the call's id" />}>
      <Loaded query={call}>
        {(found) =>
          found === null ? (
            <div className="card">
              <Empty icon={PhoneOff} title="Nothing is known of this call">
                It is shown here once the first attempt for one of its events is recorded. Ids have to be the whole of
                it.
              </Empty>
            </div>
          ) : (
            <Shown call={found} />
          )
        }
      </Loaded>
    </Page>
  );
}

function lookAgain(call: CallHistory | null | undefined): number | false {
  if (call === null || call === undefined) return call === null ? LOOK_MS : false;
  const deliveries = call.items.flatMap((item) => item.deliveries);
  return call.lanes.length > 0 || deliveries.some(({ status }) => !hasEnded(status)) ? OPEN_MS : false;
}

function Shown({ call }: { readonly call: CallHistory }) {
  const labelOf = useEventLabel();
  const endpoints = useEndpoints(useProjectId()).data ?? [];
  const now = useNow();
  const names = new Map(
    call.items.flatMap(({ deliveries }) => deliveries.map((one) => [one.endpointId, one.endpointName])),
  );
  const endpointOf = (id: string): string =>
    endpoints.find((one) => one.id === id)?.name ?? names.get(id) ?? 'the endpoint';
  const answers = answersOf(call, { labelOf, endpointOf, now });
  return (
    <Stack gap="md">
      <Stack gap="xs" role="status" aria-label="What became of it">
        {answers.map(({ tone, text }) => (
          <Group key={text} className={styles['answer']} data-tone={tone} wrap="nowrap">
            <Text fw={550} size="md" style={{ overflowWrap: 'anywhere' }}>
              {text}
            </Text>
          </Group>
        ))}
      </Stack>
      <Timeline call={call} />
      {call.nextCursor !== null && <Text c="dimmed">The first {call.items.length} events are shown.</Text>}
    </Stack>
  );
}
