import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { NARROW } from './flows/narrow.js';
import { loaded, PAGES } from './page-list.js';
import { populated } from './populated.js';
import type { Stage } from './stage.js';

const WIDE = { width: 1280, height: 800 };

/** What is added to the names of its pictures, and how it is looked at. */
const LOOKS = [
  { suffix: '', colorScheme: 'light', viewport: WIDE },
  { suffix: '-dark', colorScheme: 'dark', viewport: WIDE },
  { suffix: '-narrow', colorScheme: 'light', viewport: NARROW },
  { suffix: '-dark-narrow', colorScheme: 'dark', viewport: NARROW },
] as const;

/** Each page as a PNG, for docs/dashboard.md. @param all in the dark and on a phone too. */
export async function takePictures(stage: Stage, folder: string, all: boolean): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const shown = await populated(stage);
  for (const { suffix, colorScheme, viewport } of all ? LOOKS : LOOKS.slice(0, 1)) {
    const look = { colorScheme, viewport, reducedMotion: 'reduce' } as const;
    const pathOf = (name: string): string => join(folder, `${name}${suffix}.png`);
    const signedOut = await stage.open(look);
    await signedOut.page.goto('/');
    await signedOut.page.getByRole('button', { name: 'Sign in' }).waitFor();
    await signedOut.page.screenshot({ path: pathOf('sign-in') });
    await signedOut.close();

    const visit = await stage.enter('/v1/session', undefined, look);
    const { page } = visit;
    const take = async (name: string): Promise<void> => {
      await page.screenshot({ path: pathOf(name), animations: 'disabled' });
    };
    for (const { name, path, settled } of PAGES) {
      await page.goto(path(shown));
      await settled(page);
      await take(name);
    }
    await page.goto(`/p/${shown.projectId}/deliveries/${shown.deliveryId}`);
    await page.getByRole('region', { name: 'Attempts' }).waitFor();
    await loaded(page);
    await take('delivery');
    await dialogs(page, shown.projectId, take);
    await visit.close();
  }
}

async function dialogs(page: Page, projectId: string, take: (name: string) => Promise<void>): Promise<void> {
  const open = async (name: string, click: () => Promise<void>): Promise<void> => {
    await page.goto(`/p/${projectId}/webhooks`);
    await click();
    await page.getByRole('dialog').waitFor();
    await loaded(page);
    await take(name);
  };
  await open('create', () => page.getByRole('button', { name: 'Create new' }).click());
  await open('credentials', () =>
    page.getByRole('listitem', { name: 'CRM' }).getByRole('button', { name: 'Credentials' }).click(),
  );
  await open('test-event', async () => {
    await page.getByRole('listitem', { name: 'Call archive' }).getByRole('button', { name: 'Test' }).click();
    await page.getByRole('button', { name: 'Send test event' }).click();
    await page.getByRole('status', { name: 'Result of the test' }).getByText('Delivered').first().waitFor();
  });
}
