import { equal, hold } from '../expect.js';
import type { Flow } from '../flow.js';
import { clipboard } from './clicks.js';
import { projectWith } from './registered.js';

export const team: Flow = {
  name: 'an API key is made, shown once, opens the project, stands in the audit log, and is revoked at once',
  run: async (stage) => {
    const { projectId } = await projectWith(stage, 'Team', stage.answering('team', 200));
    const visit = await stage.enter(`/p/${projectId}/team`);
    const { page } = visit;
    await page.getByRole('button', { name: 'New API key' }).click();
    await page.getByLabel('Name').and(page.locator(':focus')).fill('Grafana');
    await page.getByRole('button', { name: 'Make key' }).click();
    await page.getByRole('button', { name: 'Copy the key' }).click();
    const key = await clipboard(page);
    await page.getByRole('button', { name: 'I have it' }).click();
    const row = page.getByRole('table', { name: 'API keys' }).getByRole('row', { name: /Grafana/ });
    await row.getByText('look').waitFor();
    hold(!(await page.locator('body').innerText()).includes(key), 'the key is shown a second time');
    const audit = page.getByRole('table', { name: 'Audit log' });
    await audit.getByText('api_key.created').waitFor();
    await page.getByRole('combobox', { name: 'What was done' }).click();
    await page.getByRole('option', { name: 'project.created' }).click();
    await page.waitForURL(/action=project.created/);
    await audit.getByText('api_key.created').waitFor({ state: 'detached' });
    await audit.getByText('project.created').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();

    const colleague = await stage.enter(`/p/${projectId}/team`, key);
    await colleague.page.getByRole('table', { name: 'API keys' }).getByText('Grafana').waitFor();
    const forbidden = ['New API key', 'Revoke Grafana', 'Delete project'];
    for (const name of forbidden) {
      equal(`the number of "${name}" for who may look`, await colleague.page.getByRole('button', { name }).count(), 0);
    }

    await page.getByRole('button', { name: 'Revoke Grafana' }).click();
    await page.getByRole('button', { name: 'Revoke key' }).click();
    await page.getByText('No API key yet').waitFor();
    await page.getByRole('table', { name: 'Audit log' }).getByText('api_key.revoked').waitFor();
    await colleague.page.getByRole('link', { name: 'Webhooks' }).click();
    await colleague.page.getByText('Your session has ended').waitFor();
    await colleague.close();
    await visit.close();
  },
};
