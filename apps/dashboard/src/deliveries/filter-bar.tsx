import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Search as SearchIcon } from 'lucide-react';
import { useState } from 'react';
import { STATUSES } from '../api/history-types.js';
import { useEndpoints } from '../api/endpoints.js';
import { useEventTypes } from '../api/triggers.js';
import { statusLabel } from '../ui/status.js';
import { When } from '../ui/when.js';
import { SINCE, type Search } from '../api/delivery-filter.js';
import styles from './filter-bar.module.css';

interface FilterBarProps {
  readonly projectId: string;
  readonly search: Search;
  readonly isSearching: boolean;
  readonly onChange: (change: Partial<Search>) => void;
  /** Dead letters have one status. */
  readonly withStatus?: boolean;
}

const TYPING_MS = 300;
const CUSTOM = 'custom';

export function FilterBar({ projectId, search, isSearching, onChange, withStatus = true }: FilterBarProps) {
  const endpoints = useEndpoints(projectId).data ?? [];
  const eventTypes = useEventTypes().data ?? [];
  const isCustom = search.since === '' && search.from + search.to !== '';
  const [wantsCustom, setWantsCustom] = useState(isCustom);
  return (
    <Group gap="xs" className={styles['bar']} role="search" aria-label="Filters">
      <CallSearch key={search.callId} callId={search.callId} onChange={(callId) => onChange({ callId })} />
      {withStatus && (
        <Select
          aria-label="Status"
          placeholder="Any status"
          clearable
          w={140}
          value={search.status || null}
          onChange={(status) => onChange({ status: status ?? '' })}
          data={STATUSES.map((value) => ({ value, label: statusLabel(value) }))}
        />
      )}
      <Select
        aria-label="Endpoint"
        placeholder="Any endpoint"
        clearable
        searchable
        w={170}
        value={search.endpointId || null}
        onChange={(endpointId) => onChange({ endpointId: endpointId ?? '' })}
        data={endpoints.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <Select
        aria-label="Event type"
        placeholder="Any event"
        clearable
        searchable
        w={170}
        value={search.eventType || null}
        onChange={(eventType) => onChange({ eventType: eventType ?? '' })}
        data={eventTypes.map(({ eventType, label }) => ({ value: eventType, label }))}
      />
      <Select
        aria-label="Time"
        placeholder="Any time"
        clearable
        w={150}
        value={search.since || (wantsCustom ? CUSTOM : null)}
        onChange={(since) => {
          setWantsCustom(since === CUSTOM);
          onChange({ since: since === CUSTOM ? '' : (since ?? ''), from: '', to: '' });
        }}
        data={[
          ...Object.entries(SINCE).map(([value, { label }]) => ({ value, label })),
          { value: CUSTOM, label: 'From … to …' },
        ]}
      />
      {wantsCustom && (
        <>
          <When label="From" value={search.from} onChange={(from) => onChange({ from })} />
          <When label="To" value={search.to} onChange={(to) => onChange({ to })} />
        </>
      )}
      {isSearching && (
        <Button
          variant="subtle"
          color="gray"
          onClick={() => {
            setWantsCustom(false);
            onChange({ callId: '', endpointId: '', eventType: '', status: '', code: '', since: '', from: '', to: '' });
          }}
        >
          Clear
        </Button>
      )}
    </Group>
  );
}

function CallSearch({ callId, onChange }: { readonly callId: string; readonly onChange: (callId: string) => void }) {
  const [typed, setTyped] = useState(callId);
  const search = useDebouncedCallback(onChange, TYPING_MS);
  return (
    <TextInput
      aria-label="Call id"
      placeholder="Call id"
      leftSection={<SearchIcon size={15} />}
      className={styles['call']}
      value={typed}
      data-autofocus={typed !== ''}
      autoFocus={typed !== ''}
      spellCheck={false}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        search(event.currentTarget.value.trim());
      }}
    />
  );
}
