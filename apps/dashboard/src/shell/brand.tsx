import { Group, Text } from '@mantine/core';
import icon from '../icon.svg';

export function Brand() {
  return (
    <Group gap={8} wrap="nowrap">
      <img src={icon} width={24} height={24} alt="" />
      <Text fw={650} style={{ letterSpacing: '-0.01em', whiteSpace: 'nowrap' }}>
        Recho Notify
      </Text>
    </Group>
  );
}
