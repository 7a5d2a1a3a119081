import { hold, mustFail } from '../expect.js';
import type { Flow } from '../flow.js';
import { PAGES } from '../page-list.js';
import type { Page } from 'playwright-core';
import { populated } from '../populated.js';

export const NARROW = { width: 390, height: 844 };

/** @throws Error when the page is wider than its window: what sticks out. */
async function fits(page: Page): Promise<void> {
  const over = Number(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'));
  hold(over <= 0, `${page.url()} is ${over} px too wide: ${String(await page.evaluate(WIDEST))}`);
}

const WIDEST = `[...document.querySelectorAll('main *')]
  .filter((one) => one.getBoundingClientRect().right > window.innerWidth + 1)
  .map((one) => one.tagName + '.' + String(one.className).slice(0, 60)).slice(0, 3).join(', ')`;

export const narrow: Flow = {
  name: 'every page fits a screen that is 390 px wide, and its menu leads everywhere',
  run: async (stage) => {
    const shown = await populated(stage);
    const visit = await stage.enter(`/p/${shown.projectId}/webhooks`, undefined, { viewport: NARROW });
    const { page } = visit;
    for (const { path, settled } of PAGES) {
      await page.goto(path(shown));
      await settled(page);
      await fits(page);
    }
    await page.getByRole('button', { name: 'Open the menu' }).click();
    await page.getByRole('link', { name: 'Waiting' }).click();
    await page.getByRole('heading', { name: 'Waiting', level: 1 }).waitFor();
    await mustFail('something that is too wide', async () => {
      await page.evaluate(`document.querySelector('main').style.width = '900px'`);
      await fits(page);
    });
    await visit.close();
  },
};
