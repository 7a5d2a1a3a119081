import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../tools/stack/repository.js';

/** What docs/runbook.md tells to run, as it stands there. */
export const RUNBOOK = readFileSync(join(REPOSITORY, 'docs/runbook.md'), 'utf8');

const BLOCKS = [...RUNBOOK.matchAll(/^ *```sql\n(.*?)^ *```/gms)].map((match) => match[1]!);

/** Its block of SQL that has the word in it. */
export function runbookSql(word: string): string {
  const found = BLOCKS.filter((text) => text.includes(word));
  if (found.length !== 1) throw new Error(`docs/runbook.md has ${found.length} blocks of SQL with ${word}, not one`);
  return found[0]!;
}
