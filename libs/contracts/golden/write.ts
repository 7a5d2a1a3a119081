/**
 * Writes the golden files anew, after a change of the contract that was meant. From the repository's root:
 *
 *     npx nest build && node dist/libs/contracts/golden/write.js && git diff libs/contracts/golden
 *
 * Every line of that diff is a change that receivers will see. The specs only ever read.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { customBody } from '../index.js';
import { GOLDEN_JOBS } from './jobs.js';

const FOLDER = 'libs/contracts/golden/custom';

mkdirSync(FOLDER, { recursive: true });
for (const [eventType, job] of Object.entries(GOLDEN_JOBS)) {
  writeFileSync(`${FOLDER}/${eventType}.json`, customBody(job, job.authType));
}
