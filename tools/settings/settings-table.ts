import { describeSettings, type SettingDescription } from '#libs/runtime';
import { SERVICE_SETTINGS } from './service-settings.js';

/** Where the table of docs/settings.md is, and stops. */
const BEGIN = '<!-- settings: written by npm run settings -->';
const END = '<!-- end of settings -->';

/** A page with the table anew. @throws when the page has no place for it, or a setting no meaning. */
export function withSettingsTable(page: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`The page has no lines "${BEGIN}" and "${END}" for the table`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${settingsTable()}\n\n${page.slice(end)}`;
}

function settingsTable(): string {
  const rows = [...byName()].map(([name, readers]) => rowOf(name, readers));
  return ['| setting | default | for | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

type Readers = ReadonlyMap<string, SettingDescription>;

/** What each setting is to each service that reads it; in the order of the services' fields. */
function byName(): Map<string, Map<string, SettingDescription>> {
  const all = new Map<string, Map<string, SettingDescription>>();
  for (const [service, schema] of Object.entries(SERVICE_SETTINGS)) {
    for (const setting of describeSettings(schema)) {
      const readers = all.get(setting.name) ?? new Map<string, SettingDescription>();
      all.set(setting.name, readers.set(service, setting));
    }
  }
  return all;
}

function rowOf(name: string, readers: Readers): string {
  const meanings = [...new Set([...readers.values()].map(({ meaning }) => meaning))];
  if (meanings.length > 1 || meanings[0] === '') {
    throw new Error(
      `${name}: expected one meaning, in .describe(…) where it is defined; it has: ${meanings.join(' | ')}`,
    );
  }
  const secret = [...readers.values()].some(({ details }) => details?.secret);
  const meaning = `${meanings[0]}${secret ? ' (**secret**)' : ''}`;
  return `| ${[`\`${name}\``, defaultOf(readers), servicesOf([...readers.keys()]), meaning].join(' | ')} |`;
}

/** Once, or for each service when they differ. */
function defaultOf(readers: Readers): string {
  const texts = new Map([...readers].map(([service, setting]) => [service, oneDefault(setting)]));
  const distinct = new Set(texts.values());
  if (distinct.size === 1) return [...distinct][0]!;
  return [...texts].map(([service, text]) => `${service} ${text}`).join(', ');
}

function oneDefault({ required, default: value, details }: SettingDescription): string {
  if (required) return 'required';
  if (value === undefined) return '';
  const items = Array.isArray(value) ? value : [value];
  return `\`${items.map((item) => (details?.duration ? durationText(Number(item)) : String(item))).join(',')}\``;
}

const HOUR_MS = 60 * 60 * 1000;

/** As an operator would write it: `10s`. */
function durationText(ms: number): string {
  if (ms >= HOUR_MS && ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

function servicesOf(readers: readonly string[]): string {
  const all = Object.keys(SERVICE_SETTINGS);
  if (readers.length === all.length) return 'all';
  const rooms = all.filter((service) => service.startsWith('delivery-'));
  const others = readers.filter((service) => !rooms.includes(service));
  if (!rooms.every((service) => readers.includes(service))) return readers.join(', ');
  return [...others, 'the delivery services'].join(', ');
}
