import { Box, Center, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { Navigate } from 'react-router';
import { useProjects } from '../api/projects.js';
import { useSignedIn } from '../api/session.js';
import { Brand } from '../shell/brand.js';
import { Loaded } from '../ui/states.js';
import { NewProjectForm } from './new-project.js';

/** The first address: on to a project, or to making the first one. */
export function Start() {
  const { project } = useSignedIn();
  return project !== null ? <Navigate to={`/p/${project.id}`} replace /> : <OperatorStart />;
}

function OperatorStart() {
  const projects = useProjects(true);
  useDocumentTitle('Welcome · Recho Notify');
  return (
    <Center component="main" mih="100dvh" p="md">
      <Loaded query={projects}>
        {(all) => {
          // The newest is the one that is being set up.
          const newest = all.at(-1);
          return newest !== undefined ? <Navigate to={`/p/${newest.id}`} replace /> : <FirstProject />;
        }}
      </Loaded>
    </Center>
  );
}

function FirstProject() {
  return (
    <Box className="card" p={{ base: 'lg', sm: 32 }} w="100%" maw={460}>
      <Stack gap="md">
        <Brand />
        <Box>
          <Title order={1}>Welcome</Title>
          <Text c="dimmed" mt={4}>
            Recho Notify delivers call events to Slack, Teams, email and HTTPS endpoints, each call in order. It begins
            with a project; the first delivery is two minutes away.
          </Text>
        </Box>
        <NewProjectForm />
      </Stack>
    </Box>
  );
}
