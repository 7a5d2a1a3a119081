import { equal } from '../expect.js';
import type { Flow } from '../flow.js';
import { projectWith, publish } from './registered.js';

const CALL = 'healed-call';
const TYPES = ['OUTBOUND_CALL_CALLING', 'OUTBOUND_CALL_CLOSING', 'OUTBOUND_CALL_COMPLETED'] as const;

/** What an operator does when a customer says that nothing arrives. */
export const healing: Flow = {
  name: 'a failing endpoint is found, understood and healed by clicking alone, and what waited arrives in order',
  run: async (stage) => {
    // 1. A wrong address: its receiver is always out of order.
    const { projectId, base } = await projectWith(stage, 'Healed', stage.answering('wrong', 503));
    for (const type of TYPES) await publish(stage, base, CALL, type);
    const right = stage.answering('right', 200);
    const visit = await stage.enter(`/p/${projectId}/webhooks`);
    const { page } = visit;

    // 2. Diagnosis: it waits, behind what, and why.
    await page.getByRole('link', { name: 'Waiting' }).click();
    const lane = page.getByRole('table', { name: 'Waiting calls' }).getByRole('row').nth(1);
    await lane.getByText('Outbound Calling').waitFor();
    await lane.getByText('2', { exact: true }).waitFor();
    await lane.getByRole('link', { name: CALL }).click();
    const answer = page.getByRole('status', { name: 'What became of it' });
    await answer.getByText('503').waitFor();
    await page.getByText(CALL).first().waitFor();

    // 3. The cure: the right address, and another try.
    await page.getByRole('link', { name: 'Webhooks' }).click();
    await page.getByRole('button', { name: 'More for CRM' }).click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    await page.getByRole('dialog', { name: 'Edit CRM' }).getByLabel('URL').fill(right);
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('CRM is changed').waitFor();
    await page.getByRole('link', { name: 'Waiting' }).click();
    await page.getByRole('button', { name: `Retry now: ${CALL}` }).click();
    // The page empties by itself.
    await page.getByText('Nothing waits').waitFor();

    const arrived = stage.receiver.arrivals.filter(({ url }) => url.endsWith('/right'));
    equal(
      'the order of arrival',
      arrived.map((arrival) => (arrival.json() as { eventType: string }).eventType),
      TYPES,
    );
    await page.goto(`/p/${projectId}/calls/${CALL}`);
    await page
      .getByText('Delivered')
      .nth(TYPES.length - 1)
      .waitFor();
    await visit.close();
  },
};

/** What an operator does with what was given up. */
export const redriving: Flow = {
  name: 'what an endpoint refused is sent again by clicking alone, after a look at how much that is',
  run: async (stage) => {
    const { projectId, base, endpointId } = await projectWith(stage, 'Redriven', stage.answering('refuses', 400));
    for (const type of TYPES) await publish(stage, base, CALL, type);
    const visit = await stage.enter(`/p/${projectId}/dead-letters`);
    const { page } = visit;
    const table = page.getByRole('table', { name: 'Dead letters' });
    await table.getByRole('row').nth(TYPES.length).waitFor();
    await stage.api.call('PATCH', `${base}/endpoints/${endpointId}`, { target: stage.answering('takes', 200) });
    await page.getByRole('button', { name: 'Send all again' }).click();
    const dialog = page.getByRole('dialog', { name: 'Send dead letters again?' });
    await dialog.getByRole('status', { name: 'Dry run' }).getByText('3').first().waitFor();
    await dialog.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('No dead letters').waitFor();
    const arrived = stage.receiver.arrivals.filter(({ url }) => url.endsWith('/takes'));
    equal(
      'the order of arrival',
      arrived.map((arrival) => (arrival.json() as { eventType: string }).eventType),
      TYPES,
    );
    await visit.close();
  },
};

/** What an operator does when a customer has lost what arrived. */
export const resending: Flow = {
  name: 'what was delivered is sent again from its page, and says so to its receiver',
  run: async (stage) => {
    const { projectId, base } = await projectWith(stage, 'Resent', stage.answering('resent', 200));
    await publish(stage, base, 'resent-call', TYPES[0]);
    const visit = await stage.enter(`/p/${projectId}/deliveries`);
    const { page } = visit;
    await page.getByRole('table', { name: 'Deliveries' }).getByRole('link', { name: 'Outbound Calling' }).click();
    await page.getByText('Delivered', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Send again' }).click();
    const dialog = page.getByRole('dialog', { name: 'Send this delivery again?' });
    await dialog.getByText('a second time').waitFor();
    await dialog.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('since it was sent again by hand (once)').waitFor();
    await page.getByText('redrive 1').waitFor();
    await page.getByText('Delivered', { exact: true }).first().waitFor();
    const arrived = stage.receiver.arrivals.filter(({ url }) => url.endsWith('/resent'));
    const [first, second] = arrived.map(({ headers }) => headers);
    equal('how often it arrived', arrived.length, 2);
    equal('the delivery id of the second', second?.['x-recho-delivery-id'], first?.['x-recho-delivery-id']);
    equal(
      'what the two say of being sent again',
      [first, second].map((one) => one?.['x-recho-redrive'] ?? 'no'),
      ['no', '1'],
    );
    await visit.close();
  },
};
