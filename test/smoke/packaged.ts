import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processesOfRun, testRunDir } from '#libs/testkit';
import { runToEnd } from '../../tools/stack/child-process.js';
import { REPOSITORY } from '../../tools/stack/repository.js';
import { DOCKERFILE, imageFacts } from './image.js';

/** A folder that `npm run package` made, and what runs a program of it. */
export interface Packaged {
  readonly root: string;
  readonly node: string;
  /** How it runs, in words. */
  readonly how: string;
}

const { workdir: APP, user: USER } = imageFacts(DOCKERFILE);
/** What Node wants of the base image, which has a little more. */
const LIBRARIES = ['libc6', 'libgcc-s1', 'libstdc++6'];

/**
 * What `npm run package` made, far from the repository, whose packages a service would find otherwise. On Debian as root: in a
 * root of its own that holds what the image holds and is never written to, for a user who owns nothing.
 */
export function unpack(): Packaged {
  const root = join(testRunDir(), 'image');
  const program = join(root, 'usr', 'local', 'bin', 'node');
  mkdirSync(join(root, 'usr', 'local', 'bin'), { recursive: true });
  cpSync(join(REPOSITORY, 'build'), join(root, APP), { recursive: true, verbatimSymlinks: true });
  copyFileSync(process.execPath, program);
  chmodSync(program, 0o755);
  const missing = addLibraries(root);
  if (missing !== null)
    return { root: join(root, APP), node: program, how: `NOT in a root of their own (${missing}), as this user` };
  const node = join(testRunDir(), 'node-in-image');
  writeFileSync(node, inImage(root));
  chmodSync(node, 0o755);
  return { root: APP, node, how: `in a root of their own, read-only, with ${LIBRARIES.join(', ')}; as user ${USER}` };
}

/** @returns why it cannot be done; null when it is. */
function addLibraries(root: string): string | null {
  if (process.getuid?.() !== 0) return 'only root can do that';
  const dir = join(testRunDir(), 'libraries');
  mkdirSync(dir);
  const { error, status } = spawnSync('apt-get', ['download', '-qq', ...LIBRARIES], { cwd: dir, stdio: 'ignore' });
  if (error !== undefined || status !== 0) return 'apt-get download had no libraries of Debian';
  for (const file of readdirSync(dir)) {
    const { status } = spawnSync('dpkg', ['-x', join(dir, file), root], { stdio: 'inherit' });
    if (status !== 0) return `${file} could not be unpacked`;
  }
  for (const name of ['dev', 'proc', 'etc']) mkdirSync(join(root, name), { recursive: true });
  copyFileSync('/etc/resolv.conf', join(root, 'etc', 'resolv.conf'));
  copyFileSync('/etc/hosts', join(root, 'etc', 'hosts'));
  const works = spawnSync('unshare', ['--mount', 'true']).status === 0;
  return works ? null : 'this machine allows no mounts';
}

/** A script in Node's place: mounts are this process's own, and go with it. */
function inImage(root: string): string {
  const mounts = [
    `mount --bind '${root}' '${root}'`,
    `mount -o remount,ro,bind '${root}'`,
    `mount -t proc proc '${root}/proc'`,
    `mount --rbind /dev '${root}/dev'`,
    `cd '${root}'`,
    `exec chroot --userspec=${USER} '${root}' /usr/local/bin/node "$@"`,
  ];
  return `#!/bin/sh\nexec unshare --mount --propagation private sh -ec '${mounts.join('\n').replaceAll("'", String.raw`'\''`)}' node "$@"\n`;
}

/** Runs the setup program, as the jobs do. @throws Error with its last lines when it fails. */
export async function setUp(
  { root, node }: Packaged,
  what: 'topics' | 'migrate',
  env: Readonly<Record<string, string>>,
): Promise<void> {
  await runToEnd({
    name: `setup-${what}`,
    command: node,
    args: [join(root, 'dist', 'apps', 'setup', 'main.js'), what],
    logFile: join(testRunDir(), 'logs', `setup-${what}.log`),
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...env },
    runDir: processesOfRun(),
  });
}
