import { Box, Button, Center, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useState, type FormEvent } from 'react';
import { useSignIn } from '../api/session.js';
import { ProblemAlert } from '../ui/problem.js';
import { Brand } from './brand.js';
import { ColorScheme } from './color-scheme.js';

/** In place of any page, which is shown once somebody is signed in. */
export function SignIn() {
  const [key, setKey] = useState('');
  const signIn = useSignIn();
  useDocumentTitle('Sign in · Recho Notify');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    signIn.mutate(key.trim());
  };
  return (
    <Center component="main" mih="100dvh" p="md">
      <Box className="card" p={{ base: 'lg', sm: 32 }} w="100%" maw={420}>
        <form onSubmit={submit}>
          <Stack gap="md">
            <Brand />
            <Box>
              <Title order={1}>Sign in</Title>
              <Text c="dimmed" mt={4}>
                With an API key of your project. Operators sign in with the admin token, which the start of the service
                prints.
              </Text>
            </Box>
            <PasswordInput
              label="API key or admin token"
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              autoComplete="current-password"
              data-autofocus
              autoFocus
              required
              withAsterisk={false}
              visibilityToggleButtonProps={{ 'aria-label': 'Show the key' }}
            />
            {signIn.error && <ProblemAlert error={signIn.error} />}
            <Button type="submit" loading={signIn.isPending} disabled={key.trim() === ''} fullWidth>
              Sign in
            </Button>
            <Center>
              <ColorScheme />
            </Center>
          </Stack>
        </form>
      </Box>
    </Center>
  );
}
