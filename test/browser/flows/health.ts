import { equal } from '../expect.js';
import type { Flow } from '../flow.js';
import { populated } from '../populated.js';

interface Health {
  readonly total: {
    readonly deliveries: { readonly total: number; readonly delivered: number };
    readonly series: readonly { readonly delivered: number }[];
  };
}

const READERS = ['router', 'delivery-custom', 'delivery-slack', 'recorder'];

export const health: Flow = {
  name: 'health shows what the API counts, by endpoint and time, and the services to the operator alone',
  run: async (stage) => {
    const { projectId } = await populated(stage);
    const visit = await stage.enter(`/p/${projectId}/health`);
    const { page } = visit;
    const { total } = await stage.api.call<Health>('GET', `/v1/projects/${projectId}/health?window=1h`);
    const { delivered } = total.deliveries;
    await page.getByRole('img', { name: new RegExp(`^Deliveries: ${total.deliveries.total} in all`) }).waitFor();
    await page.getByText(`of ${delivered} delivered`).waitFor();
    await page.getByText('In figures').click();
    const figures = page.getByRole('table', { name: 'Deliveries, in figures' });
    await figures
      .getByRole('cell', { name: String(total.series[0]!.delivered), exact: true })
      .first()
      .waitFor();
    await page.getByText('In figures').click();
    const crm = page.getByRole('table', { name: 'By endpoint' }).getByRole('row', { name: /^CRM/ });
    await crm.getByText('0 of 0').waitFor();
    await page.getByRole('radiogroup', { name: 'Window' }).getByText('7 days').click();
    await page.waitForURL(/window=7d/);
    await page.getByRole('img', { name: new RegExp(`^Deliveries: ${total.deliveries.total} in all`) }).waitFor();
    const services = page.getByRole('table', { name: 'Services' });
    for (const name of READERS) {
      await services
        .getByRole('row', { name: new RegExp(`^${name}`) })
        .getByText('running', { exact: true })
        .waitFor();
    }
    await visit.close();

    const { key } = await stage.api.call<{ key: string }>('POST', `/v1/projects/${projectId}/api-keys`, {
      name: 'Looks at health',
      role: 'read',
    });
    const colleague = await stage.enter(`/p/${projectId}/health`, key);
    await colleague.page.getByRole('table', { name: 'By endpoint' }).waitFor();
    equal('the number of tables of services', await colleague.page.getByRole('table', { name: 'Services' }).count(), 0);
    await colleague.close();
  },
};
