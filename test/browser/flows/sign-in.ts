import { equal, hold } from '../expect.js';
import type { Flow } from '../flow.js';
import type { Visit } from '../visit.js';
import { projectWith } from './registered.js';

const REFUSAL = 'The key is not valid here';
/** Of the API that ends sessions soon. */
const SESSION_TTL = '5s';

async function signIn({ page }: Visit, key: string): Promise<void> {
  await page.getByLabel('API key or admin token').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Who is not let in sees why, in the API's words; who is let in sees one project alone. */
export const signInFlows: readonly Flow[] = [
  {
    name: 'a wrong key is refused, and the page says so; the right one goes on to the address that was opened',
    run: async (stage) => {
      const { projectId } = await projectWith(stage, 'Signed in', stage.answering('in', 200));
      const visit = await stage.open();
      await visit.page.goto(`/p/${projectId}/team`);
      await signIn(visit, 'rn_wrong');
      await visit.page.getByRole('alert').getByText(REFUSAL).waitFor();
      await signIn(visit, stage.system.adminToken);
      await visit.page.getByRole('heading', { name: 'Team', exact: true }).waitFor();
      await visit.page.getByRole('button', { name: 'Sign out' }).click();
      await visit.page.getByRole('button', { name: 'Sign in' }).waitFor();
      await visit.page.goto(`/p/${projectId}/team`);
      await visit.page.getByRole('button', { name: 'Sign in' }).waitFor();
      await visit.close();
    },
  },
  {
    name: 'a session that ends while a page is open asks to sign in again, and goes on there',
    run: async (stage) => {
      const { projectId } = await projectWith(stage, 'Expires', stage.answering('expires', 200));
      const api = await stage.system.start('api', { SESSION_TTL });
      await api.ready();
      const visit = await stage.open({}, `http://127.0.0.1:${api.port}`);
      const { page } = visit;
      await page.goto(`/p/${projectId}/webhooks/triggers`);
      await signIn(visit, stage.system.adminToken);
      await page.getByRole('heading', { name: 'Webhooks' }).waitFor();
      // What is shown is asked for again by itself: nobody has to click to be told.
      await page.getByText('Your session has ended').waitFor();
      await signIn(visit, stage.system.adminToken);
      await page.getByRole('region', { name: 'Notification Triggers' }).waitFor();
      await visit.close();
      await api.stop();
    },
  },
  {
    name: "a key sees its own project alone: another's address is one that does not exist, and its role shows",
    run: async (stage) => {
      const mine = await projectWith(stage, 'Mine', stage.answering('mine', 200));
      const other = await projectWith(stage, 'Secret of others', stage.answering('other', 200));
      const { id, key } = await stage.api.call<{ id: string; key: string }>('POST', `${mine.base}/api-keys`, {
        name: 'Reader',
        role: 'read',
      });
      const visit = await stage.open();
      const { page } = visit;
      await page.goto('/');
      await signIn(visit, key);
      await page.getByRole('listitem', { name: 'CRM' }).waitFor();
      await page.getByText('Mine').first().waitFor();
      equal(
        'the number of "Create new" for who may look',
        await page.getByRole('button', { name: 'Create new' }).count(),
        0,
      );
      await page.goto(`/p/${other.projectId}/webhooks`);
      await page.getByRole('heading', { name: 'There is no such project' }).waitFor();
      hold(!(await page.locator('body').innerText()).includes('Secret of others'), "another project's name is shown");

      await page.goto(`/p/${mine.projectId}/webhooks`);
      await page.getByRole('listitem', { name: 'CRM' }).waitFor();
      await stage.api.call('DELETE', `${mine.base}/api-keys/${id}`);
      await page.getByRole('link', { name: 'Deliveries' }).click();
      await page.getByText('Your session has ended').waitFor();
      await visit.close();
    },
  },
];
