import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What this clone's stack is protected with. */
export interface StackSecrets {
  readonly adminToken: string;
  /** 32 bytes, base64. */
  readonly secretsKey: string;
  readonly postgresPassword: string;
}

/** Made at the first start and kept: what is encrypted in .data today must be readable tomorrow. */
export function stackSecrets(dataDir: string): StackSecrets {
  const file = join(dataDir, 'secrets.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as StackSecrets;
  const secrets: StackSecrets = {
    adminToken: randomBytes(24).toString('base64url'),
    secretsKey: randomBytes(32).toString('base64'),
    postgresPassword: randomBytes(12).toString('base64url'),
  };
  writePrivately(file, secrets);
  return secrets;
}

/** Readable by its owner only; whole or not at all. */
export function writePrivately(file: string, content: object): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
