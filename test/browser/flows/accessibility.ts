import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { hold, mustFail } from '../expect.js';
import type { Flow } from '../flow.js';
import { PAGES } from '../page-list.js';
import { populated } from '../populated.js';
import type { Stage } from '../stage.js';

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

const MOST_TOLD = 3;

/** Every rule that axe has for WCAG 2.2 A and AA, and its good practices. @throws Error: each rule that is broken, and where. */
async function accessible(page: Page, what: string, options: axe.RunOptions = {}): Promise<void> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate(`axe.run(${JSON.stringify(options)})`)) as { violations: Violation[] };
  const told = violations.map(({ id, help, nodes }) => {
    const where = nodes
      .slice(0, MOST_TOLD)
      .map(
        ({ html, failureSummary = '' }) => `    ${html.slice(0, 200)}\n      ${failureSummary.replace(/\s+/g, ' ')}`,
      );
    return [`  ${id}: ${help} (${nodes.length} times)`, ...where].join('\n');
  });
  hold(violations.length === 0, [`${what}:`, ...told].join('\n'));
}

/** All faults of all pages at once: one run tells them all. */
async function look(stage: Stage, colorScheme: 'light' | 'dark', options: axe.RunOptions): Promise<void> {
  const shown = await populated(stage);
  const faults: string[] = [];
  const check = (page: Page, what: string): Promise<void> =>
    accessible(page, `${what}, ${colorScheme}`, options).catch((error: Error) => void faults.push(error.message));
  const signedOut = await stage.open({ colorScheme, reducedMotion: 'reduce' });
  await signedOut.page.goto('/');
  await signedOut.page.getByRole('button', { name: 'Sign in' }).waitFor();
  await check(signedOut.page, 'sign-in');
  await signedOut.close();

  const visit = await stage.enter('/v1/session', undefined, { colorScheme, reducedMotion: 'reduce' });
  const { page } = visit;
  for (const { name, path, settled } of PAGES) {
    await page.goto(path(shown));
    await settled(page);
    await check(page, name);
  }
  await page.goto(`/p/${shown.projectId}/deliveries/${shown.deliveryId}`);
  await page.getByRole('region', { name: 'Attempts' }).waitFor();
  await check(page, 'delivery');
  for (const { name, open } of DIALOGS) {
    await page.goto(`/p/${shown.projectId}/webhooks`);
    await open(page);
    await page.getByRole('dialog').waitFor();
    await check(page, name);
  }
  await visit.close();
  hold(faults.length === 0, faults.join('\n'));
}

const DIALOGS: readonly { readonly name: string; open(page: Page): Promise<void> }[] = [
  { name: 'new endpoint', open: (page) => page.getByRole('button', { name: 'Create new' }).click() },
  { name: 'credentials', open: (page) => page.getByRole('button', { name: 'Credentials' }).last().click() },
  { name: 'test event', open: (page) => page.getByRole('button', { name: 'Test' }).first().click() },
];

export const accessibility: readonly Flow[] = [
  {
    name: 'axe finds nothing on any page or dialog',
    run: (stage: Stage) => look(stage, 'light', {}),
  },
  {
    // All else is the same in both.
    name: 'axe finds every text readable in the dark too',
    run: (stage: Stage) => look(stage, 'dark', { runOnly: ['color-contrast'] }),
  },
  {
    name: 'axe finds a page that is broken (twin)',
    run: async (stage) => {
      const visit = await stage.open();
      await visit.page.goto('/');
      await visit.page.getByRole('button', { name: 'Sign in' }).waitFor();
      await accessible(visit.page, 'sign-in');
      const broken = `document.querySelector('form').insertAdjacentHTML('beforeend', '<button></button><p style="color:#ccc">pale</p>')`;
      await visit.page.evaluate(broken);
      await mustFail('a button without a name', () => accessible(visit.page, 'broken'));
      await visit.close();
    },
  },
];
