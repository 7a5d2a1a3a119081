import { SegmentedControl, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import { Monitor, Moon, Sun } from 'lucide-react';

const SCHEMES = [
  { value: 'light', label: 'Light', Icon: Sun },
  { value: 'auto', label: 'As the system', Icon: Monitor },
  { value: 'dark', label: 'Dark', Icon: Moon },
] as const;

export function ColorScheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      size="xs"
      aria-label="Colours"
      value={colorScheme}
      onChange={(value) => setColorScheme(value as (typeof SCHEMES)[number]['value'])}
      data={SCHEMES.map(({ value, label, Icon }) => ({
        value,
        label: (
          <span title={label} style={{ display: 'block', padding: '2px 0' }}>
            <Icon size={14} style={{ display: 'block' }} aria-hidden />
            <VisuallyHidden>{label}</VisuallyHidden>
          </span>
        ),
      }))}
    />
  );
}
