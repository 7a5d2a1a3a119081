import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { REPOSITORY } from '../stack/repository.js';
import { npm } from './npm.js';
import { nameOf, productionOf, type Lock } from './rules.js';
import { finishSbom } from './sbom.js';

const read = <T>(file: string): T => JSON.parse(readFileSync(join(REPOSITORY, file), 'utf8')) as T;

/** `npm run sbom [-- file]`: what production installs on any platform, as CycloneDX. */
try {
  const path = resolve(REPOSITORY, process.argv[2] ?? 'dist/sbom.cdx.json');
  const { succeeded, stdout, stderr } = npm('sbom', '--sbom-format', 'cyclonedx', '--package-lock-only');
  if (!succeeded) throw new Error(`npm sbom failed: ${stderr.trim()}`);
  const lock = read<{ packages: Lock }>('package-lock.json').packages;
  const packages = new Set(productionOf(lock).map((folder) => `${nameOf(folder)}@${lock[folder]!.version}`));
  const text = finishSbom(stdout, { ...read<{ name: string; version: string }>('package.json'), packages }, [
    ...[REPOSITORY, homedir()],
  ]);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(`written: ${path}, ${packages.size} packages`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
