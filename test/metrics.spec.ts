import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../tools/stack/repository.js';

/* Oracle: the metrics' definitions in the sources. What documents, alerts and dashboards say of them is held to it. */

const read = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8');

const SOURCES = ['apps', 'libs']
  .flatMap((top) =>
    readdirSync(join(REPOSITORY, top), { recursive: true, encoding: 'utf8' }).map((name) => join(top, name)),
  )
  .filter((name) => name.endsWith('metrics.ts'))
  .map(read)
  .join('\n');

/** The labels of each metric, as the sources define them. */
const DEFINED = new Map<string, readonly string[]>();
for (const [definition, name] of SOURCES.matchAll(/name: '(recho_\w+)',[^}]*?registers\b/g)) {
  const labels = /labelNames: \[([^\]]*)\]/.exec(definition)?.[1] ?? '';
  DEFINED.set(name!, [...labels.matchAll(/'(\w+)'/g)].map((match) => match[1]!).toSorted());
}
/** Their names are arguments there. */
for (const [, name] of SOURCES.matchAll(/gauge\(\s*'(recho_\w+)'/g)) DEFINED.set(name!, ['kind']);

/** Of Node and Prometheus. */
const FOREIGN = [
  'nodejs_eventloop_lag_p99_seconds',
  'process_resident_memory_bytes',
  'process_cpu_seconds_total',
  'up',
];
/** Put on every metric: by us, or by Prometheus. */
const EVERYWHERE = ['service', 'instance', 'job', 'le'];

/** What is wrong with the names in a query: nothing, or its unknown metrics and labels. */
function unknownIn(expr: string): string[] {
  const bare = expr.replace(/"[^"]*"/g, '""');
  const names = [...bare.matchAll(/\b(recho_\w+|nodejs_\w+|process_\w+|up)\b/g)].map((match) => match[1]!);
  const bases = names.map((name) => (DEFINED.has(name) ? name : name.replace(/_(bucket|count|sum)$/, '')));
  const unknown = bases.filter((name) => !DEFINED.has(name) && !FOREIGN.includes(name));
  const known = new Set([...EVERYWHERE, ...bases.flatMap((name) => DEFINED.get(name) ?? [])]);
  const inBraces = [...bare.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*""/g)].map((match) => match[1]!);
  const inBy = [...bare.matchAll(/\bby \(([^)]*)\)/g)].flatMap((match) =>
    match[1]!.split(',').map((one) => one.trim()),
  );
  return [...unknown, ...[...inBraces, ...inBy].filter((label) => !known.has(label))];
}

interface Panel {
  title: string;
  description: string;
  datasource: { uid: string };
  fieldConfig: { defaults: { unit: string } };
  targets: { expr: string; legendFormat: string; datasource: { uid: string } }[];
}

describe('docs/metrics.md', () => {
  const rows = [...read('docs/metrics.md').matchAll(/^\| `(recho_\w+)` +\| (\w+) +\| ([^|]*)\|/gm)];

  it('has a row for every metric, and for no other', () => {
    expect(DEFINED.size).toBeGreaterThan(20);
    expect(rows.map((row) => row[1]!).toSorted()).toEqual([...DEFINED.keys()].toSorted());
  });

  it('names the labels that each has', () => {
    const labels = rows.map((row) => [row[1]!, [...row[3]!.matchAll(/`(\w+)`/g)].map((match) => match[1]!).toSorted()]);
    expect(Object.fromEntries(labels)).toEqual(Object.fromEntries(DEFINED));
  });

  it('has no metric whose labels could be of any number', () => {
    const labels = [...DEFINED.values()].flat();
    expect(labels.filter((label) => /endpoint|call|project|id$/i.test(label))).toEqual([]);
  });
});

describe('deploy/prometheus', () => {
  const alerts = read('deploy/prometheus/alerts.yml').split('- alert: ').slice(1);
  const tests = read('deploy/prometheus/alerts.test.yml');

  it.each(alerts.map((text) => [text.split('\n')[0]!, text]))('%s can be acted upon', (name, text) => {
    const anchors = [...read('docs/runbook.md').matchAll(/^## (.+)$/gm)].map((match) =>
      match[1]!
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    expect(text).toMatch(/severity: (critical|warning)/);
    expect(text).toMatch(/summary: \S/);
    expect(text).toMatch(/description: .*\$value/);
    expect(anchors).toContain(/runbook_url: '?docs\/runbook\.md#([\w-]+)/.exec(text)?.[1]);
    // One series that fires it, and its twin.
    expect(tests.split(`alertname: ${name}\n`)).toHaveLength(3);
  });

  it('asks for metrics and labels that exist', () => {
    const expressions = alerts.map((text) => text.slice(text.indexOf('expr:'), text.indexOf('labels:')));
    expect(expressions.flatMap(unknownIn)).toEqual([]);
  });

  it('would be told of one that does not', () => {
    expect(unknownIn('sum by (endpoint) (rate(recho_attempts_total{kind="slack"}[5m]))')).toEqual(['endpoint']);
    expect(unknownIn('recho_atempts_total')).toEqual(['recho_atempts_total']);
  });
});

describe.each(readdirSync(join(REPOSITORY, 'deploy/grafana/dashboards')))('the dashboard %s', (file) => {
  const { panels } = JSON.parse(read(join('deploy/grafana/dashboards', file))) as { panels: Panel[] };
  const uid = /uid: (\S+)/.exec(read('deploy/grafana/provisioning/datasources/prometheus.yml'))?.[1];

  it('asks for metrics and labels that exist', () => {
    expect(panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => unknownIn(expr)))).toEqual([]);
  });

  it('says of every panel what it shows, in which unit', () => {
    for (const { title, description, fieldConfig } of panels) {
      expect([title, description, fieldConfig.defaults.unit]).toEqual(Array(3).fill(expect.stringMatching(/\S/)));
    }
  });

  it('reads from the Prometheus that is provisioned', () => {
    const uids = panels.flatMap(({ datasource, targets }) => [datasource, ...targets.map((one) => one.datasource)]);
    expect(new Set(uids.map((one) => one.uid))).toEqual(new Set([uid]));
  });
});
