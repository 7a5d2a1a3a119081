let second = NaN;
let text = '';

/** `2026-05-12T10:24:00.000Z`, as `toISOString` has it, of which all but the milliseconds is made once a second. */
export function isoTime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds !== second) {
    text = new Date(seconds * 1000).toISOString().slice(0, -4);
    second = seconds;
  }
  return `${text}${String(ms - seconds * 1000).padStart(3, '0')}Z`;
}
