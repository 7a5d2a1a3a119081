// `npm run browser [-- --screenshots FOLDER]`: the dashboard in a real browser (test/browser/main.ts).
import { ensureProgram } from './debian-package.mjs';
import { launch } from './launch.mjs';

const MISSING = 'Chromium is needed: install it (Debian: apt-get install chromium), or set CHROMIUM to where it is.';

try {
  if (!process.env.CHROMIUM) ensureProgram('chromium', 'chromium', MISSING);
  await launch('browser', 'dist/test/browser/main.js', (dir) => ({ TEST_RUN_DIR: dir }));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
