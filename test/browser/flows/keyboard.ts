import type { Page } from 'playwright-core';
import { hold } from '../expect.js';
import type { Flow } from '../flow.js';
import { projectWith } from './registered.js';

/** The most stops from one thing on a page to another. */
const MOST_STOPS = 40;

/** Goes on with the Tab key until the focus is on what has that name. @throws Error when it never is. */
async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press('Tab');
    const focused = String(await page.evaluate(FOCUSED));
    if (focused.startsWith(name)) return;
    passed.push(focused);
  }
  throw new Error(`the keys never come to ${name}; they passed ${passed.join(' | ')}`);
}

const FOCUSED = `(() => {
  const one = document.activeElement;
  return (one.getAttribute('aria-label') ?? one.labels?.[0]?.innerText ?? one.innerText ?? one.tagName).trim();
})()`;

export const keyboard: Flow = {
  name: 'an endpoint is created, tested and found among the deliveries with the keyboard alone',
  run: async (stage) => {
    const { projectId } = await projectWith(stage, 'Keys', stage.answering('keys', 200));
    const visit = await stage.open();
    const { page } = visit;
    await page.goto(`/p/${projectId}/webhooks`);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    // The field has the focus already.
    await page.keyboard.type(stage.system.adminToken);
    await page.keyboard.press('Enter');
    await page.getByRole('listitem', { name: 'CRM' }).waitFor();

    await tabTo(page, 'Skip to the page');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Create new');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.getByLabel('Name').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('By keys');
    await page.keyboard.press('Tab');
    await page.keyboard.type(stage.answering('by-keys', 200));
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'By keys is there' }).waitFor();
    await tabTo(page, 'Send test event');
    await page.keyboard.press('Enter');
    await page.getByRole('status', { name: 'Result of the test' }).getByText('Delivered').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const back = String(await page.evaluate(FOCUSED));
    hold(back.startsWith('Create new'), `after the dialog the focus is on ${back}`);

    await page.reload();
    await page.getByRole('listitem', { name: 'By keys' }).waitFor();
    await tabTo(page, 'Deliveries');
    await page.keyboard.press('Enter');
    await page.getByRole('table', { name: 'Deliveries' }).getByText('Delivered').first().waitFor();
    await tabTo(page, 'Outbound Completed');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Attempts' }).waitFor();
    await visit.close();
  },
};
