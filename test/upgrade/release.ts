import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IncomingRecord } from '#libs/kafka';
import { REPOSITORY } from '../../tools/stack/repository.js';

/* What a release left in Kafka and Postgres, as its own processes wrote it: kept for the next one to read. */

export interface KeptRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  /** UTF-8, byte by byte as it lay in Kafka. */
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface KeptCommit {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly metadata: string;
}

/** The tables that hold what is under way, rows as JSON. */
export type KeptRows = Readonly<Record<string, readonly object[]>>;

export interface Release {
  readonly version: string;
  /** What it was built from. */
  readonly commit: string;
  readonly records: readonly KeptRecord[];
  readonly commits: readonly KeptCommit[];
  readonly rows: KeptRows;
  /** Its tables: what its migrations did, statement by statement. */
  readonly schema: string;
}

/** The release that the present one follows, and may be followed by again in a rollback. */
export const PREVIOUS = 'v0.1';

const FOLDER = join(REPOSITORY, 'test', 'upgrade', 'fixtures', PREVIOUS);

export function readRelease(folder = FOLDER): Release {
  const text = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const json = <T>(file: string): T => JSON.parse(text(file)) as T;
  return {
    ...json<Pick<Release, 'version' | 'commit'>>('release.json'),
    records: json('records.json'),
    commits: json('commits.json'),
    rows: json('rows.json'),
    schema: text('schema.sql'),
  };
}

/** What `readRelease` reads, by file. */
export function filesOf({ version, commit, records, commits, rows, schema }: Release): Record<string, string> {
  return {
    'release.json': linesOf({ version, commit }),
    'records.json': linesOf(records),
    'commits.json': linesOf(commits),
    'rows.json': `${JSON.stringify(rows, null, 1)}\n`,
    'schema.sql': schema,
  };
}

/** As a consumer gets it. */
export function incoming({ offset, key, value, headers }: KeptRecord): IncomingRecord {
  return {
    offset,
    key: key === null ? null : Buffer.from(key),
    value: Buffer.from(value),
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
    timestamp: 0,
  };
}

/** JSON with a line for each of its parts: a diff shows what changed. */
function linesOf(value: object): string {
  if (!Array.isArray(value)) return `${JSON.stringify(value, null, 2)}\n`;
  return `[\n${value.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`;
}
