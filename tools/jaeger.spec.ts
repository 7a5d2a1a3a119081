import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from './stack/repository.js';

interface Tools {
  findJaeger(env: object, built: string): { readonly bin: string | null; readonly fault: string | null };
  choosePorts(env: object): Promise<{ ports: Record<string, string>; fault: string | null }>;
}

/** Plain JavaScript, for it runs before anything is installed. */
const load = (name: string) => import(join(REPOSITORY, 'tools', name)) as Promise<Tools>;
const [{ findJaeger }, { choosePorts }] = [await load('jaeger.mjs'), await load('preflight.mjs')];

/* Which Jaeger `npm start` takes. Oracle: the programs that this spec puts in folders of its own. */

let dir: string;
let program: string;
const nowhere = '/no/such/folder';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'jaeger-spec-'));
  await mkdir(join(dir, 'path'));
  program = join(dir, 'path', 'jaeger');
  await writeFile(program, '');
  await chmod(program, 0o755);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('npm start', () => {
  it('takes the Jaeger of JAEGER_BIN, else one on the PATH, else the one that was built here', () => {
    const path = join(dir, 'path');
    expect(findJaeger({ JAEGER_BIN: program, PATH: '' }, nowhere)).toEqual({ bin: program, fault: null });
    expect(findJaeger({ PATH: `${nowhere}:${path}` }, nowhere)).toEqual({ bin: program, fault: null });
    expect(findJaeger({ PATH: nowhere }, program)).toEqual({ bin: program, fault: null });
    expect(findJaeger({ PATH: nowhere }, nowhere)).toEqual({ bin: null, fault: null });
  });

  it('takes none when traces go elsewhere', () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', JAEGER_BIN: program };
    expect(findJaeger(env, program)).toEqual({ bin: null, fault: null });
  });

  it('says so when JAEGER_BIN is no program', () => {
    const { bin, fault } = findJaeger({ JAEGER_BIN: join(dir, 'path'), PATH: '' }, program);
    expect([bin, fault]).toEqual([null, expect.stringContaining('correct it, or unset it')]);
  });

  it('wants the ports of Jaeger only when there is one', async () => {
    const zero = { JAEGER_PORT: '0' };
    expect((await choosePorts({ ...zero, JAEGER_BIN: program })).fault).toMatch(/^JAEGER_PORT is "0"/);
    const { ports } = await choosePorts({ ...zero, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' });
    expect(ports).not.toHaveProperty('JAEGER_PORT');
  });
});
