// The private PostgreSQL of the embedded default: one per data folder, started and stopped with this process.
import { existsSync } from 'node:fs';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import postgres from 'postgres';
import { lockFolder, readLock } from './embedded-lock.ts';
import type { LockOwner } from './embedded-lock.ts';
import { canRun, chooseAccount, findPrograms, giveTo, run } from './embedded-programs.ts';
import type { Account, Programs } from './embedded-programs.ts';
import { startServer, stopLeftover } from './embedded-server.ts';

const NAME = 'countersign';

export type Embedded = { url: string; stop(): Promise<void> };

type Log = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

export type EmbeddedOptions = {
  dataDir: string;
  log?: Log;
  /** Server settings. Tests trade durability for speed with them. */
  settings?: Record<string, string>;
  /** False: behave as in a container that refuses user namespaces. */
  namespaces?: boolean;
};

/** Throws when another process serves the same folder, and names it. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(dataDir);
  if (lock.kind === 'held') throw new Error(refusal(dataDir, lock.owner));
  try {
    const embedded = await startLocked(dataDir, options);
    const stop = async (): Promise<void> => {
      await embedded.stop();
      await lock.release();
    };
    let stopped: Promise<void> | undefined;
    return { url: embedded.url, stop: async () => (stopped ??= stop()) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The address of the server that another process runs on this folder, for commands that look or ask while it works. */
export async function findEmbedded({
  dataDir,
}: {
  dataDir: string;
}): Promise<{ url: string; owner: LockOwner } | null> {
  const owner = await readLock(resolve(dataDir));
  if (owner === null) return null;
  for (const home of [resolve(dataDir), relocatedHome(resolve(dataDir))]) {
    const lines = (await readFile(join(home, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    const port = Number(lines[3]);
    if (Number.isInteger(port) && port > 0) return { url: urlOf(await readPassword(home), port, NAME), owner };
  }
  return null;
}

/** Whether a database was ever made here; the folder itself may hold other things. */
export function hasEmbedded(dataDir: string): boolean {
  const folder = resolve(dataDir);
  return [folder, relocatedHome(folder)].some((home) => existsSync(join(home, 'postgres')));
}

async function startLocked(dataDir: string, options: EmbeddedOptions): Promise<Embedded> {
  const { log, settings = {}, namespaces = true } = options;
  const account = await chooseAccount({ namespaces });
  const home = await chooseHome(dataDir, account);
  if (home !== dataDir) log?.warn({ dataDir, home }, 'data folder out of reach for the database, kept elsewhere');
  const programs = await findPrograms(account, home);
  const dataPath = join(home, 'postgres');
  await prepareFolder({ home, dataPath, account, programs, isDurable: settings['fsync'] !== 'off' });
  if ((await stopLeftover(dataPath)) === 'stopped') log?.warn({ dataPath }, 'database of a crashed process stopped');
  const server = await startServer({
    account,
    programs,
    dataPath,
    logPath: join(home, 'postgres.log'),
    settings,
    onUnexpectedExit: (code) => log?.error({ dataPath, code }, 'embedded database stopped by itself'),
  });
  try {
    const password = await readPassword(home);
    await createDatabase(urlOf(password, server.port, 'postgres'));
    log?.info({ dataPath, port: server.port, account }, 'embedded database started');
    return { url: urlOf(password, server.port, NAME), stop: async () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** `nobody` can't enter folders below a private home. The data then goes to a place that is the same at every start. */
async function chooseHome(dataDir: string, account: Account): Promise<string> {
  if (account === 'nobody') await chmod(dataDir, 0o711);
  if (await canReach(account, dataDir)) return dataDir;
  const home = relocatedHome(dataDir);
  await mkdir(home, { recursive: true, mode: 0o711 });
  if (await canReach(account, home)) return home;
  throw new Error(
    `failed to start the embedded PostgreSQL: it can't run as root, and without root it can reach neither ${dataDir} ` +
      `nor ${home}. Run Countersign as an ordinary user, set DATA_DIR to a folder that everybody may enter, or set DATABASE_URL.`,
  );
}

async function canReach(account: Account, folder: string): Promise<boolean> {
  return account === 'self' || (await canRun(account, '/bin/sh', ['-c', 'cd "$0"', folder]));
}

function relocatedHome(dataDir: string): string {
  return join('/var/lib/countersign', createHash('sha256').update(dataDir).digest('hex').slice(0, 16));
}

type Folder = { home: string; dataPath: string; account: Account; programs: Programs; isDurable: boolean };

async function prepareFolder({ home, dataPath, account, programs, isDurable }: Folder): Promise<void> {
  const major = programs.version.split('.')[0] ?? '';
  const found = await readFile(join(dataPath, 'PG_VERSION'), 'utf8').catch(() => null);
  if (found !== null) {
    if (found.trim() === major) return;
    throw new Error(
      `failed to open ${dataPath}: it was written by PostgreSQL ${found.trim()} and this version brings ${major}. ` +
        `Start the Countersign that wrote it and copy the data with pg_dump, or set DATABASE_URL to a PostgreSQL ${found.trim()} ` +
        'that serves this folder, or move the folder away to begin anew.',
    );
  }
  // Made aside and then renamed: a set-up that was interrupted is never taken for a whole one.
  const draft = `${dataPath}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  const password = join(home, 'password');
  await writeFile(password, randomBytes(24).toString('hex'), { mode: 0o600 });
  await giveTo(account, draft);
  await giveTo(account, password);
  const flags = ['-D', draft, '-U', NAME, '-E', 'UTF8', '--locale=C', ...(isDurable ? [] : ['--no-sync'])];
  // A password, because every user of this machine can reach a port on 127.0.0.1.
  await run(account, programs.initdb, [...flags, '-A', 'scram-sha-256', '--pwfile', password]);
  await rename(draft, dataPath);
  if (isDurable) await syncFolder(home);
}

/** Without this a power failure could undo the renaming, and the next start would take the data for a draft. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function createDatabase(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const [row] = await sql`select 1 from pg_database where datname = ${NAME}`;
    if (row === undefined) await sql`create database ${sql(NAME)}`;
  } finally {
    await sql.end();
  }
}

async function readPassword(home: string): Promise<string> {
  return (await readFile(join(home, 'password'), 'utf8')).trim();
}

function urlOf(password: string, port: number, database: string): string {
  return `postgres://${NAME}:${password}@127.0.0.1:${port}/${database}`;
}

function refusal(dataDir: string, owner: LockOwner): string {
  return (
    `failed to open ${dataDir}: process ${owner.pid} on ${owner.host} uses it since ${owner.startedAt} (${owner.command}). ` +
    `Stop it, or set DATA_DIR to another folder. If it is certainly gone, remove ${join(dataDir, 'lock.json')}.`
  );
}
