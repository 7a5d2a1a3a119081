import {
  Button,
  Collapse,
  Group,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState, type FormEvent, type ReactNode } from 'react';
import { asProblem } from '../api/problem.js';
import { AUTH_TYPES, ENDPOINT_TYPES, type AuthType, type EndpointSettings, type EndpointType } from '../api/types.js';
import { ProblemAlert } from '../ui/problem.js';
import { AUTHS, TYPES } from './endpoint-words.js';

const FIELDS = ['name', 'target', 'authType', 'contentKey'];

interface EndpointFormProps {
  readonly initial: EndpointSettings;
  /** The type cannot change once it is there. */
  readonly isNew: boolean;
  readonly action: string;
  readonly running: boolean;
  readonly error: unknown;
  readonly onSubmit: (settings: EndpointSettings) => void;
  readonly onCancel: () => void;
  readonly note?: ReactNode;
}

/** An endpoint's settings. What is wrong with them says the API, beside the field that it is about. */
export function EndpointForm({ initial, isNew, action, running, error, onSubmit, onCancel, note }: EndpointFormProps) {
  const [settings, setSettings] = useState(initial);
  const [more, { toggle }] = useDisclosure(initial.contentKey !== null);
  const problem = error ? asProblem(error) : null;
  const { endpointType, authType } = settings;
  const words = TYPES[endpointType];
  const set = (change: Partial<EndpointSettings>): void => setSettings({ ...settings, ...change });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit({ ...settings, target: settings.target.trim() });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {isNew && (
          <SegmentedControl
            fullWidth
            aria-label="Type"
            value={endpointType}
            onChange={(value) => set({ endpointType: value as EndpointType, authType: 'NONE' })}
            data={ENDPOINT_TYPES.map((value) => ({ value, label: <TypeLabel type={value} /> }))}
          />
        )}
        <TextInput
          label="Name"
          placeholder="CRM"
          data-autofocus
          value={settings.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={problem?.faultOf('name')}
        />
        <TextInput
          label={words.target}
          description={words.hint}
          placeholder={words.example}
          value={settings.target}
          onChange={(event) => set({ target: event.currentTarget.value })}
          error={problem?.faultOf('target')}
          inputMode={endpointType === 'EMAIL' ? 'email' : 'url'}
          autoComplete="off"
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' } }}
        />
        {endpointType === 'CUSTOM' && (
          <>
            <Select
              label="Authentication"
              description={AUTHS[authType].hint}
              allowDeselect={false}
              value={authType}
              onChange={(value) => set({ authType: value as AuthType })}
              data={AUTH_TYPES.map((value) => ({ value, label: AUTHS[value].label }))}
              error={problem?.faultOf('authType')}
            />
            <UnstyledButton onClick={toggle} aria-expanded={more} c="var(--accent)" fz="sm" w="fit-content">
              {more ? 'Fewer settings' : 'More settings'}
            </UnstyledButton>
            <Collapse expanded={more}>
              <TextInput
                label="Content key"
                description="Opaque to Recho Notify; sent back to you with each event, as webhookEndpoint.contentKey"
                value={settings.contentKey ?? ''}
                onChange={(event) => set({ contentKey: event.currentTarget.value || null })}
                error={problem?.faultOf('contentKey')}
              />
            </Collapse>
          </>
        )}
        {problem !== null && !problem.errors.some(({ field }) => FIELDS.includes(field)) && (
          <ProblemAlert error={problem} />
        )}
        {note}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={running}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function TypeLabel({ type }: { readonly type: EndpointType }) {
  const { Icon, label } = TYPES[type];
  return (
    <Group gap={6} justify="center" wrap="nowrap">
      <Icon size={14} aria-hidden />
      <Text component="span" size="xs" fw={500}>
        {label}
      </Text>
    </Group>
  );
}
