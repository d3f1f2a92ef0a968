import { readFile, rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ownerKeys } from '../../src/chains/address-keys.ts';
import { sanctionsList, type ListOrigin, type SanctionsList } from '../../src/sources/sanctions-list.ts';
import { hourMs, noon } from '../builders.ts';
import { aFolder, aHost, type Folder, type Host } from './lab.ts';

let folder: Folder;
let host: Host;
let now: number;

beforeEach(async () => {
  folder = await aFolder();
  host = await aHost();
  now = noon;
});

afterEach(async () => {
  await host.stop();
  await folder.remove();
});

function open(origins: readonly ListOrigin[], isLooking = false): SanctionsList {
  const memory = folder.path('lists/sanctions.json');
  return sanctionsList({ origins, maxShrinkPercent: 5 }, { memory, isLooking, now: () => now });
}

const fromFile = (): ListOrigin => ({ kind: 'file', path: folder.path('ofac.json') });
const fromHost = (): ListOrigin => ({ kind: 'url', url: host.url });

/** So many different addresses. */
function addresses(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `0x${(index + 1).toString(16).padStart(40, 'a')}`);
}

function serve(text: string, status = 200): void {
  host.answer = (_request, response) => void response.writeHead(status).end(text);
}

function holds(list: SanctionsList, address = addresses(1)[0] ?? ''): boolean {
  return ownerKeys(address).some((key) => list.read().list?.has(key) === true);
}

describe('the sanctions list from a file', () => {
  test('is as old as the file, and known by its hash', async () => {
    await folder.write('ofac.json', JSON.stringify(addresses(100)), noon - hourMs);
    const list = open([fromFile()]);

    expect(await list.refresh()).toBe('taken');
    expect(list.read()).toMatchObject({ dataAt: noon - hourMs, refused: null, list: { size: 100 } });
    expect(holds(list)).toBe(true);
  });

  test('grows younger when the same content is written again', async () => {
    await folder.write('ofac.json', JSON.stringify(addresses(100)), noon - 30 * hourMs);
    const list = open([fromFile()]);
    await list.refresh();
    await folder.write('ofac.json', JSON.stringify(addresses(100)), noon);

    await list.refresh();

    expect(list.read().dataAt).toBe(noon);
  });

  test.each([
    ['empty', '[]'],
    ['cut off', JSON.stringify(addresses(100)).slice(0, -10)],
    ['a web page', '<html><body>moved</body></html>'],
    ['shorter by more than it may be', JSON.stringify(addresses(94))],
  ])('that is %s is not taken; the old one stays, and says so', async (_, text) => {
    await folder.write('ofac.json', JSON.stringify(addresses(100)), noon - hourMs);
    const list = open([fromFile()]);
    await list.refresh();
    await folder.write('ofac.json', text, noon);

    expect(await list.refresh()).toBe('refused');
    expect(list.read()).toMatchObject({ dataAt: noon - hourMs, list: { size: 100 }, refused: expect.any(String) });
    expect(holds(list)).toBe(true);
  });

  test('may be a little shorter', async () => {
    await folder.write('ofac.json', JSON.stringify(addresses(100)), noon - hourMs);
    const list = open([fromFile()]);
    await list.refresh();
    await folder.write('ofac.json', JSON.stringify(addresses(95)), noon);

    expect(await list.refresh()).toBe('taken');
    expect(list.read().list?.size).toBe(95);
  });

  test('that shrank while nothing ran is not taken either, until somebody says that it is right', async () => {
    await folder.write('ofac.json', JSON.stringify(addresses(100)), noon);
    await open([fromFile()]).refresh();
    await folder.write('ofac.json', JSON.stringify(addresses(50)), noon + 1);

    const restarted = open([fromFile()]);
    expect(await restarted.refresh()).toBe('refused');
    expect(restarted.read()).toMatchObject({
      list: null,
      refused: expect.stringContaining('it has 50 entries, the last one had 100'),
    });

    await rm(folder.path('lists/sanctions.json'));
    expect(await open([fromFile()]).refresh()).toBe('taken');
  });

  test('leaves what it remembers alone when somebody only looks', async () => {
    await folder.write('ofac.json', JSON.stringify(addresses(100)), noon);

    await open([fromFile()], true).refresh();

    await expect(readFile(folder.path('lists/sanctions.json'))).rejects.toThrow('ENOENT');
  });

  test('that is not there is no list', async () => {
    const list = open([fromFile()]);

    expect(await list.refresh()).toBe('refused');
    expect(list.read()).toMatchObject({ list: null, refused: expect.stringContaining('ENOENT') });
  });
});

describe('the sanctions list from a host', () => {
  test('is as old as the last time when it was fetched', async () => {
    serve(JSON.stringify(addresses(100)));
    const list = open([fromHost()]);
    await list.refresh();
    now += hourMs;

    expect(await list.refresh()).toBe('taken');
    expect(list.read()).toMatchObject({ dataAt: noon + hourMs, list: { size: 100 } });
  });

  test.each<readonly [string, () => void]>([
    ['answers with an error', () => serve('', 500)],
    [
      'sends somewhere else',
      () => (host.answer = (_q, response) => void response.writeHead(302, { location: '/other' }).end()),
    ],
    ['hangs up', () => (host.answer = (_q, response) => void response.destroy())],
  ])('ages while its host %s', async (_, fail) => {
    serve(JSON.stringify(addresses(100)));
    const list = open([fromHost()]);
    await list.refresh();
    fail();
    now += hourMs;

    expect(await list.refresh()).toBe('kept');
    expect(list.read()).toMatchObject({ dataAt: noon, refused: null, list: { size: 100 } });
  });

  test('that was never fetched is no list, and says why', async () => {
    serve('', 503);
    const list = open([fromHost()]);

    expect(await list.refresh()).toBe('refused');
    expect(list.read().refused).toContain('answered with status 503');
  });

  test('together with a file is one list, as old as its older part, and needs both', async () => {
    serve(JSON.stringify(addresses(2)));
    await folder.write(
      'ofac.json',
      JSON.stringify(['TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre', addresses(1)[0]]),
      noon - hourMs,
    );
    const list = open([fromFile(), fromHost()]);
    await list.refresh();

    expect(list.read()).toMatchObject({ dataAt: noon - hourMs, list: { size: 3 } });

    await rm(folder.path('ofac.json'));
    expect(await open([fromFile(), fromHost()]).refresh()).toBe('refused');
  });
});
