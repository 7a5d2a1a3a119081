import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const DEFAULT = '/usr/bin/chromium';

/** @throws Error when there is no Chromium: what to install or set. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] || DEFAULT;
  if (!existsSync(executablePath)) {
    throw new Error(`there is no Chromium at ${executablePath}; install it, or set CHROMIUM to where it is`);
  }
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}
