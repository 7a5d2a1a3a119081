import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { REPOSITORY } from '../stack/repository.js';
import { withSettingsTable } from './settings-table.js';

export const SETTINGS_PAGE = join(REPOSITORY, 'docs/settings.md');

/** docs/settings.md as it should be: its own prose, the table anew. */
export async function settingsPage(page: string): Promise<string> {
  const style = await resolveConfig(SETTINGS_PAGE);
  return format(withSettingsTable(page), { ...style, parser: 'markdown' });
}
