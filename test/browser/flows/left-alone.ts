import type { Flow } from '../flow.js';
import { projectWith, publish } from './registered.js';

/** More than BREAKER_FAILURES of each delivery process. */
const CALLS = 60;

/** What an operator sees of an endpoint that is down. */
export const leftAlone: Flow = {
  name: 'an endpoint that is down is shown with its breaker, the next probe and what waits, on Waiting and on Health',
  run: async (stage) => {
    const { projectId, base } = await projectWith(stage, 'Left alone', stage.answering('down', 503));
    for (let call = 0; call < CALLS; call++) await publish(stage, base, `down-${call}`, 'OUTBOUND_CALL_CALLING');
    const visit = await stage.enter(`/p/${projectId}/waiting`);
    const { page } = visit;
    const shown = page.getByRole('table', { name: 'Endpoints in trouble' }).getByRole('row', { name: /^CRM/ });
    await shown.getByText('left alone').waitFor();
    await shown.getByText('answers 503').waitFor();
    await page.goto(`/p/${projectId}/health`);
    await shown.getByText('left alone').waitFor();
    await shown.getByRole('link', { name: 'CRM' }).click();
    await page.waitForURL(/waiting\?endpointId=/);
    await visit.close();
  },
};
