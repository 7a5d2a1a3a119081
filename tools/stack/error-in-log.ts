const ERROR_LEVEL = 50;

/** What a program's last lines say about why it ended: its last error, or its last line; null when it said nothing. */
export function errorIn(lines: readonly string[]): string | null {
  const last = lines.findLast((line) => (levelOf(line) ?? 0) >= ERROR_LEVEL) ?? lines.at(-1);
  return last === undefined ? null : shorten(sentenceOf(last));
}

interface PinoLine {
  readonly level: number;
  readonly msg?: string;
  readonly err?: { readonly message?: string };
}

function sentenceOf(line: string): string {
  const entry = parse(line);
  if (entry === null) return line.trim();
  const parts = [entry.msg, entry.err?.message].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? line : [...new Set(parts)].join(': ');
}

function levelOf(line: string): number | undefined {
  return parse(line)?.level;
}

/** One of our services' lines; null for anything else. */
function parse(line: string): PinoLine | null {
  if (!line.startsWith('{')) return null;
  try {
    const value = JSON.parse(line) as PinoLine;
    return typeof value.level === 'number' ? value : null;
  } catch {
    return null;
  }
}

function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)} …` : text;
}
