import { AppShell, Burger, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, type ReactNode } from 'react';
import { useLocation } from 'react-router';
import { useLiveUpdates } from '../api/live.js';
import { useProject, useProjectId } from '../api/projects.js';
import { Loaded } from '../ui/states.js';
import { ApiProblem } from '../api/problem.js';
import { Brand } from './brand.js';
import { ErrorBoundary } from './error-boundary.js';
import { NoProject } from './not-found.js';
import { Navigation } from './navigation.js';
import styles from './shell.module.css';

/** Around every page of a project. */
export function Shell({ content }: { readonly content: ReactNode }) {
  const projectId = useProjectId();
  const [opened, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  const project = useProject(projectId);
  const liveness = useLiveUpdates(projectId, project.isSuccess);
  useEffect(close, [pathname, close]);

  return (
    <AppShell
      layout="alt"
      header={{ height: { base: 52, sm: 0 } }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'md', sm: 'xl' }}
    >
      <a href="#content" className={styles['skip']}>
        Skip to the page
      </a>
      <AppShell.Header hiddenFrom="sm" className={styles['header']}>
        <Group h="100%" px="md" justify="space-between">
          <Brand />
          <Burger opened={opened} onClick={toggle} size="sm" aria-label={opened ? 'Close the menu' : 'Open the menu'} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={styles['navbar']}>
        <Navigation projectId={projectId} liveness={liveness} onClose={close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={styles['main']}>
        <ErrorBoundary key={pathname}>
          {isMissing(project.error) ? <NoProject /> : <Loaded query={project}>{() => content}</Loaded>}
        </ErrorBoundary>
      </AppShell.Main>
    </AppShell>
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 404;
}
