import { setTimeout as pause } from 'node:timers/promises';
import { eventRecord } from '../../harness/customer.js';
import { hold } from '../expect.js';
import type { Flow } from '../flow.js';
import type { Stage } from '../stage.js';
import { projectWith, publish } from './registered.js';

const SECONDS = 8;
const A_SECOND = 1000;
const BATCHES_A_SECOND = 4;

export const busy: Flow = {
  name: `while ${A_SECOND} events a second come, the open list still does what is clicked`,
  run: async (stage) => {
    const { projectId, base } = await projectWith(stage, 'Busy', stage.answering('busy', 200));
    await publish(stage, base, 'sought-call', 'INBOUND_CALL_CALLING');
    const visit = await stage.enter(`/p/${projectId}/deliveries`);
    const { page } = visit;
    await page.getByText('sought-call').waitFor();
    await page.evaluate(WATCH);
    let isOver = false;
    const flood = pour(stage, projectId).finally(() => (isOver = true));
    await page.getByText('flood-').first().waitFor();
    await page.getByRole('textbox', { name: 'Call id' }).fill('sought-call');
    await page.getByRole('table', { name: 'Deliveries' }).getByText('sought-call').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('flood-').first().waitFor();
    hold(!isOver, 'the page was so slow that the flood was over before it had done what was clicked');
    await flood;
    console.log(`         the page stood still for ${await page.evaluate('Math.round(window.stoodStill)')} ms at most`);
    await visit.close();
  },
};

async function pour({ system }: Stage, projectId: string): Promise<void> {
  const size = A_SECOND / BATCHES_A_SECOND;
  for (let batch = 0; batch < SECONDS * BATCHES_A_SECOND; batch++) {
    const records = Array.from({ length: size }, (_, n) => eventRecord(projectId, `flood-${n}`, `flood-${batch}/${n}`));
    // As fast as they are to come, and no faster.
    await Promise.all([system.produce(records), pause(1000 / BATCHES_A_SECOND)]);
  }
}

/** The longest time for which the page did one thing, and nothing else: as the browser measures it. */
const WATCH = `window.stoodStill = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) window.stoodStill = Math.max(window.stoodStill, duration);
}).observe({ type: 'longtask' });`;
