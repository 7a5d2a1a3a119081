import { Box, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './first-steps.module.css';

const STEPS = [
  ['Create an endpoint', 'Where events should go: a Slack or Teams channel, an email address, or your own URL.'],
  ['Send a test event', 'It travels the real way, and you watch the answer arrive, attempt by attempt.'],
  ['Choose what fires', 'Which of the 18 call events the endpoint gets, under Notification Triggers.'],
] as const;

/** In place of an empty list: the way to the first delivery. @param create left out: whoever looks may not. */
export function FirstSteps({ create }: { readonly create?: ReactNode }) {
  return (
    <Box className="card" p={{ base: 'md', sm: 32 }}>
      <Stack gap="lg">
        <Box>
          <Title order={2}>Your first delivery, in two minutes</Title>
          <Text c="dimmed" mt={4}>
            Nothing is delivered anywhere yet.
          </Text>
        </Box>
        <ol className={styles['steps']}>
          {STEPS.map(([title, text], index) => (
            <li key={title} className={styles['step']}>
              <span className={styles['number']} aria-hidden>
                {index + 1}
              </span>
              <Box>
                <Text fw={550}>{title}</Text>
                <Text c="dimmed">{text}</Text>
              </Box>
            </li>
          ))}
        </ol>
        <Box>
          {create ?? (
            <Text c="dimmed">Your key may look, and not change anything: ask for one with the role admin.</Text>
          )}
        </Box>
      </Stack>
    </Box>
  );
}
