/** The normal form, of days that every month has. */
const NORMAL = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const NORMAL_LENGTH = '2026-05-12T10:24:00.000Z'.length;

/** ISO 8601 with a zone; a date alone or a local time would be read differently from machine to machine. */
const ISO = /^(\d{4})-(\d{2})-(\d{2})[Tt ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:[Zz]|[+-]\d{2}:?\d{2})$/;

/**
 * A moment as ISO 8601 UTC with three decimals; finer ones are cut off.
 * @returns null for what is no moment: not ISO 8601, no zone, no such day.
 */
export function normalTime(value: string): string | null {
  if (NORMAL.test(value)) return value; // the usual form needs no parsing
  const [whole, year, month, day] = ISO.exec(value) ?? [];
  if (whole === undefined) return null;
  // Date.parse takes 30 February for 2 March.
  const midnight = new Date(0);
  midnight.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (midnight.getUTCDate() !== Number(day)) return null;
  const time = Date.parse(whole.toUpperCase().replace(' ', 'T').replace(',', '.'));
  if (Number.isNaN(time)) return null;
  const iso = new Date(time).toISOString();
  // An offset can lead out of the four-digit years.
  return iso.length === NORMAL_LENGTH ? iso : null;
}
