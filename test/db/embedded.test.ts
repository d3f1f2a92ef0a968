// The embedded database within one process.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findEmbedded, startEmbedded } from '../../src/db/embedded.ts';
import type { Embedded, EmbeddedOptions } from '../../src/db/embedded.ts';
import { recordingLog } from '../queue/recording-log.ts';
import { until } from '../queue/until.ts';

const FAST = { fsync: 'off' };

/** One folder for all tests that don't need an empty one: setting it up takes longer than the rest. */
let dataDir: string;
let emptyDir: string;
const started: Embedded[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'countersign-embedded-'));
});

beforeEach(async () => {
  emptyDir = await mkdtemp(join(tmpdir(), 'countersign-embedded-'));
});

afterEach(async () => {
  await Promise.all(started.splice(0).map(async (embedded) => embedded.stop()));
  await rm(emptyDir, { recursive: true, force: true });
});

afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedOptions> = {}): Promise<Embedded> {
  const embedded = await startEmbedded({ dataDir, settings: FAST, ...options });
  started.push(embedded);
  return embedded;
}

describe('startEmbedded', () => {
  it('keeps what was written over a restart, and never gives up durability by itself', async () => {
    const first = await start({ settings: {} });
    await query(first.url, 'create table kept (n int)');
    await query(first.url, 'insert into kept values (42)');
    await first.stop();

    const second = await start({ settings: {} });

    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 42 }]);
    expect(await query(second.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
  });

  it('serves a database called countersign in UTF-8, and nobody beyond this machine', async () => {
    const { url } = await start();

    expect(new URL(url).pathname).toBe('/countersign');
    expect(await query(url, 'show server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
    expect(await query(url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await query(url, 'show unix_socket_directories')).toEqual([{ unix_socket_directories: '' }]);
  });

  it('asks everybody for a password that only the owner can read', async () => {
    const { url } = await start();
    const guess = new URL(url);
    guess.password = 'guess';

    await expect(query(guess.toString(), 'select 1')).rejects.toThrow('password authentication failed');

    expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
  });

  it('refuses a folder that is in use, and names who uses it', async () => {
    await start();

    await expect(start()).rejects.toThrow(
      new RegExp(
        `failed to open ${dataDir}: process ${process.pid} on .+ uses it since 20.+ \\(.*node.*\\)\\. Stop it, or set DATA_DIR`,
      ),
    );
  });

  it('tells where the database of a folder is while it runs, and not after', async () => {
    const embedded = await start();

    const found = await findEmbedded({ dataDir });
    await embedded.stop();

    expect(found).toMatchObject({ url: embedded.url, owner: { pid: process.pid } });
    expect(await findEmbedded({ dataDir })).toBeNull();
  });

  it('stops twice without complaint', async () => {
    const embedded = await start();

    await Promise.all([embedded.stop(), embedded.stop()]);

    await expect(query(embedded.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('begins again after a set-up that was interrupted', async () => {
    await mkdir(join(emptyDir, 'postgres.draft'));
    await writeFile(join(emptyDir, 'postgres.draft', 'PG_VERSION'), '18\n');

    const { url } = await start({ dataDir: emptyDir });

    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('refuses data of another major version, and says what to do', async () => {
    await mkdir(join(emptyDir, 'postgres'));
    await writeFile(join(emptyDir, 'postgres', 'PG_VERSION'), '15\n');

    await expect(start({ dataDir: emptyDir })).rejects.toThrow(
      /written by PostgreSQL 15 and this version brings 18\. .*pg_dump.*DATABASE_URL/,
    );

    expect(await findEmbedded({ dataDir: emptyDir })).toBeNull();
  });

  it('shows why the server would not start', async () => {
    await expect(start({ settings: { ...FAST, shared_buffers: 'lots' } })).rejects.toThrow(
      /invalid value for parameter "shared_buffers"/,
    );
  });

  it('says so when the server ends by itself', async () => {
    const log = recordingLog();
    await start({ log });

    process.kill(await readServerPid(dataDir), 'SIGKILL');
    await until('it is logged', () => log.lines.some((line) => line.level === 'error'));

    expect(log.lines.at(-1)).toEqual({ level: 'error', message: 'embedded database stopped by itself' });
  });
});

describe('a lock left by a crash', () => {
  it('is taken over when its process is gone, or another one has got its pid', async () => {
    const owner = { ...anOwner(), pid: process.pid, mark: 'another boot/1' };
    await writeFile(join(dataDir, 'lock.json'), JSON.stringify(owner));

    const { url } = await start();

    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it.runIf(process.platform === 'linux')(
    'is respected when it is from another machine, which cannot be asked',
    async () => {
      const owner = { ...anOwner(), pid: 1, host: 'elsewhere' };
      await writeFile(join(emptyDir, 'lock.json'), JSON.stringify(owner));

      await expect(start({ dataDir: emptyDir })).rejects.toThrow(
        /process 1 on elsewhere .* If it is certainly gone, remove .*lock\.json/,
      );
    },
  );

  it('is not guessed at when it cannot be read', async () => {
    await writeFile(join(emptyDir, 'lock.json'), '');

    await expect(start({ dataDir: emptyDir })).rejects.toThrow(
      /failed to read .*lock\.json: remove it if no other Countersign uses this folder/,
    );
  });

  it('does not make the server take a stranger for itself', async () => {
    const first = await start();
    await first.stop();
    const stranger = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), `${stranger.pid}\n`);

    const { url } = await start();

    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect([stranger.exitCode, stranger.signalCode]).toEqual([null, null]);
    stranger.kill();
  });
});

function anOwner(): Record<string, unknown> {
  return { pid: 1, mark: null, host: hostname(), startedAt: '2026-01-01T00:00:00.000Z', command: 'node main.js' };
}

async function readServerPid(folder: string): Promise<number> {
  const text = await readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8');
  return Number(text.split('\n')[0]);
}

async function query(url: string, text: string): Promise<unknown[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    await sql.end();
  }
}
