import { Autocomplete, Button, Group, Select } from '@mantine/core';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useApiKeys, type AuditFilter } from '../api/team.js';
import { When } from '../ui/when.js';
import { ACTIONS } from './audit-words.js';

const FIELDS = ['action', 'actor', 'from', 'to'] as const;
const NOTHING: AuditFilter = { action: '', actor: '', from: '', to: '' };

/** It stands in the address, so that it can be sent to a colleague. */
export function useAuditFilter(): {
  readonly filter: AuditFilter;
  readonly isFiltered: boolean;
  readonly change: (change: Partial<AuditFilter>) => void;
} {
  const [address, setAddress] = useSearchParams();
  const text = address.toString();
  const filter = useMemo(() => {
    const from = new URLSearchParams(text);
    return Object.fromEntries(FIELDS.map((field) => [field, from.get(field) ?? ''])) as unknown as AuditFilter;
  }, [text]);
  return {
    filter,
    isFiltered: FIELDS.some((field) => filter[field] !== ''),
    change: (change) => {
      const pairs = Object.entries({ ...filter, ...change }).filter(([, value]) => value !== '');
      setAddress(Object.fromEntries(pairs), { replace: true });
    },
  };
}

interface AuditFiltersProps {
  readonly projectId: string;
  readonly filter: AuditFilter;
  readonly isFiltered: boolean;
  readonly onChange: (change: Partial<AuditFilter>) => void;
}

export function AuditFilters({ projectId, filter, isFiltered, onChange }: AuditFiltersProps) {
  const keys = useApiKeys(projectId).data ?? [];
  const actors = [...new Set(['admin token', ...keys.map(({ name }) => name)])];
  return (
    <Group gap="xs" px="md" py="sm" role="search" aria-label="Filters of the audit log">
      <Select
        aria-label="What was done"
        placeholder="Anything"
        clearable
        searchable
        size="xs"
        w={190}
        value={filter.action || null}
        onChange={(action) => onChange({ action: action ?? '' })}
        data={[...ACTIONS]}
      />
      {/* Of a revoked key, somebody still knows the name. */}
      <Autocomplete
        aria-label="Who did it"
        placeholder="Anybody"
        size="xs"
        w={160}
        value={filter.actor}
        onChange={(actor) => onChange({ actor })}
        data={actors}
      />
      <When label="From" value={filter.from} onChange={(from) => onChange({ from })} size="xs" />
      <When label="Before" value={filter.to} onChange={(to) => onChange({ to })} size="xs" />
      {isFiltered && (
        <Button size="xs" variant="subtle" color="gray" onClick={() => onChange(NOTHING)}>
          Clear
        </Button>
      )}
    </Group>
  );
}
