import { ActionIcon, Box, Divider, Group, Stack } from '@mantine/core';
import { Activity, Hourglass, Inbox, Send, Users, Webhook, X, type LucideIcon } from 'lucide-react';
import { NavLink } from 'react-router';
import type { Liveness } from '../api/live.js';
import { Account } from './account.js';
import { Brand } from './brand.js';
import { ColorScheme } from './color-scheme.js';
import { ProjectSwitcher } from './project-switcher.js';
import styles from './shell.module.css';

const LINKS: readonly { readonly to: string; readonly label: string; readonly Icon: LucideIcon }[] = [
  { to: 'webhooks', label: 'Webhooks', Icon: Webhook },
  { to: 'deliveries', label: 'Deliveries', Icon: Send },
  { to: 'waiting', label: 'Waiting', Icon: Hourglass },
  { to: 'dead-letters', label: 'Dead letters', Icon: Inbox },
  { to: 'health', label: 'Health', Icon: Activity },
  { to: 'team', label: 'Team', Icon: Users },
];

const LIVENESS: Readonly<Record<Liveness, string>> = {
  connecting: 'Connecting …',
  live: 'Live',
  polling: 'Every few seconds',
};

interface NavigationProps {
  readonly projectId: string;
  readonly liveness: Liveness;
  readonly onClose: () => void;
}

export function Navigation({ projectId, liveness, onClose }: NavigationProps) {
  return (
    <>
      <Group justify="space-between" px={6} h={28}>
        <Brand />
        <ActionIcon hiddenFrom="sm" onClick={onClose} aria-label="Close the menu">
          <X size={18} />
        </ActionIcon>
      </Group>
      <ProjectSwitcher projectId={projectId} />
      <Box component="nav" aria-label="Pages" style={{ flex: 1 }}>
        <ul className={styles['links']}>
          {LINKS.map(({ to, label, Icon }) => (
            <li key={to}>
              <NavLink to={`/p/${projectId}/${to}`} className={styles['link']}>
                <Icon size={17} strokeWidth={1.9} aria-hidden />
                {label}
              </NavLink>
            </li>
          ))}
        </ul>
      </Box>
      <Stack gap="sm">
        <Group justify="space-between" px={6}>
          <span
            className={styles['live']}
            data-liveness={liveness}
            role="status"
            title={
              liveness === 'live'
                ? 'This page shows what happens as it happens'
                : 'The live stream is away; this page asks every few seconds'
            }
          >
            {LIVENESS[liveness]}
          </span>
          <ColorScheme />
        </Group>
        <Divider color="var(--line)" />
        <Account />
      </Stack>
    </>
  );
}
