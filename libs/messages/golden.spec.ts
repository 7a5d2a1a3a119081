import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { EVENT_CATALOGUE, type CallEvent } from '#libs/contracts';
import { goldenText } from '../contracts/golden/golden-text.js';
import { GOLDEN_JOBS } from '../contracts/golden/jobs.js';
import { emailContent, slackBody, teamsBody } from './index.js';

/** Oracle: the golden files, as tools/write-golden.ts wrote them when the last change was meant. */
const GOLDEN = join(import.meta.dirname, '..', 'contracts', 'golden');
const EVENT_TYPES = EVENT_CATALOGUE.map(({ eventType }) => eventType);

/** What is sent (for email: what its parts are made of), as JSON. */
const SENT: Readonly<Record<string, (event: CallEvent) => string>> = {
  slack: slackBody,
  teams: teamsBody,
  email: (event) => JSON.stringify(emailContent(event)),
};

describe.each(Object.entries(SENT))('what %s gets', (kind, sent) => {
  it.each(EVENT_TYPES)('for %s is its golden file, byte by byte', (eventType) => {
    const golden = readFileSync(join(GOLDEN, kind, `${eventType}.json`), 'utf8');
    const now = sent(GOLDEN_JOBS[eventType].event);
    expect(goldenText(JSON.parse(now))).toBe(golden);
    expect(now).toBe(JSON.stringify(JSON.parse(golden)));
  });

  it('has a golden file for every event type and no other', () => {
    expect(readdirSync(join(GOLDEN, kind)).sort()).toEqual(EVENT_TYPES.map((eventType) => `${eventType}.json`).sort());
  });
});
