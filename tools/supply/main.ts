import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../stack/repository.js';
import { npm } from './npm.js';
import {
  licenceFault,
  lockFaults,
  nameOf,
  productionOf,
  readAudit,
  scriptFaults,
  staleExceptions,
  versionFaults,
  type Lock,
} from './rules.js';

/** What Vite writes of what it bundles. */
const BUNDLED = 'dist/apps/dashboard/assets/licences.json';

const say = (text: string): void => console.log(text);

const read = <T>(...path: string[]): T => JSON.parse(readFileSync(join(REPOSITORY, ...path), 'utf8')) as T;

interface Manifest {
  readonly allowScripts: Readonly<Record<string, boolean>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

/** `npm run supply`. @returns what is wrong, in sentences. */
function checkSupply(): string[] {
  const lock = read<{ packages: Lock }>('package-lock.json').packages;
  const production = productionOf(lock);
  const { allowScripts, dependencies, devDependencies, optionalDependencies } = read<Manifest>('package.json');
  const step = npm('ci', '--dry-run', '--ignore-scripts', '--no-audit');
  const bundled = bundledLicences();
  const licences = [...licencesOf(production, lock), ...bundled];
  say(
    `${Object.keys(lock).length - 1} packages are locked, ${production.length} of them for production, ` +
      `${bundled.length} in the dashboard`,
  );
  return [
    ...lockFaults(lock),
    ...versionFaults(dependencies, devDependencies, optionalDependencies),
    ...(step.succeeded
      ? []
      : [`package-lock.json is not in step with package.json, or npm ci failed: ${step.stderr.trim()}`]),
    ...scriptFaults(lock, allowScripts),
    ...licences.flatMap(([name, licence]) => licenceFault(name, licence) ?? []),
    ...staleExceptions(new Set(licences.map(([name, licence]) => `${name} ${String(licence)}`))),
    ...auditFaults(),
  ];
}

/** As the installed package says; of those for other platforms, as the lockfile does. */
function licencesOf(production: readonly string[], lock: Lock): [name: string, licence: unknown][] {
  return production.map((folder) => {
    const isHere = existsSync(join(REPOSITORY, folder, 'package.json'));
    const licence = isHere ? read<{ license?: unknown }>(folder, 'package.json').license : lock[folder]?.license;
    return [nameOf(folder), licence];
  });
}

/** Of packages that are for development, and go to browsers in the dashboard's files: as its build found them. */
function bundledLicences(): [name: string, licence: unknown][] {
  const found = read<{ name: string; identifier?: unknown }[]>(BUNDLED);
  return found.map(({ name, identifier }) => [name, identifier]);
}

function auditFaults(): readonly string[] {
  const audit = readAudit(npm('audit', '--omit=dev', '--json').stdout);
  if (!audit.reached) {
    say(`NOT CHECKED: known vulnerabilities. The registry does not tell them here (${audit.why})`);
    return [];
  }
  for (const note of audit.noted) say(`note: ${note}`);
  return audit.faults;
}

try {
  const faults = checkSupply();
  for (const fault of faults) console.error(`WRONG: ${fault}`);
  say(faults.length === 0 ? 'the supply is as it should be' : `${faults.length} faults`);
  if (faults.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
