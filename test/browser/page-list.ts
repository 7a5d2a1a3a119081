import type { Page } from 'playwright-core';

export interface Shown {
  readonly projectId: string;
  readonly callId: string;
}

export interface ListedPage {
  readonly name: string;
  path(shown: Shown): string;
  /** Resolves when it shows all that it has. */
  settled(page: Page): Promise<void>;
}

const heading =
  (name: string) =>
  async (page: Page): Promise<void> => {
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await loaded(page);
  };

/** Nothing on it is still loading. */
export async function loaded(page: Page): Promise<void> {
  await page.getByLabel('Loading', { exact: true }).first().waitFor({ state: 'detached' });
  await page.waitForLoadState('load');
}

/** Every page of a project. */
export const PAGES: readonly ListedPage[] = [
  {
    name: 'webhooks',
    path: ({ projectId }) => `/p/${projectId}/webhooks`,
    settled: (page) =>
      page
        .getByText(/event types?$|^No event fires$/)
        .first()
        .waitFor(),
  },
  { name: 'triggers', path: ({ projectId }) => `/p/${projectId}/webhooks/triggers`, settled: heading('Webhooks') },
  { name: 'deliveries', path: ({ projectId }) => `/p/${projectId}/deliveries`, settled: heading('Deliveries') },
  {
    name: 'call',
    path: ({ projectId, callId }) => `/p/${projectId}/calls/${encodeURIComponent(callId)}`,
    settled: heading('Call'),
  },
  { name: 'waiting', path: ({ projectId }) => `/p/${projectId}/waiting`, settled: heading('Waiting') },
  { name: 'dead-letters', path: ({ projectId }) => `/p/${projectId}/dead-letters`, settled: heading('Dead letters') },
  { name: 'health', path: ({ projectId }) => `/p/${projectId}/health`, settled: heading('Health') },
  { name: 'team', path: ({ projectId }) => `/p/${projectId}/team`, settled: heading('Team') },
];
