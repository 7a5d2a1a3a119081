/** The sample receivers take what is signed as the contract has it, and nothing else; here the one that needs Node alone. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exercise } from './exercise.js';
import { NODE } from './languages.js';

test('the Node receiver answers each request as it should, with both keys of a rotation', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'receiver-'));
  const prepared = NODE.prepare(dir);
  if ('missing' in prepared) throw new Error(prepared.missing);
  try {
    const findings = await exercise('Node', prepared, dir);
    expect(findings.map(({ expected }) => expected)).toEqual([204, 204, 204, 401, 401, 401, 401, 401, 401]);
    expect(findings.filter(({ expected, answered }) => answered !== expected)).toEqual([]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}, 40_000);
