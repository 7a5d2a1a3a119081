import { wholeText } from './duration.js';
import { useNow } from './now.js';

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const YEAR = new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', day: 'numeric' });

interface TimeProps {
  /** ISO 8601. */
  readonly at: string;
}

/** In the viewer's zone; in UTC for whoever points at it. */
export function Moment({ at, withMs = false }: TimeProps & { readonly withMs?: boolean }) {
  return (
    <time dateTime={at} title={utc(at)} style={{ whiteSpace: 'nowrap' }}>
      {momentText(new Date(at), new Date(), withMs)}
    </time>
  );
}

/** `12 s ago` */
export function Ago({ at }: TimeProps) {
  const now = useNow();
  return (
    <time dateTime={at} title={`${momentText(new Date(at), new Date(now))} · ${utc(at)}`}>
      {wholeText(now - Date.parse(at))} ago
    </time>
  );
}

/** `in 41 s`, or `now`. */
export function Until({ at }: TimeProps) {
  const left = Date.parse(at) - useNow();
  return (
    <time dateTime={at} title={utc(at)}>
      {left < 1000 ? 'now' : `in ${wholeText(left)}`}
    </time>
  );
}

function utc(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 23)} UTC`;
}

/** `14:03:22`, with the day when that is not today. */
export function momentText(moment: Date, now: Date, withMs = false): string {
  const clock = CLOCK.format(moment) + (withMs ? `.${String(moment.getMilliseconds()).padStart(3, '0')}` : '');
  if (moment.toDateString() === now.toDateString()) return clock;
  return `${(moment.getFullYear() === now.getFullYear() ? DAY : YEAR).format(moment)}, ${clock}`;
}
