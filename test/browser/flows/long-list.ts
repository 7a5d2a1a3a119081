import type { Page } from 'playwright-core';
import { hold, mustFail } from '../expect.js';
import type { Flow } from '../flow.js';
import { MANY, many } from '../many.js';

/** What is in view, and some above and below. */
const MOST_ROWS_DRAWN = 120;
/** Somebody who scrolls feels that it stands still from about here on; a busy machine gets the double of it. */
const MOST_STILL_MS = 400;
/** A kilobyte and a half a row, and the page itself. */
const MOST_HEAP_MB = 200;

interface Scrolled {
  readonly seconds: number;
  readonly frames: number;
  /** Between two frames: at the median, at p95, and the longest, in milliseconds. */
  readonly median: number;
  readonly p95: number;
  readonly longest: number;
  /** Rows in the document, at most. */
  readonly drawn: number;
}

export const longList: Flow = {
  name: `a list of ${MANY.toLocaleString('en-US')} deliveries is scrolled to its end, and the page neither stands still nor grows`,
  run: async (stage) => {
    const { projectId } = await many(stage);
    const visit = await stage.enter(`/p/${projectId}/deliveries`);
    const { page } = visit;
    await page.getByText('long-call-0').first().waitFor();
    const before = await heapMb(page);
    const scrolled = (await page.evaluate(SCROLL)) as Scrolled;
    const after = await heapMb(page);
    const { seconds, frames, median, p95, longest, drawn } = scrolled;
    console.log(
      `         read to its end in ${seconds.toFixed(1)} s; ${frames} frames, ${median.toFixed(0)} ms apart at the median, ` +
        `${p95.toFixed(0)} at p95, ${longest.toFixed(0)} at most; at most ${drawn} rows drawn; heap ${before} to ${after} MB`,
    );
    await page.getByText('That is all.').waitFor();
    await page
      .getByText(`long-call-${Math.floor(MANY / 6)}`)
      .first()
      .waitFor();
    await page.evaluate(`${BOX}.scrollTop = ${BOX}.scrollHeight / 2`);
    await page
      .getByText(`long-call-${Math.floor(MANY / 12)}`)
      .first()
      .waitFor();
    hold(longest <= 2 * MOST_STILL_MS, `the page stood still for ${longest.toFixed(0)} ms`);
    hold(p95 <= MOST_STILL_MS, `one frame in twenty took ${p95.toFixed(0)} ms`);
    hold(after <= MOST_HEAP_MB, `the page holds ${after} MB`);
    await fewRows(page);
    hold(drawn <= MOST_ROWS_DRAWN, `${drawn} rows were drawn`);
    await mustFail('a list that draws all of its rows', async () => {
      await page.evaluate(
        `${BOX}.append(...Array.from({ length: 1000 }, () => Object.assign(document.createElement('div'), { role: 'row' })))`,
      );
      await fewRows(page);
    });
    await visit.close();
  },
};

async function fewRows(page: Page): Promise<void> {
  const drawn = Number(await page.evaluate(`${BOX}.querySelectorAll('[role=row]').length`));
  hold(drawn <= MOST_ROWS_DRAWN, `${drawn} rows are drawn`);
}

/** Of what is still in use, in megabytes. */
async function heapMb(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return Math.round(usedSize / 2 ** 20);
}

const BOX = `document.querySelector('[role=table]')`;

/** Frame by frame towards the end, as far as it is there already, until there is no more. */
const SCROLL = `new Promise((resolve) => {
  const box = ${BOX};
  const gaps = [];
  const began = performance.now();
  let last = began;
  let drawn = 0;
  const step = (now) => {
    gaps.push(now - last);
    last = now;
    drawn = Math.max(drawn, box.querySelectorAll('[role=row]').length);
    box.scrollTop += 20 * box.clientHeight;
    const isAll = Number(box.getAttribute('aria-rowcount')) > ${MANY};
    if (!isAll || box.scrollTop + box.clientHeight < box.scrollHeight - 1) return requestAnimationFrame(step);
    gaps.sort((a, b) => a - b);
    const at = (share) => gaps[Math.floor((gaps.length - 1) * share)];
    resolve({ seconds: (now - began) / 1000, frames: gaps.length, median: at(0.5), p95: at(0.95), longest: at(1), drawn });
  };
  requestAnimationFrame(step);
})`;
