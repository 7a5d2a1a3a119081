import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The repository's root, from the sources as from dist. */
export const REPOSITORY = ((): string => {
  let dir = import.meta.dirname;
  while (!existsSync(join(dir, 'package-lock.json'))) dir = dirname(dir);
  return dir;
})();
