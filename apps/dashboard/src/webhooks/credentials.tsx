import { Stack, Text } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { Endpoint } from '../api/types.js';
import { Outline } from '../ui/states.js';
import { Bearer } from './bearer.js';
import { AUTHS } from './endpoint-words.js';
import { SigningKeys } from './signing-keys.js';
import { Dialog } from '../ui/dialog.js';

const VerifySnippets = lazy(async () => ({ default: (await import('./verify-snippets.js')).VerifySnippets }));

interface CredentialsProps {
  readonly endpoint: Endpoint;
  readonly mayChange: boolean;
  readonly onClose: () => void;
}

/** How a Custom endpoint's requests are authenticated, and what its receiver needs for that. */
export function Credentials({ endpoint, mayChange, onClose }: CredentialsProps) {
  const { name, authType } = endpoint;
  return (
    <Dialog onClose={onClose} size="lg" title={`Credentials of ${name}`}>
      <Stack gap="xl">
        {authType !== 'SIGNATURE_RSA_SHA256' && <Bearer endpoint={endpoint} mayChange={mayChange} />}
        <SigningKeys endpoint={endpoint} mayChange={mayChange} />
        <Text size="xs" c="dimmed">
          In use now: {AUTHS[authType].label}. Which one is used stands in the endpoint's settings.
        </Text>
        <Suspense fallback={<Outline rows={3} />}>
          <VerifySnippets />
        </Suspense>
      </Stack>
    </Dialog>
  );
}
