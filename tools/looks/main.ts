import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { emailContent, slackBody, teamsBody } from '#libs/messages';
import { REPOSITORY } from '../stack/repository.js';
import { launchChromium } from './chromium.js';
import { EVENTS } from './events.js';
import { slackPage } from './slack-page.js';
import { drawCard, teamsPage } from './teams-page.js';

/**
 * `npm run looks [folder]`: what Slack, Teams and an email client show of some events, as pictures to look at. Without a
 * folder, those that docs/destinations.md shows are made anew; with one, all of them, in dark mode too.
 */
const DOCUMENTED = ['clean', 'error'];
const MAX_HEIGHT = 2_000;

const folder = process.argv[2];
const pictures = folder ?? join(REPOSITORY, 'docs/images');
mkdirSync(pictures, { recursive: true });
const adaptiveCards = readFileSync(
  join(createRequire(import.meta.url).resolve('adaptivecards/package.json'), '../dist/adaptivecards.min.js'),
  'utf8',
);

const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: 680, height: 200 } });
  // A message that loads something would show it here.
  await page.route('**', (route) => Promise.reject(new Error(`a message loads ${route.request().url()}`)));
  for (const [name, event] of Object.entries(EVENTS)) {
    if (folder === undefined && !DOCUMENTED.includes(name)) continue;
    await page.setContent(slackPage(slackBody(event)));
    await take(page, `slack-${name}`);
    await page.setContent(teamsPage());
    await page.addScriptTag({ content: adaptiveCards });
    await drawCard(page, teamsBody(event));
    await take(page, `teams-${name}`);
    await page.setContent(emailContent(event).html);
    await take(page, `email-${name}`);
    if (folder === undefined) continue;
    await page.emulateMedia({ colorScheme: 'dark' });
    await take(page, `email-${name}-dark`);
    await page.emulateMedia({ colorScheme: 'light' });
  }
} finally {
  await browser.close();
}

async function take(page: Page, name: string): Promise<void> {
  const height = Math.ceil((await page.locator('body').boundingBox())?.height ?? MAX_HEIGHT);
  const clip = { x: 0, y: 0, width: 680, height: Math.min(height, MAX_HEIGHT) };
  writeFileSync(join(pictures, `${name}.png`), await page.screenshot({ fullPage: true, clip }));
  console.log(`${name}.png`);
}
