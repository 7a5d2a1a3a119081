import { Box, Menu, ScrollArea, Text, TextInput, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Check, ChevronsUpDown, Plus } from 'lucide-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useProject, useProjects } from '../api/projects.js';
import { useSignedIn } from '../api/session.js';
import { NewProject } from '../welcome/new-project.js';
import styles from './project-switcher.module.css';

/** A search is shown from so many projects on. */
const MANY = 8;

/** Which project the pages are of; the operator goes to others. */
export function ProjectSwitcher({ projectId }: { readonly projectId: string }) {
  const { role, project } = useSignedIn();
  const isOperator = role === 'operator';
  const name = useProject(projectId).data?.name ?? (project?.id === projectId ? project.name : '…');
  const projects = useProjects(isOperator).data ?? [];
  const [wanted, setWanted] = useState('');
  const [isMaking, making] = useDisclosure();
  const navigate = useNavigate();

  const box = (
    <>
      <Box style={{ minWidth: 0 }}>
        <Text size="xs" c="dimmed">
          Project
        </Text>
        <Text fw={550} truncate>
          {name}
        </Text>
      </Box>
      {isOperator && <ChevronsUpDown size={15} aria-hidden />}
    </>
  );
  if (!isOperator) return <div className={styles['box']}>{box}</div>;
  const found = projects.filter((one) => one.name.toLowerCase().includes(wanted.trim().toLowerCase()));
  return (
    <>
      <Menu width={260} position="bottom-start" onClose={() => setWanted('')}>
        <Menu.Target>
          <UnstyledButton className={styles['box']}>
            {box}
            <VisuallyHidden>, choose another</VisuallyHidden>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {projects.length >= MANY && (
            <TextInput
              size="xs"
              p={4}
              aria-label="Find a project"
              placeholder="Find a project"
              value={wanted}
              onChange={(event) => setWanted(event.currentTarget.value)}
            />
          )}
          <ScrollArea.Autosize mah={320}>
            {found.map((one) => (
              <Menu.Item
                key={one.id}
                onClick={() => void navigate(`/p/${one.id}/webhooks`)}
                rightSection={one.id === projectId ? <Check size={14} aria-label="this one" /> : undefined}
              >
                <Text truncate maw={190}>
                  {one.name}
                </Text>
              </Menu.Item>
            ))}
          </ScrollArea.Autosize>
          <Menu.Divider />
          <Menu.Item leftSection={<Plus size={14} />} onClick={making.open}>
            New project
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isMaking && <NewProject onClose={making.close} />}
    </>
  );
}
