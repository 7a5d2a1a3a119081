import { z } from 'zod';
import { normalTime } from '#libs/contracts';

/** UUIDs are kept in lower case. */
export const Uuid = z.guid().toLowerCase();

export const Time = z.iso.datetime({ precision: 3 }).meta({ description: 'ISO 8601, UTC, with milliseconds' });

/** A moment in any zone; kept in UTC. */
export const Moment = z
  .string()
  .transform((text, context): string => {
    const normal = normalTime(text);
    if (normal !== null) return normal;
    context.addIssue({
      code: 'custom',
      message: 'is no moment; use ISO 8601 with a zone, as 2026-05-12T10:24:00.000Z',
    });
    return z.NEVER;
  })
  .optional();

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
