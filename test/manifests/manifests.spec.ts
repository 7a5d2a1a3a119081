import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../tools/stack/repository.js';
import { budgetFaults, firstFaults, graceFaults, scalingFaults } from './lifecycle.js';
import { networkFaults } from './network.js';
import { ofKind, OVERLAYS, renderOverlay, type Cluster, type Manifest } from './objects.js';
import { secretFaults, settingFaults } from './settings.js';
import { TWINS } from './twins.js';
import { imageFaults, memoryFaults, podSecurityFaults, portFaults, selectorFaults, serviceFaults } from './wiring.js';

/*
 * What no schema sees in deploy/k8s. Oracles: the settings objects, the table of topics, Node's flags, the table of secrets in
 * docs/kubernetes.md. Each rule is a function over what `kubectl kustomize` renders; its twins break one thing and see it told.
 */

const CLUSTERS = new Map(OVERLAYS.map((name) => [name as string, renderOverlay(name)]));

const DOCUMENTED = [
  ...readFileSync(join(REPOSITORY, 'docs/kubernetes.md'), 'utf8').matchAll(/^\| `([A-Z_]+)` +\|/gm),
].map((match) => match[1]!);

type Rule = (cluster: Cluster, overlay: string) => string[];

const RULES: Readonly<Record<string, Rule>> = {
  'every service is there and runs its own program under its own account': serviceFaults,
  'selectors match the labels of pods': selectorFaults,
  'Services, probes and settings agree on ports': portFaults,
  'every variable is a setting that the service reads, and its settings object takes what is given': settingFaults,
  'secrets are references, to keys that are documented': (cluster, overlay) =>
    secretFaults(cluster, DOCUMENTED, overlay === 'local'),
  'every pod meets Pod Security "restricted"': podSecurityFaults,
  'images have a version': imageFaults,
  'memory has room beside the heap': memoryFaults,
  'no group has more members than partitions': scalingFaults,
  'grace is longer than the shutdown, and that longer than the drain': graceFaults,
  'a budget lets a pod go, always': budgetFaults,
  'topics and tables can be made before any service is applied': firstFaults,
  'network policies let each service reach what it needs, and no more': (cluster, overlay) =>
    networkFaults(cluster, overlay === 'local'),
};

describe.each(OVERLAYS)('deploy/k8s/overlays/%s', (overlay) => {
  it.each(Object.entries(RULES))('%s', (_, rule) => {
    expect(rule(CLUSTERS.get(overlay)!, overlay)).toEqual([]);
  });
});

/** The overlay with one thing changed. */
function broken(overlay: string, kind: string, name: string, breakIt: (manifest: Manifest) => void): Cluster {
  const cluster = structuredClone(CLUSTERS.get(overlay)!);
  const found = ofKind(cluster, kind).find(({ metadata }) => metadata.name.startsWith(name));
  if (found === undefined) throw new Error(`the twin has nothing to break: no ${kind} ${name} in ${overlay}`);
  breakIt(found);
  return cluster;
}

describe('a rule tells', () => {
  it.each(
    Object.entries(TWINS).flatMap(([rule, twins]) =>
      twins.map((twin) => [rule, `${twin[1]} ${twin[2]}`, twin] as const),
    ),
  )('(%s) when it is broken: %s', (rule, _, [overlay, kind, name, breakIt, told]) => {
    expect(RULES[rule]!(broken(overlay, kind, name, breakIt), overlay).join('\n')).toMatch(told);
  });

  it('each has a twin', () => {
    expect(Object.keys(TWINS)).toEqual(Object.keys(RULES));
  });
});
