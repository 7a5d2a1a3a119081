import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import styles from './page.module.css';

interface PageProps {
  readonly title: string;
  /** One sentence: what the page is for. */
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, lead, actions, children }: PageProps) {
  useDocumentTitle(`${title} · Recho Notify`);
  return (
    <Stack gap="md" className={styles['page']}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <Box className={styles['heading']}>
          <Title order={1} className={styles['title']}>
            {title}
          </Title>
          {lead !== undefined && (
            <Text c="dimmed" mt={4} component="div">
              {lead}
            </Text>
          )}
        </Box>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}

/** A box with a heading. */
export function Section({ title, lead, actions, children }: PageProps) {
  return (
    <section className={`card ${styles['section']}`} aria-label={title}>
      <Group justify="space-between" className={styles['sectionHead']} gap="sm">
        <Box className={styles['heading']}>
          <Title order={2}>{title}</Title>
          {lead !== undefined && (
            <Text size="xs" c="dimmed" component="div">
              {lead}
            </Text>
          )}
        </Box>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </section>
  );
}
