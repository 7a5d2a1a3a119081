import { Accordion, Box, Group, Stack, Text } from '@mantine/core';
import type { Attempt } from '../api/history-types.js';
import { AUTHS } from '../webhooks/endpoint-words.js';
import { Code, pretty } from '../ui/code.js';
import { Id } from '../ui/copy.js';
import { durationText } from '../ui/duration.js';
import { VerdictBadge } from '../ui/status.js';
import { Moment } from '../ui/time.js';
import { Fact, Facts } from '../ui/facts.js';
import styles from './attempt-list.module.css';
import { NotKept } from './not-kept.js';

const keyOf = ({ redrive, attempt, startedAt }: Attempt): string => `${redrive}.${attempt}.${startedAt}`;

/** Every attempt, in order; opened, what it said and what came back. */
export function AttemptList({ attempts }: { readonly attempts: readonly Attempt[] }) {
  const last = attempts.at(-1);
  if (last === undefined) return <Text c="dimmed">No attempt was made yet.</Text>;
  return (
    <Accordion
      multiple
      variant="contained"
      defaultValue={[keyOf(last)]}
      classNames={{ item: styles['item'], control: styles['control'], content: styles['content'] }}
    >
      {attempts.map((attempt) => (
        <Accordion.Item key={keyOf(attempt)} value={keyOf(attempt)}>
          <Accordion.Control>
            <Summary attempt={attempt} />
          </Accordion.Control>
          <Accordion.Panel>
            <Details attempt={attempt} />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

function Summary({
  attempt: { attempt, redrive, startedAt, durationMs, verdict, responseStatus },
}: {
  readonly attempt: Attempt;
}) {
  return (
    <Group gap="sm" wrap="wrap">
      <Text fw={550} component="span" miw={76}>
        Attempt {attempt}
      </Text>
      <VerdictBadge verdict={verdict} />
      <Text component="span" className="mono">
        {responseStatus ?? 'no answer'}
      </Text>
      <Text component="span" c="dimmed">
        {durationText(durationMs)}
      </Text>
      <Text component="span" c="dimmed">
        <Moment at={startedAt} withMs />
      </Text>
      {redrive > 0 && (
        <Text component="span" size="xs" c="dimmed">
          redrive {redrive}
        </Text>
      )}
    </Group>
  );
}

function Details({ attempt }: { readonly attempt: Attempt }) {
  const { target, authType, keyId, reason, responseBody, responseStatus, request } = attempt;
  return (
    <Stack gap="sm">
      <Facts>
        {reason !== null && <Fact name="Reason">{reason}</Fact>}
        <Fact name="Target">
          <span className="mono">{target}</span>
        </Fact>
        <Fact name="Authentication">{AUTHS[authType].label}</Fact>
        {keyId !== null && (
          <Fact name="Signed with">
            <Id value={keyId} what="the key's id" />
          </Fact>
        )}
      </Facts>
      {request !== null && (
        <Box>
          <Text size="xs" c="dimmed" mb={4}>
            Request
          </Text>
          <Code text={requestText(request, target)} what="the request's headers" most={220} />
          <NotKept names={request.notKept} />
        </Box>
      )}
      <Box>
        <Text size="xs" c="dimmed" mb={4}>
          Answer
        </Text>
        {responseBody !== null && responseBody !== '' ? (
          <Code text={pretty(responseBody)} what="the answer" />
        ) : (
          <Text>{responseStatus === null ? 'There was none.' : 'Its body was empty.'}</Text>
        )}
      </Box>
    </Stack>
  );
}

function requestText({ method, headers }: NonNullable<Attempt['request']>, target: string): string {
  return [`${method} ${target}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)].join('\n');
}
