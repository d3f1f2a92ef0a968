import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ownerKeys } from '../../src/chains/address-keys.ts';
import { listFile, type ListFile } from '../../src/sources/list-file.ts';
import { hourMs, noon } from '../builders.ts';
import { aFolder, type Folder } from './lab.ts';

const first = '0x098B716B8Aaf21512996dC57EB0615e2383E2f96';
const second = 'TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre';

let folder: Folder;
let now: number;

beforeEach(async () => {
  folder = await aFolder();
  now = noon;
});

afterEach(async () => folder.remove());

function open(): ListFile {
  return listFile({ path: folder.path('deny.txt'), mode: 'owners', now: () => now });
}

function holds(file: ListFile, address: string): boolean {
  const { list } = file.read();
  return ownerKeys(address).some((key) => list?.has(key) === true);
}

describe('a list in a file', () => {
  test('is read with its date and its hash', async () => {
    await folder.write('deny.txt', first, noon - hourMs);
    const file = open();

    expect(await file.poll()).toBe('taken');
    expect(file.read()).toMatchObject({ dataAt: noon - hourMs, refused: null, list: { size: 1 } });
    expect(file.read().sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(holds(file, first)).toBe(true);
  });

  test('is read again when it changes, and only then', async () => {
    await folder.write('deny.txt', first, noon - hourMs);
    const file = open();
    await file.poll();

    expect(await file.poll()).toBe('unchanged');
    await folder.write('deny.txt', second, noon - hourMs / 2);

    expect(await file.poll()).toBe('taken');
    expect([first, second].map((address) => holds(file, address))).toEqual([false, true]);
  });

  test('stays as it was when the newer version has faults, until that one is corrected', async () => {
    await folder.write('deny.txt', first, noon - hourMs);
    const file = open();
    await file.poll();
    await folder.write('deny.txt', `${second}\nhello\n`, noon - hourMs / 2);

    expect(await file.poll()).toBe('refused');
    expect(file.read()).toMatchObject({ dataAt: noon - hourMs, refused: expect.stringContaining('line 2: "hello"') });
    expect([first, second].map((address) => holds(file, address))).toEqual([true, false]);
    expect(await file.poll()).toBe('unchanged');

    await folder.write('deny.txt', second, noon - hourMs / 4);
    expect(await file.poll()).toBe('taken');
    expect(file.read()).toMatchObject({ dataAt: noon - hourMs / 4, refused: null });
  });

  test('stays as it was when the file goes away or is emptied, and says so', async () => {
    await folder.write('deny.txt', first, noon - hourMs);
    const file = open();
    await file.poll();

    await folder.write('deny.txt', '', noon - hourMs / 2);
    expect(await file.poll()).toBe('refused');
    await rm(folder.path('deny.txt'));
    expect(await file.poll()).toBe('refused');

    expect(file.read().refused).toContain('ENOENT');
    expect(holds(file, first)).toBe(true);
    await folder.write('deny.txt', first, noon - hourMs);
    expect(await file.poll()).toBe('taken');
  });

  test('that somebody is writing right now is left until the next look', async () => {
    await folder.write('deny.txt', first, noon - hourMs);
    const file = open();
    await file.poll();
    await folder.write('deny.txt', second, noon - 500);

    expect(await file.poll()).toBe('unchanged');
    now += 1000;
    expect(await file.poll()).toBe('taken');
  });

  test('that was never there has no list', async () => {
    const file = open();

    expect(await file.poll()).toBe('refused');
    expect(file.read()).toMatchObject({ list: null, dataAt: null });
  });
});
