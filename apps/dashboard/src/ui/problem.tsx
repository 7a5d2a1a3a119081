import { Alert, Button, Group, List, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { CircleAlert } from 'lucide-react';
import { asProblem } from '../api/problem.js';

/** What the API said, in its own words. @param again left out: there is nothing to try again. */
export function ProblemAlert({ error, again }: { readonly error: unknown; readonly again?: () => void }) {
  const { title, message, status, errors, instance } = asProblem(error);
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<CircleAlert size={18} />}
      title={sentenceCase(title)}
      styles={{ title: { color: 'var(--bad)' } }}
    >
      {errors.length > 1 ? (
        <List size="sm">
          {errors.map(({ field, message: fault }) => (
            <List.Item key={`${field} ${fault}`}>{`${field} ${fault}`}</List.Item>
          ))}
        </List>
      ) : (
        <Text style={{ overflowWrap: 'anywhere' }}>{firstUpper(message)}.</Text>
      )}
      <Group mt="xs" gap="sm">
        {again !== undefined && (
          <Button size="xs" variant="default" onClick={again}>
            Try again
          </Button>
        )}
        <Text size="xs" c="dimmed">
          {[status > 0 ? `Status ${status}` : '', instance ?? ''].filter(Boolean).join(' · ')}
        </Text>
      </Group>
    </Alert>
  );
}

/** For what was asked for by a click, when there is no better place to tell. */
export function notifyProblem(error: unknown): void {
  const { title, message } = asProblem(error);
  notifications.show({
    color: 'red',
    title: sentenceCase(title),
    message: `${firstUpper(message)}.`,
    autoClose: 12_000,
  });
}

export function notifyDone(message: string): void {
  notifications.show({ color: 'teal', message, autoClose: 4000 });
}

function firstUpper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `Not Found` is a title of HTTP; here it reads `Not found`. */
function sentenceCase(title: string): string {
  return firstUpper(title.toLowerCase());
}
