import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SERVICE_SETTINGS } from '../tools/settings/service-settings.js';
import { SETTINGS_PAGE, settingsPage } from '../tools/settings/settings-page.js';
import { REPOSITORY } from '../tools/stack/repository.js';

/** What the documents name exists. */

const PAGES = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'libs/ordering/README.md'],
  ...readdirSync(join(REPOSITORY, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
const TOP = /^(apps|libs|test|tools|docs|deploy)\//;
const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** Of each heading, as GitHub makes them. */
function anchorsOf(page: string): Set<string> {
  const headings = page.replaceAll(/^```[^]*?^```/gm, '').matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, text]) =>
      text!
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** What the services' sources name in quotes, in one text. */
const SOURCES = ['apps', 'libs']
  .flatMap((top) =>
    readdirSync(join(REPOSITORY, top), { recursive: true, encoding: 'utf8' }).map((name) => join(top, name)),
  )
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
  .map((name) => readFileSync(join(REPOSITORY, name), 'utf8'))
  .join('\n');

describe.each(PAGES)('%s', (page) => {
  const text = readFileSync(join(REPOSITORY, page), 'utf8');

  it('names only files that exist', () => {
    const named = [...text.matchAll(/`([^`\s]+)`/g)].map((match) => match[1]!).filter((path) => TOP.test(path));
    const plain = named.filter((path) => !/[*<{…]/.test(path));
    expect(plain.filter((path) => !existsSync(join(REPOSITORY, path)))).toEqual([]);
  });

  it('links only to files that exist', () => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map((match) => match[1]!);
    const local = links.filter((link) => !/^https?:/.test(link));
    expect(local.filter((link) => !existsSync(join(REPOSITORY, dirname(page), link)))).toEqual([]);
  });

  it('links only to headings that exist', () => {
    const links = [...text.matchAll(/\]\(((?!https?:)[^)#\s]*)#([^)\s]+)\)/g)];
    const missing = links.filter(([, path, anchor]) => {
      const target = join(REPOSITORY, path === '' ? page : join(dirname(page), path!));
      return !existsSync(target) || !anchorsOf(readFileSync(target, 'utf8')).has(anchor!);
    });
    expect(missing.map(([link]) => link)).toEqual([]);
  });

  it('names only commands that exist', () => {
    const named = [...text.matchAll(/npm run ([a-z:-]+)/g)].map((match) => match[1]!);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('names only metrics that exist', () => {
    const named = [...text.matchAll(/\brecho_[a-z_]+/g)].map((match) => match[0]);
    expect(named.filter((name) => !SOURCES.includes(`'${name}'`))).toEqual([]);
  });

  it('names only decisions that are written down', () => {
    const written = readdirSync(join(REPOSITORY, 'docs/adr')).map((name) => Number(name.slice(0, 4)));
    const named = [...text.matchAll(/\bADR (\d+)/g)].map((match) => Number(match[1]));
    expect(named.filter((number) => !written.includes(number))).toEqual([]);
  });
});

describe('docs/settings.md', () => {
  const page = readFileSync(SETTINGS_PAGE, 'utf8');

  it('is what `npm run settings` writes: run npm run settings', async () => {
    expect(page).toBe(await settingsPage(page));
  });

  it('is written anew once a row is not what the settings say', async () => {
    expect(await settingsPage(page.replace('`RETENTION_DAYS`', '`RETENTION_WEEKS`'))).toBe(page);
  });

  it('has a row for every setting of every service', () => {
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` /gm)].map((match) => match[1]!);
    const real = new Set(Object.values(SERVICE_SETTINGS).flatMap(({ shape }) => Object.keys(shape)));
    expect(rows.toSorted()).toEqual([...real].toSorted());
  });
});
