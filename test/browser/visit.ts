import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** A browser of its own, with nothing in it, and what went wrong in its pages. */
export interface Visit {
  readonly page: Page;
  /** Whatever no page may do: throw, complain, run what was not ours, ask a dialog, or load from elsewhere. */
  readonly faults: readonly string[];
  /** For whoever looks for the cause of a failure: where the page is, what it says, its faults. */
  describe(): Promise<string>;
  /** @throws Error when there was a fault. */
  close(): Promise<void>;
}

/** What a hostile text sets if it runs, besides asking a dialog. */
export const RAN = '__xss';
/** Of what a page says, in a failure's words. */
const SAID = 800;
/** How long anything may take to appear. */
const APPEARS_WITHIN_MS = 30_000;

/** @param url of the API: the only place that pages may load from. */
export async function openVisit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  });
  context.setDefaultTimeout(APPEARS_WITHIN_MS);
  const faults: string[] = [];
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(`the page threw: ${error.message}`));
  page.on('console', (message) => {
    // A refusal of the API is an answer: pages show it.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      faults.push(`the page complained: ${message.text()}`);
    }
  });
  page.on('dialog', (dialog) => {
    faults.push(`a dialog asked: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== url) {
      faults.push(`the page loads ${request.url()}`);
    }
  });
  return {
    page,
    faults,
    describe: async () => {
      if (page.isClosed()) return 'the page is closed';
      const said = (await page.locator('body').innerText()).replace(/\s+/g, ' ').slice(0, SAID);
      return [`${page.url()} says: ${said}`, ...faults].join('\n');
    },
    close: async () => {
      if ((await page.evaluate(`window.${RAN} !== undefined`)) === true) faults.push('a text ran as a script');
      await context.close();
      if (faults.length > 0) throw new Error(faults.join('; '));
    },
  };
}
