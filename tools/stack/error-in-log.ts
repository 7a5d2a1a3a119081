import type { Exit } from './child-process.js';

/** What a program's last lines say about why it ended: its last error; null when they name none. */
export function errorIn(lines: readonly string[], exit: Exit): string | null {
  // It had no time to say why: its last error was about something else.
  if (exit.signal === 'SIGKILL') return null;
  const error = lines.findLast((line) => isError(line));
  // The last line of one that a signal ended would only mislead.
  const chosen = error ?? (exit.signal === null && exit.code !== 0 ? lines.at(-1) : undefined);
  return chosen === undefined ? null : shorten(sentenceOf(chosen));
}

/** A line of one of our services. */
interface ServiceLine {
  readonly level: string;
  readonly msg?: string;
  readonly err?: { readonly message?: string };
}

function isError(line: string): boolean {
  const entry = parse(line);
  if (entry !== null) return entry.level === 'error' || entry.level === 'fatal';
  // Java's and PostgreSQL's levels, and what Node prints of an error that nobody caught.
  return /\b(ERROR|FATAL|PANIC)\b|\w*(Error|Exception): /.test(line);
}

function sentenceOf(line: string): string {
  const entry = parse(line);
  if (entry === null) return line.trim();
  const parts = [entry.msg, entry.err?.message].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? line : [...new Set(parts)].join(': ');
}

/** null for anything but a service's line. */
function parse(line: string): ServiceLine | null {
  if (!line.startsWith('{')) return null;
  try {
    const value = JSON.parse(line) as ServiceLine;
    return typeof value.level === 'string' ? value : null;
  } catch {
    return null;
  }
}

function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)} …` : text;
}
