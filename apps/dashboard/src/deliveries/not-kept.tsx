import { Text } from '@mantine/core';

/** What was sent too, and is not known any more. */
export function NotKept({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <Text size="xs" c="dimmed" mt={4}>
      Sent as well, and not kept: <span className="mono">{names.join(', ')}</span>
    </Text>
  );
}
