const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `850 ms`, `12.3 s`, `41 s`, `2 min 5 s`, `3 h 4 min`, `2 d 5 h`: the two largest units that matter. */
export function durationText(ms: number): string {
  const time = Math.max(0, ms);
  if (time < SECOND) return `${Math.round(time)} ms`;
  if (time < 20 * SECOND) return `${(Math.floor(time / 100) / 10).toFixed(1).replace('.0', '')} s`;
  return wholeText(time);
}

/** As durationText, in whole seconds: for what ticks. */
export function wholeText(ms: number): string {
  const time = Math.max(0, ms);
  if (time < MINUTE) return `${Math.floor(time / SECOND)} s`;
  if (time < HOUR) return two(time, MINUTE, 'min', SECOND, 's');
  if (time < DAY) return two(time, HOUR, 'h', MINUTE, 'min');
  return two(time, DAY, 'd', HOUR, 'h');
}

function two(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}
