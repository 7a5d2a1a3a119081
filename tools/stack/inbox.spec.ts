import { expect, it } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '#libs/testkit';
import { startInbox } from './inbox.js';
import { freePort, isAccepting } from './ports.js';

interface Shown {
  readonly subject: string;
  readonly html: string;
}

it('the inbox takes mails, shows them, keeps them over a restart, and ends when told to', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'inbox-'));
  const [smtpPort, webPort] = [await freePort(), await freePort()];
  const shown = async (): Promise<Shown[]> =>
    (await fetch(`http://127.0.0.1:${webPort}/api/email`)).json() as Promise<Shown[]>;
  let inbox = await startInbox({ dataDir, smtpPort, webPort });
  try {
    const transport = createTransport({ host: '127.0.0.1', port: smtpPort });
    const addresses = { from: 'notify@recho.example', to: 'ops@example.com' };
    await transport.sendMail({ ...addresses, subject: 'Outbound call error', text: 'text', html: '<b>html</b>' });
    await waitFor('the mail to be shown', async () => (await shown()).length === 1);
    expect((await shown())[0]).toMatchObject({ subject: 'Outbound call error', html: '<b>html</b>' });
    const page = await fetch(`http://127.0.0.1:${webPort}/`, { headers: { accept: 'text/html' } });
    expect([page.status, await page.text()]).toEqual([200, expect.stringMatching(/<html/)]);

    await inbox.stop(5000);
    expect(await inbox.exited).not.toMatchObject({ signal: 'SIGKILL' });
    expect([await isAccepting(smtpPort), await isAccepting(webPort)]).toEqual([false, false]);

    inbox = await startInbox({ dataDir, smtpPort, webPort });
    await waitFor('the mail to be there again', async () => (await shown()).length === 1);
  } finally {
    await inbox.stop(0);
    await rm(dataDir, { recursive: true, force: true });
  }
});
