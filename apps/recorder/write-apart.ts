import type { PlacedRecord } from './read-records.js';

/** How records are written, and what becomes of one that cannot be. */
export interface Writing {
  write(records: readonly PlacedRecord[]): Promise<void>;
  /** True when these records can never be written, however often they are tried. */
  isRefused(error: unknown): boolean;
  drop(record: PlacedRecord, error: unknown): void;
}

/**
 * Writes all records, in order. A batch that is refused is halved until the record at fault stands alone: that one is
 * dropped, its neighbours are written.
 * @throws what `write` threw when it is nobody's fault; a part may have been written, and all of it may come again.
 */
export async function writeApart(records: readonly PlacedRecord[], writing: Writing): Promise<void> {
  const [first] = records;
  if (first === undefined) return;
  try {
    await writing.write(records);
  } catch (error) {
    if (!writing.isRefused(error)) throw error;
    if (records.length === 1) return writing.drop(first, error);
    const middle = records.length >> 1;
    await writeApart(records.slice(0, middle), writing);
    await writeApart(records.slice(middle), writing);
  }
}
