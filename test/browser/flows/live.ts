import { hold } from '../expect.js';
import type { Flow } from '../flow.js';
import { projectWith, publish } from './registered.js';

const WITHIN_MS = 1000;

export const live: Flow = {
  name: `an event is in the open list within ${WITHIN_MS / 1000} s of being published`,
  run: async (stage) => {
    const { projectId, base } = await projectWith(stage, 'Live', stage.answering('live', 200));
    await publish(stage, base, 'first-call', 'INBOUND_CALL_CALLING');
    const visit = await stage.enter(`/p/${projectId}/deliveries`);
    const { page } = visit;
    await page.getByText('first-call').waitFor();
    await page.getByText('Live', { exact: true }).last().waitFor();
    await page.evaluate(WATCH);
    const publishedAt = Date.now();
    await publish(stage, base, 'seen-call', 'INBOUND_CALL_CALLING');
    await page.getByText('seen-call').waitFor();
    const ms = Number(await page.evaluate('window.seenAt')) - publishedAt;
    console.log(`         shown ${ms} ms after it was published`);
    hold(ms <= WITHIN_MS, `it was shown after ${ms} ms`);
    await visit.close();
  },
};

/** The page's own clock tells when it stood there: the browser's driver looks too rarely. */
const WATCH = `new MutationObserver(() => {
  if (window.seenAt === undefined && document.body.innerText.includes('seen-call')) window.seenAt = Date.now();
}).observe(document.body, { childList: true, subtree: true, characterData: true });`;
