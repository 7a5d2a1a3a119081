import { Stack, Tabs, Text, Title } from '@mantine/core';
// The receivers that `npm run receivers` tries out, as they are: what is shown here is known to work.
import go from '../../../../test/receivers/go/receiver.go?raw';
import java from '../../../../test/receivers/java/Receiver.java?raw';
import node from '../../../../test/receivers/node/receiver.mjs?raw';
import python from '../../../../test/receivers/python/receiver.py?raw';
import { Code } from '../ui/code.js';

const LANGUAGES = [
  { name: 'Node', text: node, run: 'KEYS=keys node receiver.mjs' },
  { name: 'Python', text: python, run: 'pip install fastapi uvicorn cryptography && KEYS=keys python receiver.py' },
  { name: 'Go', text: go, run: 'KEYS=keys go run receiver.go' },
  { name: 'Java', text: java, run: 'KEYS=keys java Receiver.java' },
];

/** A whole receiver in each of four languages. */
export function VerifySnippets() {
  return (
    <Stack gap="sm" component="section" aria-label="Verify it yourself">
      <Title order={3}>Verify it yourself</Title>
      <Text c="dimmed">
        Signed are the bytes of <span className="mono">X-Recho-Timestamp</span>, a full stop, and the raw body, with RSA
        PKCS#1 v1.5 and SHA-256. <span className="mono">keys</span> is a folder with each public key as{' '}
        <span className="mono">&lt;key id&gt;.pem</span>.
      </Text>
      <Tabs defaultValue="Node" keepMounted={false}>
        <Tabs.List mb="xs">
          {LANGUAGES.map(({ name }) => (
            <Tabs.Tab key={name} value={name}>
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {LANGUAGES.map(({ name, text, run }) => (
          <Tabs.Panel key={name} value={name}>
            <Text size="xs" c="dimmed" mb={6}>
              Run it: <span className="mono">{run}</span>
            </Text>
            <Code text={text} what={`Receiver in ${name}`} most={320} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}
