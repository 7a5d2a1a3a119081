import { Box, Stack, Tabs, Text } from '@mantine/core';
import type { Mail } from '../api/types.js';
import { Code } from './code.js';

/** A mail as it looks, and as text. */
export function MailBox({ mail, to }: { readonly mail: Mail; readonly to: string }) {
  return (
    <Stack gap="xs">
      <Text>
        To <span className="mono">{to}</span>, subject <b>{mail.subject}</b>
      </Text>
      <Tabs defaultValue="html">
        <Tabs.List mb="xs">
          <Tabs.Tab value="html">As it looks</Tabs.Tab>
          <Tabs.Tab value="text">As text</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="html">
          {/* A page of its own without any rights: nothing in a mail runs or loads here. */}
          <Box
            component="iframe"
            title="The mail"
            sandbox=""
            srcDoc={mail.html}
            w="100%"
            h={320}
            style={{ border: '1px solid var(--line)', background: 'white' }}
          />
        </Tabs.Panel>
        <Tabs.Panel value="text">
          <Code text={mail.text} what="the mail's text" />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
