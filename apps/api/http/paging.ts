import { z } from 'zod';
import { invalid } from './problem.js';

export function pageLimit(most: number) {
  return z.coerce.number().int().min(1).max(most).default(50).meta({ description: 'Items a page' });
}

/** The query of every list that pages. */
export const PageQuery = z.strictObject({
  cursor: z
    .string()
    .max(1000)
    .optional()
    .meta({ description: '`nextCursor` of the page before; left out: the first page' }),
  limit: pageLimit(100),
});
export type PageQuery = z.output<typeof PageQuery>;

export interface Page<Item> {
  readonly items: readonly Item[];
  /** null: this was the last page. */
  readonly nextCursor: string | null;
}

/** @param id names the schema in the OpenAPI document. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().meta({ description: 'Ask for the next page with it; null: there is none' }),
  });
}

/** @param rows one more than the limit when there are more: that one only tells. */
export function pageFrom<Row, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
  placeOf: (row: Row) => readonly unknown[],
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(toItem), nextCursor: more ? encodeCursor(placeOf(last)) : null };
}

function encodeCursor(place: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/**
 * Null without a cursor.
 * @throws Problem for a text that is not a cursor of this list.
 */
export function decodeCursor<Place extends z.ZodType>(
  place: Place,
  cursor: string | undefined,
): z.output<Place> | null {
  if (cursor === undefined) return null;
  try {
    return place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw invalid([{ field: 'cursor', message: 'is not a cursor of this list; begin again without one' }]);
  }
}

/** A moment in microseconds, and an id: the place of a row in a list ordered by age. */
export const AgePlace = z.tuple([z.iso.datetime({ precision: 6 }), z.guid()]);

/** SQL of the first half of an AgePlace: a JavaScript Date would lose the last three digits. */
export function placeSql(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}
