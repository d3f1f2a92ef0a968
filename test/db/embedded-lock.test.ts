// Who may serve a data folder.
import { link, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder, readLock } from '../../src/db/embedded-lock.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'countersign-lock-'));
});

afterEach(async () => {
  await rm(dataDir, { recursive: true });
});

describe('lockFolder', () => {
  it('lets one in, names it to the others, and lets the next in when it has gone', async () => {
    const first = await lockFolder(dataDir);
    const second = await lockFolder(dataDir);
    if (first.kind === 'taken') await first.release();
    const third = await lockFolder(dataDir);

    expect(second).toMatchObject({ kind: 'held', owner: { pid: process.pid, host: hostname() } });
    expect(third.kind).toBe('taken');
  });

  it.each(['nothing', 'a stale lock'])(
    'lets exactly one of twenty in over %s, and leaves nothing lying about',
    async (found) => {
      for (let round = 0; round < 20; round += 1) {
        if (found !== 'nothing') await writeStaleLock();

        const all = await Promise.all(Array.from({ length: 20 }, async () => lockFolder(dataDir)));

        const winners = all.filter((lock) => lock.kind === 'taken');
        expect(winners).toHaveLength(1);
        expect(await readdir(dataDir)).toEqual(['lock.json']);
        for (const lock of winners) await lock.release();
        expect(await readdir(dataDir)).toEqual([]);
      }
    },
  );

  it('finishes what a process began that crashed while it took over', async () => {
    await writeStaleLock();
    await link(join(dataDir, 'lock.json'), join(dataDir, 'lock.json.takeover'));

    const lock = await lockFolder(dataDir);

    expect(lock.kind).toBe('taken');
    expect(await readdir(dataDir)).toEqual(['lock.json']);
  });
});

describe('readLock', () => {
  it('sees nobody where nobody is, or where somebody was', async () => {
    const before = await readLock(dataDir);
    await writeStaleLock();
    const after = await readLock(dataDir);

    expect([before, after]).toEqual([null, null]);
  });
});

async function writeStaleLock(): Promise<void> {
  const owner = { pid: process.pid, mark: 'another boot/1', host: hostname(), startedAt: '', command: '' };
  await writeFile(join(dataDir, 'lock.json'), JSON.stringify(owner));
}
