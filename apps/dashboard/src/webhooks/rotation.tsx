import { Box, Button, Stack, Text } from '@mantine/core';
import type { SigningKey } from '../api/types.js';
import styles from './rotation.module.css';

interface RotationProps {
  readonly keys: readonly SigningKey[];
  /** Left out: there is no new key, or whoever looks may not. */
  readonly onActivate?: () => void;
}

/** How a key is replaced with nothing refused at any moment, and which step is next. */
export function Rotation({ keys, onActivate }: RotationProps) {
  const isNew = keys.some(({ state }) => state === 'new');
  const isRetired = keys.some(({ state }) => state === 'retired');
  const next = isNew ? 1 : isRetired ? 3 : 0;
  const steps = [
    'Make a new key. Requests are still signed with the old one.',
    'Give your server both public keys.',
    'Activate the new key, once your server knows it.',
    'When no request with the old id has come for a while, take its public key away and delete it here.',
  ];
  return (
    <Box className={styles['box']}>
      <Text fw={550} mb={6}>
        Replacing a key, with nothing refused
      </Text>
      <ol className={styles['steps']}>
        {steps.map((step, index) => (
          <li key={step} data-next={index === next || (next === 1 && index === 2)}>
            {step}
          </li>
        ))}
      </ol>
      {onActivate !== undefined && (
        <Stack align="flex-start" mt="xs">
          <Button size="xs" onClick={onActivate}>
            My server knows both: activate the new key
          </Button>
        </Stack>
      )}
    </Box>
  );
}
