import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startChild, type Child } from './child-process.js';
import { isAccepting } from './ports.js';
import { REPOSITORY } from './repository.js';
import { readyOrStopped } from './until-ready.js';

export interface InboxOptions {
  /** Holds the mails and the log file. */
  readonly dataDir: string;
  /** Takes mails. */
  readonly smtpPort: number;
  /** Shows them. */
  readonly webPort: number;
  readonly runDir?: string;
}

/** Kept; the oldest go first. */
const MAILS = '1000';

/** Starts a mail server that keeps all it gets and shows it in a browser (maildev); resolves when it serves. */
export async function startInbox({ dataDir, smtpPort, webPort, runDir }: InboxOptions): Promise<Child> {
  const mails = join(dataDir, 'mails');
  mkdirSync(mails, { recursive: true });
  const child = await startChild({
    name: 'inbox',
    command: process.execPath,
    args: [
      join(REPOSITORY, 'node_modules', 'maildev', 'dist', 'bin', 'maildev.js'),
      ...['--ip', '127.0.0.1', '--smtp', String(smtpPort)],
      ...['--web-ip', '127.0.0.1', '--web', String(webPort)],
      ...['--max-emails', MAILS, '--mail-directory', mails],
    ],
    logFile: join(dataDir, 'inbox.log'),
    ...(runDir === undefined ? {} : { runDir }),
    // After the services, whose last mails it takes.
    order: 2,
  });
  return readyOrStopped(child, async () => (await isAccepting(smtpPort)) && (await isAccepting(webPort)));
}
