/**
 * Writes the golden files anew, after a change of the contract that was meant. From the repository's root:
 *
 *     npx nest build && node dist/tools/write-golden.js && git diff libs/contracts/golden
 *
 * Every line of that diff is a change that receivers will see. The specs only ever read.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { customBody, type Job } from '#libs/contracts';
import { emailContent, slackBody, teamsBody } from '#libs/messages';
import { goldenText } from '../libs/contracts/golden/golden-text.js';
import { GOLDEN_JOBS } from '../libs/contracts/golden/jobs.js';

const WRITE: Readonly<Record<string, (job: Job) => string>> = {
  custom: (job) => customBody(job, job.authType),
  slack: ({ event }) => goldenText(JSON.parse(slackBody(event))),
  teams: ({ event }) => goldenText(JSON.parse(teamsBody(event))),
  email: ({ event }) => goldenText(emailContent(event)),
};

for (const [kind, write] of Object.entries(WRITE)) {
  const folder = `libs/contracts/golden/${kind}`;
  mkdirSync(folder, { recursive: true });
  for (const [eventType, job] of Object.entries(GOLDEN_JOBS)) writeFileSync(`${folder}/${eventType}.json`, write(job));
}
