import { ActionIcon, Button, CopyButton, Group, Text } from '@mantine/core';
import { Check, Copy } from 'lucide-react';

/** @param what as in `the call's id`: for those who hear the page. */
export function CopyIcon({ value, what }: { readonly value: string; readonly what: string }) {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <ActionIcon
          size="sm"
          onClick={copy}
          aria-label={copied ? `Copied ${what}` : `Copy ${what}`}
          title={`Copy ${what}`}
        >
          {copied ? <Check size={14} /> : <Copy size={14} />}
        </ActionIcon>
      )}
    </CopyButton>
  );
}

export function CopyText({ value, label }: { readonly value: string; readonly label: string }) {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Button
          size="xs"
          variant="default"
          onClick={copy}
          leftSection={copied ? <Check size={14} /> : <Copy size={14} />}
        >
          {copied ? 'Copied' : label}
        </Button>
      )}
    </CopyButton>
  );
}

/** An id in full, to be copied. */
export function Id({ value, what }: { readonly value: string; readonly what: string }) {
  return (
    <Group gap={4} wrap="nowrap" style={{ display: 'inline-flex', minWidth: 0 }}>
      <Text component="span" className="mono">
        {value}
      </Text>
      <CopyIcon value={value} what={what} />
    </Group>
  );
}
