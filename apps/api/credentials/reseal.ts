import type { DataSource } from 'typeorm';
import type { SecretBox } from '#libs/runtime';
import { changeSettings } from '#libs/storage';

/** Where secrets are sealed. */
const PLACES = [
  { what: 'bearer tokens', table: 'bearer_tokens', id: 'endpoint_id', sealed: 'sealed' },
  { what: 'signing keys', table: 'signing_keys', id: 'id', sealed: 'private_sealed' },
] as const;

/** Changes of settings wait for each other: this many rows at a time, so that none waits long. */
const BATCH = 100;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

export interface Resealed {
  readonly what: (typeof PLACES)[number]['what'];
  /** Sealed with the first key now. */
  readonly resealed: number;
  /** Were sealed with it before. */
  readonly current: number;
  /** Somebody else changed or deleted them meanwhile: whoever has the new key first sealed them with it. */
  readonly changed: number;
  /** Cannot be opened with any key: left as they are. As in `<id>: <why>`. */
  readonly faults: readonly string[];
}

/**
 * Seals every secret again with the box's first key. Repeatable, and safe while services run which open with the old key
 * and the new one: a row is replaced only if it still holds what was opened.
 */
export async function resealAll(source: DataSource, box: SecretBox): Promise<Resealed[]> {
  const done: Resealed[] = [];
  for (const place of PLACES) done.push(await reseal(source, box, place));
  return done;
}

async function reseal(source: DataSource, box: SecretBox, place: (typeof PLACES)[number]): Promise<Resealed> {
  const { what, table, id, sealed } = place;
  const counts = { resealed: 0, current: 0, changed: 0 };
  const faults: string[] = [];
  for (let after = BEFORE_ALL; ;) {
    const rows = (await source.query(
      `SELECT ${id} AS id, ${sealed} AS sealed FROM ${table} WHERE ${id} > $1 ORDER BY ${id} LIMIT ${BATCH}`,
      [after],
    )) as { id: string; sealed: string }[];
    const last = rows.at(-1);
    if (last === undefined) return { what, ...counts, faults };
    after = last.id;
    const old = rows.filter((row) => !box.isCurrent(row.sealed));
    counts.current += rows.length - old.length;
    const fresh = old.flatMap((row) => {
      try {
        return [{ ...row, again: box.encrypt(box.decrypt(row.sealed)) }];
      } catch (error) {
        faults.push(`${row.id}: ${error instanceof Error ? error.message : String(error)}`);
        return [];
      }
    });
    if (fresh.length === 0) continue;
    const written = await changeSettings(source, async (manager) => {
      const [, count] = (await manager.query(
        `UPDATE ${table} SET ${sealed} = again
         FROM unnest($1::uuid[], $2::text[], $3::text[]) AS f (of_id, opened, again)
         WHERE ${id} = of_id AND ${sealed} = opened`,
        [fresh.map((row) => row.id), fresh.map((row) => row.sealed), fresh.map((row) => row.again)],
      )) as [unknown, number];
      return count;
    });
    counts.resealed += written;
    counts.changed += fresh.length - written;
  }
}
