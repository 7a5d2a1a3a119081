import { parseArgs } from 'node:util';
import type { Flow } from './flow.js';
import { FLOWS } from './flows/index.js';
import { takePictures } from './pictures.js';
import { setStage, type Stage } from './stage.js';
import { runToEnd } from '../harness/run-to-end.js';

/*
 * `npm run browser`: people's ways through the dashboard, in a real browser on real services, Kafka and Postgres; and what
 * must hold on every page: accessibility, both themes, narrow screens, no text that runs, a first load that is small.
 *
 * `-- --only WORDS`: the flows whose names have these words, or those after a `|`. `-- --screenshots FOLDER`: pictures of every page instead of
 * flows; with `--all`, in the dark and on a phone too.
 */

const { values } = parseArgs({
  options: {
    screenshots: { type: 'string' },
    all: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});
const startedAt = performance.now();
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1).padStart(5)} s`;

/** @returns whether it held. */
async function play({ name, run }: Flow, stage: Stage): Promise<boolean> {
  const begun = performance.now();
  try {
    await run(stage);
    console.log(`${seconds(begun)}  ok     ${name}`);
    return true;
  } catch (error) {
    console.log(`${seconds(begun)}  WRONG  ${name}\n${error instanceof Error ? error.stack : String(error)}`);
    console.log(await stage.describe().catch(() => 'the page does not answer'));
    return false;
  }
}

async function main(): Promise<number> {
  const wanted = FLOWS.filter(({ name }) => values.only.split('|').some((words) => name.includes(words)));
  const stage = await setStage();
  console.log(`${seconds(startedAt)}  the stage is set: ${stage.url}`);
  try {
    if (values.screenshots !== undefined) {
      await takePictures(stage, values.screenshots, values.all);
      return 0;
    }
    let held = 0;
    for (const flow of wanted) held += (await play(flow, stage)) ? 1 : 0;
    console.log(`${seconds(startedAt)}  ${held} of ${wanted.length} hold`);
    return held === wanted.length && held > 0 ? 0 : 1;
  } finally {
    await stage.close();
  }
}

await runToEnd(main);
