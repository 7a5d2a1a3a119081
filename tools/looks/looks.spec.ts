import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { slackBody } from '#libs/messages';
import { launchChromium } from './chromium.js';
import { EVENTS } from './events.js';
import { slackPage } from './slack-page.js';

/** Oracle: what Slack would show of a message, read from the page without its markup. */
const shownOn = (page: string): string => page.replace(/<style>.*<\/style>/s, '').replace(/<[^>]*>/g, ' ');

describe('a look at a message for Slack', () => {
  it('shows every word of it, and nothing that is not drawn', () => {
    const shown = shownOn(slackPage(slackBody(EVENTS['error']!)));
    for (const words of [
      'Outbound call error',
      'abc-123',
      'NETWORK_ERROR',
      'Connection lost',
      '2026-05-12 10:24:00 UTC',
    ]) {
      expect(shown).toContain(words);
    }
    expect(shown).not.toMatch(/[*`]/);
  });

  it('shows markup of an event as text', () => {
    expect(shownOn(slackPage(slackBody(EVENTS['hostile']!)))).toContain('&lt;!channel&gt; **bold** [click]');
  });

  it('refuses a message with a block or a link that it cannot draw', () => {
    expect(() => slackPage(JSON.stringify({ blocks: [{ type: 'actions' }] }))).toThrow(
      'cannot draw a block of type actions',
    );
    const link = { type: 'section', text: { type: 'mrkdwn', text: '<https://x>' } };
    expect(() => slackPage(JSON.stringify({ blocks: [link] }))).toThrow('Slack would read markup');
  });
});

describe('without Chromium', () => {
  const before = process.env['CHROMIUM'];
  beforeEach(() => {
    process.env['CHROMIUM'] = '/nowhere/chromium';
  });
  afterEach(() => {
    if (before === undefined) delete process.env['CHROMIUM'];
    else process.env['CHROMIUM'] = before;
  });

  it('a look says what to install or set', async () => {
    await expect(launchChromium()).rejects.toThrow(
      'there is no Chromium at /nowhere/chromium; install it, or set CHROMIUM to where it is',
    );
  });
});
