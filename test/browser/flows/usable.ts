import { loadavg } from 'node:os';
import type { Page } from 'playwright-core';
import { hold } from '../expect.js';
import type { Flow } from '../flow.js';
import { MANY, many } from '../many.js';
import { loaded, PAGES, type ListedPage } from '../page-list.js';

/** What is promised, and what is far from it whatever else the machine does. */
const GOAL_MS = 1000;
const FAR_MS = 2000;
const TIMES = 3;

export const usable: Flow = {
  name: `every page is usable within ${GOAL_MS / 1000} s, with ${MANY.toLocaleString('en-US')} deliveries behind it`,
  run: async (stage) => {
    const shown = await many(stage);
    const visit = await stage.enter('/v1/session');
    const { page } = visit;
    const delivery: ListedPage = {
      name: 'delivery',
      path: () => `/p/${shown.projectId}/deliveries/${shown.deliveryId}`,
      settled: async (at) => {
        await at.getByRole('region', { name: 'Attempts' }).waitFor();
        await loaded(at);
      },
    };
    const late: string[] = [];
    const [load] = loadavg();
    for (const one of [...PAGES, delivery]) {
      const taken: number[] = [];
      for (let time = 0; time < TIMES; time++) taken.push(await timeOf(page, one, one.path(shown)));
      const [, median = 0] = taken.toSorted((a, b) => a - b);
      const times = taken.map((ms) => ms.toFixed(0)).join(', ');
      const verdict = median <= GOAL_MS ? '' : `  over ${GOAL_MS} ms`;
      console.log(`         ${one.name.padEnd(14)} ${median.toFixed(0).padStart(5)} ms (${times})${verdict}`);
      if (median > FAR_MS) late.push(`${one.name} takes ${median.toFixed(0)} ms`);
    }
    console.log(`         medians of ${TIMES}, from the address to all that the page shows; load ${load!.toFixed(1)}`);
    hold(late.length === 0, late.join('; '));
    await visit.close();
  },
};

/** Whole: the document, its scripts (from the cache but for the first time), and what the API answers. In milliseconds. */
async function timeOf(page: Page, { settled }: ListedPage, path: string): Promise<number> {
  await page.goto('about:blank');
  const began = performance.now();
  await page.goto(path, { waitUntil: 'commit' });
  await settled(page);
  return performance.now() - began;
}
