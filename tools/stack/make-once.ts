import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';

/** Makes a folder whole or not at all: a process that dies half-way leaves nothing that looks finished. */
export async function makeOnce(dir: string, make: (unfinished: string) => Promise<void>): Promise<void> {
  if (existsSync(dir)) return;
  const unfinished = `${dir}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await make(unfinished);
  await rename(unfinished, dir);
}
