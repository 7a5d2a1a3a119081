import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../tools/stack/repository.js';

export const DOCKERFILE = readFileSync(join(REPOSITORY, 'deploy', 'docker', 'Dockerfile'), 'utf8');

/** What the last stage of a Dockerfile says. */
export interface ImageFacts {
  /** `uid:gid` */
  readonly user: string;
  readonly workdir: string;
  readonly nodeVersion: string;
  readonly env: Readonly<Record<string, string>>;
}

/** @throws Error when it does not say one of them. */
export function imageFacts(dockerfile: string): ImageFacts {
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  const said = (text: string, pattern: RegExp): string => {
    const found = pattern.exec(text)?.[1];
    if (found === undefined) throw new Error(`deploy/docker/Dockerfile has nothing like ${pattern.source}`);
    return found;
  };
  const env = [...last.matchAll(/^ENV (\w+)="?([^"\n]*)"?$/gm)].map(([, name, value]) => [name!, value!] as const);
  return {
    user: said(last, /^USER (\S+)$/m),
    workdir: said(last, /^WORKDIR (\S+)$/m),
    nodeVersion: said(dockerfile, /^ARG NODE_VERSION=(\S+)$/m),
    env: Object.fromEntries(env),
  };
}
