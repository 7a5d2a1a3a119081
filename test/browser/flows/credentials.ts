import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testRunDir, waitFor, type Arrival } from '#libs/testkit';
import { startChild } from '../../../tools/stack/child-process.js';
import { freePort } from '../../../tools/stack/ports.js';
import { processesOfRun } from '#libs/testkit';
import { equal, hold } from '../expect.js';
import type { Flow } from '../flow.js';
import type { Stage } from '../stage.js';
import { clipboard, createCustom, sendTest } from './clicks.js';
import { projectWith } from './registered.js';

const arrivalsAt = ({ receiver }: Stage, name: string): readonly Arrival[] =>
  receiver.arrivals.filter(({ url }) => url.endsWith(`/${name}`));

export const credentialFlows: readonly Flow[] = [
  {
    name: 'a bearer token is made, copied, sent, replaced and revealed',
    run: async (stage) => {
      const { projectId } = await projectWith(stage, 'Bearer', stage.answering('none', 200));
      const visit = await stage.enter(`/p/${projectId}/webhooks`);
      const { page } = visit;
      const sent = (): unknown => arrivalsAt(stage, 'bearer').at(-1)?.headers.authorization;
      await page.getByRole('button', { name: 'Create new' }).click();
      await createCustom(page, 'Token', stage.answering('bearer', 200), 'Bearer token');
      await page.getByRole('button', { name: 'Make a token' }).click();
      await page.getByRole('button', { name: 'Copy', exact: true }).click();
      const first = await clipboard(page);
      hold(first.length >= 32, `what was copied is no token: ${first.length} characters`);
      await sendTest(page);
      equal('what was sent', sent(), `Bearer ${first}`);
      await page.getByRole('button', { name: 'Done' }).click();

      await page.getByRole('listitem', { name: 'Token' }).getByRole('button', { name: 'Credentials' }).click();
      const dialog = page.getByRole('dialog', { name: 'Credentials of Token' });
      equal('the number of tokens shown unasked', await dialog.getByLabel('Token', { exact: true }).count(), 0);
      await dialog.getByRole('button', { name: 'Reveal' }).click();
      equal('what is revealed', await dialog.getByLabel('Token', { exact: true }).inputValue(), first);
      await dialog.getByRole('button', { name: 'Replace by a new one' }).click();
      await page.getByRole('button', { name: 'Make a new token' }).click();
      await page.getByText('The token is set').first().waitFor();
      await waitFor('another token to be shown', async () => {
        return (await dialog.getByLabel('Token', { exact: true }).inputValue()) !== first;
      });
      await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
      const second = await clipboard(page);
      await dialog.getByRole('button', { name: 'Close' }).click();
      await page.getByRole('listitem', { name: 'Token' }).getByRole('button', { name: 'Test' }).click();
      await sendTest(page);
      equal('what was sent then', sent(), `Bearer ${second}`);
      await visit.close();
    },
  },
  {
    name: 'the snippet for Node verifies what is sent, before, during and after a key is replaced by clicking',
    run: async (stage) => {
      const { projectId } = await projectWith(stage, 'Signed', stage.answering('none', 200));
      const visit = await stage.enter(`/p/${projectId}/webhooks`);
      const { page } = visit;
      const keys = join(testRunDir(), 'keys');
      mkdirSync(keys);
      const port = await freePort();
      await page.getByRole('button', { name: 'Create new' }).click();
      await createCustom(page, 'Signed', `http://127.0.0.1:${port}/`, 'Signature (RSA-SHA256)');
      await page.getByRole('button', { name: 'Done' }).click();
      await page.getByRole('listitem', { name: 'Signed' }).getByRole('button', { name: 'Credentials' }).click();
      const dialog = page.getByRole('dialog', { name: 'Credentials of Signed' });
      const download = async (index: number): Promise<void> => {
        const [file] = await Promise.all([
          page.waitForEvent('download'),
          dialog.getByRole('button', { name: 'Download .pem' }).nth(index).click(),
        ]);
        await file.saveAs(join(keys, file.suggestedFilename()));
      };
      await download(0);
      await dialog.getByRole('button', { name: 'Copy Receiver in Node' }).click();
      writeFileSync(join(keys, '..', 'receiver.mjs'), await clipboard(page));
      // The receiver reads its keys when it starts: its owner starts it anew once there are two.
      const runReceiver = () => startReceiver(keys, port);
      const before = await runReceiver();
      await dialog.getByRole('button', { name: 'Close' }).click();
      const test = async (result: string): Promise<void> => {
        await page.getByRole('listitem', { name: 'Signed' }).getByRole('button', { name: 'Test' }).click();
        await sendTest(page, result);
        await page.getByRole('button', { name: 'Close' }).click();
      };
      await test('Delivered');

      await page.getByRole('listitem', { name: 'Signed' }).getByRole('button', { name: 'Credentials' }).click();
      await dialog.getByRole('button', { name: 'Rotate: make a new key' }).click();
      await dialog.getByText('New: not yet signing').waitFor();
      await dialog.getByRole('button', { name: 'My server knows both: activate the new key' }).click();
      await page.getByRole('button', { name: 'Activate', exact: true }).click();
      await dialog.getByText('Retired', { exact: true }).waitFor();
      await dialog.getByRole('button', { name: 'Close' }).click();
      // A twin: the receiver does not know the new key yet, so it refuses.
      await test('Dead letter');
      await before.stop(5000);

      await page.getByRole('listitem', { name: 'Signed' }).getByRole('button', { name: 'Credentials' }).click();
      await download(0);
      await download(1);
      const after = await runReceiver();
      await dialog.getByRole('button', { name: 'Close' }).click();
      await test('Delivered');
      await after.stop(5000);
      await visit.close();
    },
  },
];

async function startReceiver(keys: string, port: number) {
  const child = await startChild({
    name: 'receiver',
    command: process.execPath,
    args: [join(keys, '..', 'receiver.mjs')],
    logFile: join(testRunDir(), 'logs', 'receiver.log'),
    env: { ...process.env, KEYS: keys, PORT: String(port) },
    runDir: processesOfRun(),
  });
  await waitFor(
    () => `the receiver to listen; it says: ${child.lastLines(5).join('\n')}`,
    () => child.lastLines(5).some((line) => line.includes('listening')),
  );
  return child;
}
