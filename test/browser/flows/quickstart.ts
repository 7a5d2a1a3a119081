import { equal } from '../expect.js';
import type { Flow } from '../flow.js';
import { createCustom, sendTest } from './clicks.js';

/** Of a page nobody has seen before to the first delivery, by what is written on it. */
export const quickstart: Flow = {
  name: 'from the sign-in to the first delivery by clicking alone',
  run: async (stage) => {
    const visit = await stage.open();
    const { page } = visit;
    const before = stage.receiver.arrivals.length;
    await page.goto('/');
    await page.getByLabel('API key or admin token').fill(stage.system.adminToken);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Name').fill('Acme Support');
    await page.getByRole('button', { name: 'Create project' }).click();
    await page.getByRole('heading', { name: 'Webhooks' }).waitFor();
    await page.getByRole('button', { name: 'Create new' }).click();
    await createCustom(page, 'CRM', stage.answering('quickstart', 200));
    await page.getByRole('button', { name: 'All event types' }).click();
    await page.getByText('It gets 18 of 18 event types.').waitFor();
    await sendTest(page);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('listitem', { name: 'CRM' }).getByText('18 event types').waitFor();

    await page.getByRole('link', { name: 'Deliveries' }).click();
    const row = page.getByRole('table', { name: 'Deliveries' }).getByRole('row').nth(1);
    await row.getByText('Delivered').waitFor();
    await row.getByRole('link').first().click();
    await page.getByText('"taken": true').waitFor();
    const arrived = stage.receiver.arrivals.slice(before).filter(({ url }) => url.endsWith('/quickstart'));
    equal('the number of requests', arrived.length, 1);
    await visit.close();
  },
};
