import { describe, expect, it } from '@jest/globals';
import {
  licenceFault,
  lockFaults,
  productionOf,
  readAudit,
  scriptFaults,
  staleExceptions,
  versionFaults,
  type Lock,
} from './rules.js';
import { finishSbom } from './sbom.js';

/** Each rule with what keeps it, and with what it is there to catch. */

const GOOD = { version: '1.0.0', integrity: 'sha512-abc', license: 'MIT' };
const lockOf = (more: Lock = {}): Lock => ({ '': {}, 'node_modules/a': GOOD, 'node_modules/@s/b': GOOD, ...more });

describe('the lockfile', () => {
  it('is good when every package has a digest and no address', () => {
    expect(lockFaults(lockOf())).toEqual([]);
  });

  it.each([
    ['no digest', { version: '1.0.0' }, /node_modules\/x has no sha512 digest/],
    ['a weak digest', { ...GOOD, integrity: 'sha1-abc' }, /no sha512 digest/],
    ['an address', { ...GOOD, resolved: 'https://r.example/x.tgz' }, /names the address it came from/],
    ['a link', { link: true }, /is a link to a folder/],
  ])('is not when one has %s', (_what, entry, fault) => {
    expect(lockFaults(lockOf({ 'node_modules/x': entry })).join()).toMatch(fault);
  });

  it('tells what production installs: no development, optional ones included', () => {
    const lock = lockOf({
      'node_modules/d': { ...GOOD, dev: true },
      'node_modules/e': { ...GOOD, devOptional: true },
      'node_modules/o': { ...GOOD, optional: true },
    });
    expect(productionOf(lock)).toEqual(['node_modules/a', 'node_modules/@s/b', 'node_modules/o']);
  });
});

describe('a wanted version', () => {
  it('is one version', () => {
    expect(versionFaults({ a: '1.2.3' }, { b: '18.4.0-beta.17' })).toEqual([]);
    for (const range of ['^1.2.3', '1.x', 'latest', 'git+https://g.example/x']) {
      expect(versionFaults({}, { a: range })).toEqual([`a is wanted as ${range}: name one version (--save-exact)`]);
    }
  });
});

describe('install scripts', () => {
  const scripted = (more: object = {}): Lock =>
    lockOf({ 'node_modules/a/node_modules/@s/c': { ...GOOD, ...more, hasInstallScript: true } });

  it('are decided about, one by one', () => {
    expect(scriptFaults(scripted(), { '@s/c': false })).toEqual([]);
    expect(scriptFaults(scripted(), {})).toEqual([expect.stringMatching(/^@s\/c has an install script/)]);
  });

  it('may run for development, never in production', () => {
    expect(scriptFaults(scripted({ dev: true }), { '@s/c': true })).toEqual([]);
    expect(scriptFaults(scripted(), { '@s/c': true })).toEqual([
      expect.stringMatching(/may run a script in production/),
    ]);
  });

  it('are decided about for packages that exist', () => {
    expect(scriptFaults(lockOf(), { gone: false })).toEqual(['allowScripts names gone, which is no package']);
  });
});

describe('a licence', () => {
  it.each(['MIT', '(MIT OR GPL-3.0)', 'GPL-2.0 OR Apache-2.0', 'MIT AND ISC'])('%s is allowed', (licence) => {
    expect(licenceFault('x', licence)).toBeNull();
  });

  it.each([
    'GPL-3.0',
    'MIT AND GPL-3.0',
    '(MIT OR (ISC AND GPL-3.0))',
    'SEE LICENSE IN x',
    '',
    undefined,
    { type: 'MIT' },
  ])('%j is not', (licence) => {
    expect(licenceFault('x', licence)).toMatch(/^x (has the licence|names no licence)/);
  });

  it('that is an exception is one for that package alone, and only while it is needed', () => {
    expect(licenceFault('argparse', 'Python-2.0')).toBeNull();
    expect(licenceFault('other', 'Python-2.0')).toMatch(/not on the list/);
    expect(staleExceptions(new Set(['argparse Python-2.0']))).toEqual([]);
    expect(staleExceptions(new Set())).toEqual([expect.stringMatching(/^the exception for argparse/)]);
  });
});

describe('an audit', () => {
  const report = (severity: string): string =>
    JSON.stringify({ vulnerabilities: { x: { severity, range: '<2.0.0' } } });

  it('without findings has none', () => {
    expect(readAudit('{"vulnerabilities":{}}')).toEqual({ reached: true, faults: [], noted: [] });
  });

  it.each(['high', 'critical'])('with a %s one fails', (severity) => {
    expect(readAudit(report(severity))).toMatchObject({ faults: [expect.stringMatching(/^x <2\.0\.0/)], noted: [] });
  });

  it.each(['moderate', 'low', 'info'])('with a %s one tells it', (severity) => {
    expect(readAudit(report(severity))).toMatchObject({ faults: [], noted: [expect.stringMatching(severity)] });
  });

  it('that did not reach the registry is none: it is not taken for one without findings', () => {
    expect(readAudit('{"message":"405 Method Not Allowed","error":{}}')).toEqual({
      reached: false,
      why: '405 Method Not Allowed',
    });
    expect(readAudit('')).toMatchObject({ reached: false });
  });
});

describe('the bill of materials', () => {
  const product = { name: 'product', version: '1.2.3', packages: new Set(['a@1.0.0']) };
  const of = (ref: string) => ({ 'bom-ref': ref, purl: `pkg:npm/${ref}`, hashes: [{ alg: 'SHA-512' }] });
  const bom = (components: readonly object[], more: object = {}): string =>
    JSON.stringify({
      bomFormat: 'CycloneDX',
      components,
      dependencies: [
        { ref: 'root@1', dependsOn: ['a@1.0.0', 'dev@1.0.0'] },
        { ref: 'dev@1.0.0', dependsOn: ['a@1.0.0'] },
      ],
      metadata: { component: { 'bom-ref': 'root@1', name: 'folder', type: 'library' } },
      ...more,
    });

  it('has what production installs, what development needs as well included, under the name of the product', () => {
    expect(JSON.parse(finishSbom(bom([of('a@1.0.0'), of('dev@1.0.0')]), product, ['/home/x']))).toMatchObject({
      components: [{ 'bom-ref': 'a@1.0.0' }],
      dependencies: [{ ref: 'root@1', dependsOn: ['a@1.0.0'] }],
      metadata: { component: { name: 'product', version: '1.2.3', type: 'application' } },
    });
  });

  it.each([
    ['lacks a package', bom([of('dev@1.0.0')]), /does not list a@1\.0\.0/],
    ['lacks a digest', bom([{ ...of('a@1.0.0'), hashes: [] }]), /a@1\.0\.0: no package URL or no digest/],
    ['tells of this machine', bom([of('a@1.0.0')], { x: '/home/x/y' }), /a path of this machine/],
    ['is none', '{}', /no CycloneDX/],
  ])('that %s is not handed on', (_what, output, fault) => {
    expect(() => finishSbom(output, product, ['/home/x'])).toThrow(fault);
  });
});
