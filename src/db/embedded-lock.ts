// Makes sure that one data folder is served by one process, and finds out who that is.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);

const lockOwner = z.object({
  pid: z.number().int().positive(),
  /** Differs when the operating system gives the same pid to another process. Null where it can't be read. */
  mark: z.string().nullable(),
  host: z.string(),
  startedAt: z.string(),
  command: z.string(),
});
export type LockOwner = z.infer<typeof lockOwner>;

export type FolderLock = { kind: 'taken'; release(): Promise<void> } | { kind: 'held'; owner: LockOwner };

/**
 * The lock outlives a crash as a file and is then taken over, so the file says who wrote it. PostgreSQL's own
 * postmaster.pid is not enough: it trusts any living process that has got the old pid.
 */
export async function lockFolder(dataDir: string): Promise<FolderLock> {
  const path = join(dataDir, 'lock.json');
  const mine = JSON.stringify(await describeThisProcess());
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeDurably(draft, mine);
  try {
    for (;;) {
      if (await claim(draft, path)) return { kind: 'taken', release: async () => release(path, mine) };
      const text = await readIfThere(path);
      if (text === null) continue;
      const owner = readOwner(text, path);
      if (await isAlive(owner)) return { kind: 'held', owner };
      if (await takeOver(draft, path, text)) return { kind: 'taken', release: async () => release(path, mine) };
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/** Who serves this folder now, or null. */
export async function readLock(dataDir: string): Promise<LockOwner | null> {
  const path = join(dataDir, 'lock.json');
  const text = await readIfThere(path);
  if (text === null) return null;
  const owner = readOwner(text, path);
  return (await isAlive(owner)) ? owner : null;
}

/** A link either appears whole or fails because the name exists, so nobody reads half a lock. */
async function claim(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw new Error('failed to lock the data folder', { cause: error });
  }
}

/**
 * Two processes may find the same stale lock, and the slower one must not replace the lock of the faster one. So they
 * take turns, and each looks again when it is its turn. (A crash within these few lines leaves a turn, which the next
 * starter removes; should two do that at the same instant, PostgreSQL's own lock is what is left.)
 */
async function takeOver(draft: string, path: string, stale: string): Promise<boolean> {
  const turn = `${path}.takeover`;
  if (!(await claim(draft, turn))) {
    const other = await readIfThere(turn);
    if (other !== null && !(await isAlive(readOwner(other, turn)))) await rm(turn, { force: true });
    else await sleep(5);
    return false;
  }
  try {
    if ((await readIfThere(path)) !== stale) return false;
    await rename(draft, path);
    return true;
  } finally {
    await rm(turn, { force: true });
  }
}

async function release(path: string, mine: string): Promise<void> {
  if ((await readIfThere(path)) === mine) await rm(path, { force: true });
}

async function describeThisProcess(): Promise<LockOwner> {
  return {
    pid: process.pid,
    mark: await markOf(process.pid),
    host: hostname(),
    startedAt: new Date().toISOString(),
    command: process.argv.join(' '),
  };
}

async function isAlive(owner: LockOwner): Promise<boolean> {
  // A pid says nothing across machines and containers that share a volume. Elsewhere than on Linux the
  // host name changes with the network, and containers are not a concern.
  if (process.platform === 'linux' && owner.host !== hostname()) return true;
  if (!(await isRunning(owner.pid))) return false;
  const mark = await markOf(owner.pid);
  return owner.mark === null || mark === null || owner.mark === mark;
}

export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  // A process that ended keeps its pid until its parent asks, and in a container perhaps nobody does.
  return (await readProcess(pid))?.state !== 'Z';
}

/** The boot and the moment the process started at, or null when the system won't say. */
async function markOf(pid: number): Promise<string | null> {
  const found = await readProcess(pid);
  return found === null ? null : found.startedAt;
}

/** Null counts as "the same process": refusing to start is safer than two servers on one folder. */
async function readProcess(pid: number): Promise<{ state: string; startedAt: string } | null> {
  try {
    if (process.platform === 'win32') return null;
    if (process.platform !== 'linux') {
      const { stdout } = await run('ps', ['-o', 'state=,lstart=', '-p', String(pid)]);
      return { state: stdout.trim().charAt(0), startedAt: stdout.trim().replace(/^\S+\s+/, '') };
    }
    const [boot, stat] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ]);
    // The second field is the command in brackets and may hold spaces. The third is the state, the 22nd the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startedAt: `${boot.trim()}/${fields[19]}` };
  } catch {
    // It ended meanwhile, or the system hides it.
    return null;
  }
}

function readOwner(text: string, path: string): LockOwner {
  try {
    return lockOwner.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`failed to read ${path}: remove it if no other Countersign uses this folder`, { cause: error });
  }
}

/** On the disk before it gets its name: a power failure must not leave an empty lock, which names nobody. */
async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new Error(`failed to read ${path}`, { cause: error });
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
