import type { Flow } from '../flow.js';
import { projectWith, publish } from './registered.js';

/** More than BREAKER_FAILURES of each delivery process. */
const CALLS = 60;
/** Those that come after them, and how far apart, in milliseconds. */
const MORE = 60;
const EVERY_MS = 250;

/** What an operator sees of an endpoint that is down. */
export const leftAlone: Flow = {
  name: 'an endpoint that is down is shown with its breaker, the next probe and what waits, on Waiting and on Health',
  run: async (stage) => {
    const { projectId, base } = await projectWith(stage, 'Left alone', stage.answering('down', 503));
    for (let call = 0; call < CALLS; call++) await publish(stage, base, `down-${call}`, 'OUTBOUND_CALL_CALLING');
    const visit = await stage.enter(`/p/${projectId}/waiting`);
    const { page } = visit;
    const shown = page.getByRole('table', { name: 'Endpoints in trouble' }).getByRole('row', { name: /^CRM/ });
    // It opens on a failure that comes when nothing has been answered for five seconds: calls go on.
    for (let call = CALLS; !(await shown.getByText('left alone').isVisible()); call++) {
      if (call === CALLS + MORE) throw new Error(`not left alone after ${call} calls that failed: no row says so`);
      await publish(stage, base, `down-${call}`, 'OUTBOUND_CALL_CALLING');
      await page.waitForTimeout(EVERY_MS);
    }
    await shown.getByText('answers 503').waitFor();
    await page.goto(`/p/${projectId}/health`);
    await shown.getByText('left alone').waitFor();
    await shown.getByRole('link', { name: 'CRM' }).click();
    await page.waitForURL(/waiting\?endpointId=/);
    await visit.close();
  },
};
