import { readFileSync, writeFileSync } from 'node:fs';
import { SETTINGS_PAGE, settingsPage } from './settings-page.js';

writeFileSync(SETTINGS_PAGE, await settingsPage(readFileSync(SETTINGS_PAGE, 'utf8')));
console.log('docs/settings.md has the table of the settings as they are now.');
