import { get } from './client.js';
import type { Page } from './types.js';

const A_PAGE = 100;

/** A list that is short enough to be shown whole: a project's endpoints, its API keys. */
export async function allPages<Item>(path: string, signal?: AbortSignal): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Item> = await get(path, { cursor, limit: A_PAGE }, signal);
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}
