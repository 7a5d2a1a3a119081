/**
 * Keeps what the release at `root` writes as the fixtures of its version. From the repository's root:
 *
 *     npm run upgrade -- freeze <version> <commit> <folder with that commit, built>
 *
 * Once for each release, when it is made: what is there is what customers have in Kafka and Postgres, and is never edited.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../tools/stack/repository.js';
import { captureRelease } from './capture.js';
import { filesOf } from './release.js';

export async function freeze(version: string, commit: string, root: string): Promise<string> {
  const folder = join(REPOSITORY, 'test', 'upgrade', 'fixtures', version);
  mkdirSync(folder, { recursive: true });
  const release = await captureRelease(root, version, commit);
  for (const [file, text] of Object.entries(filesOf(release))) writeFileSync(join(folder, file), text);
  return folder;
}
