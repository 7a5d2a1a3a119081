// `npm run alerts`: Prometheus' own tool checks its settings, the alerts, their tests and the dashboards' queries.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureProgram } from './debian-package.mjs';
import { ROOT } from './ensure-install.mjs';

const PROMETHEUS = join(ROOT, 'deploy', 'prometheus');
const DASHBOARDS = join(ROOT, 'deploy', 'grafana', 'dashboards');

/** @returns whether it succeeded. */
function promtool(...args) {
  return spawnSync('promtool', args, { stdio: 'inherit' }).status === 0;
}

function ensurePromtool() {
  ensureProgram(
    'promtool',
    'prometheus',
    'promtool is missing: it comes with Prometheus (Debian: apt-get install --no-install-recommends prometheus; ' +
      'elsewhere: https://prometheus.io/download/)',
  );
}

/** promtool parses no single expression offline; as the expressions of rules it parses them all. */
function checkQueries() {
  const rules = readdirSync(DASHBOARDS)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => JSON.parse(readFileSync(join(DASHBOARDS, name), 'utf8')).panels)
    .flatMap(({ targets = [] }) => targets.map(({ expr }) => expr.replaceAll(/\$__(rate_interval|range)/g, '1m')))
    .map((expr, index) => ({ record: `query_${index}`, expr }));
  const dir = mkdtempSync(join(tmpdir(), 'recho-queries-'));
  try {
    // JSON is YAML.
    writeFileSync(join(dir, 'queries.yml'), JSON.stringify({ groups: [{ name: 'queries', rules }] }));
    return promtool('check', 'rules', '--lint=none', join(dir, 'queries.yml'));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

try {
  ensurePromtool();
  const passed = [
    promtool('check', 'config', join(PROMETHEUS, 'prometheus.yml')),
    promtool('test', 'rules', join(PROMETHEUS, 'alerts.test.yml')),
    checkQueries(),
  ];
  if (passed.includes(false)) process.exitCode = 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
