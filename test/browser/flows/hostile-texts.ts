import type { Page } from 'playwright-core';
import { waitFor } from '#libs/testkit';
import { equal, hold, mustFail } from '../expect.js';
import type { Flow } from '../flow.js';
import { PAGES } from '../page-list.js';
import type { Stage } from '../stage.js';
import { RAN } from '../visit.js';

const RUN = `window.${RAN}=1;alert(1)`;
const TEXTS = {
  image: `<img src=x onerror="${RUN}">`,
  script: `"><script>${RUN}</script>`,
  link: `javascript:${RUN}`,
  svg: `<svg/onload=${RUN}>`,
};

/** A project whose every text that somebody else gives wants to run. */
async function hostileProject({ api, answering }: Stage) {
  const { id } = await api.call<{ id: string }>('POST', '/v1/projects', { name: TEXTS.image });
  const base = `/v1/projects/${id}`;
  const target = `${answering('hostile', 400)}?${encodeURIComponent(TEXTS.svg)}&"><img/src=x>`;
  const settings = { name: TEXTS.script, endpointType: 'CUSTOM', target, contentKey: TEXTS.link };
  const endpoint = await api.call<{ id: string }>('POST', `${base}/endpoints`, settings);
  await api.call('PUT', `${base}/triggers`, { triggers: { OUTBOUND_CALL_ERROR: [endpoint.id] } });
  await api.call('POST', `${base}/api-keys`, { name: TEXTS.svg, role: 'read' });
  await api.call('POST', `${base}/events`, {
    eventType: 'OUTBOUND_CALL_ERROR',
    occurredAt: new Date().toISOString(),
    data: { callId: TEXTS.image, callStatus: TEXTS.script, callSid: TEXTS.svg, clientId: TEXTS.link },
    errors: [
      {
        ...{ code: TEXTS.image, message: TEXTS.script, timestamp: new Date().toISOString() },
        ...{ where: TEXTS.svg, phase: TEXTS.link, stacktrace: TEXTS.image },
      },
    ],
  });
  return { projectId: id, callId: TEXTS.image };
}

export const hostileTexts: Flow = {
  name: 'names, targets, call ids and messages that want to run are shown as they are, on every page',
  run: async (stage) => {
    const { projectId, callId } = await hostileProject(stage);
    const visit = await stage.enter(`/p/${projectId}/deliveries`);
    const { page } = visit;
    await page.getByRole('table', { name: 'Deliveries' }).getByText('Dead letter').waitFor();
    await page.getByRole('table', { name: 'Deliveries' }).getByRole('row').nth(1).getByRole('link').first().click();
    await page.getByText(TEXTS.script).first().waitFor();
    for (const { path, settled } of PAGES) {
      await page.goto(path({ projectId, callId }));
      await settled(page);
      // A link whose address would run.
      const links = await page.locator('a[href^="javascript:" i]').count();
      hold(links === 0, `${page.url()} has a link that runs`);
    }
    await page.goto(`/p/${projectId}/webhooks`);
    await page.getByRole('button', { name: /^More for/ }).click();
    await page.getByRole('menuitem', { name: 'What is sent' }).click();
    await page.getByText('X-Recho-Event-Id').waitFor();
    await visit.close();
  },
};

const ran = (page: Page): Promise<boolean> => page.evaluate<boolean>(`window.${RAN} !== undefined`);
const insert = (page: Page): Promise<unknown> =>
  page.evaluate(`document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(TEXTS.image)})`);

export const hostileTwin: Flow = {
  name: 'a text that runs is noticed (twin), and on our own pages the policy of their content stops it',
  run: async ({ open }) => {
    await mustFail('a text that ran', async () => {
      const visit = await open();
      await insert(visit.page);
      await waitFor('the text to run', () => ran(visit.page));
      await visit.close();
    });
    const visit = await open();
    await visit.page.goto('/');
    await visit.page.getByRole('button', { name: 'Sign in' }).waitFor();
    await insert(visit.page);
    await waitFor('the policy to be heard of', () =>
      visit.faults.some((fault) => fault.includes('Content Security Policy')),
    );
    equal('whether it ran', await ran(visit.page), false);
    await mustFail('a policy that was broken', () => visit.close());
  },
};
