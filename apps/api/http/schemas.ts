import { z } from 'zod';

/** UUIDs are kept in lower case. */
export const Uuid = z.guid().toLowerCase();

export const Time = z.iso.datetime({ precision: 3 }).meta({ description: 'ISO 8601, UTC, with milliseconds' });

/** Text that Postgres and UTF-8 can keep. @param most UTF-16 units. */
export function keptText(most: number) {
  return z
    .string()
    .max(most)
    .refine((text) => text.isWellFormed() && !text.includes('\0'), {
      error: 'holds U+0000 or half a character; leave that out',
    });
}

/** A name for people. */
export function nameText() {
  return keptText(200).trim().min(1);
}
