import { Center, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { ProblemAlert } from './problem.js';

interface Asked<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

interface LoadedProps<Data> {
  readonly query: Asked<Data>;
  /** Rows to draw while it loads. */
  readonly rows?: number;
  readonly children: (data: Data) => ReactNode;
}

/** What was answered; until then its outline, and what went wrong if something did. */
export function Loaded<Data>({ query, rows = 4, children }: LoadedProps<Data>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <ProblemAlert error={query.error} again={() => void query.refetch()} />;
  return <Outline rows={rows} />;
}

export function Outline({ rows }: { readonly rows: number }) {
  return (
    <Stack gap="sm" p="md" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={18} width={`${92 - ((index * 17) % 40)}%`} />
      ))}
    </Stack>
  );
}

interface EmptyProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** There is nothing, why that is, and what to do. */
export function Empty({ icon: Icon, title, children, action }: EmptyProps) {
  return (
    <Center p={{ base: 'lg', sm: 48 }}>
      <Stack gap="xs" align="center" maw={460} ta="center">
        <Icon size={28} strokeWidth={1.5} color="var(--muted)" aria-hidden />
        <Title order={3}>{title}</Title>
        {children !== undefined && (
          <Text c="dimmed" component="div">
            {children}
          </Text>
        )}
        {action}
      </Stack>
    </Center>
  );
}
