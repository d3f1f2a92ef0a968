import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checksFor } from '../../src/checks/index.ts';
import type { ChecksConfig } from '../../src/config.ts';
import { createLogger } from '../../src/log.ts';
import { closedWorld, openWorld, readWorld } from '../../src/sources/open-world.ts';
import { hourMs, noon } from '../builders.ts';
import { aFolder, type Folder } from './lab.ts';

const address = '0x098B716B8Aaf21512996dC57EB0615e2383E2f96';

let folder: Folder;

beforeEach(async () => {
  folder = await aFolder();
});

afterEach(async () => folder.remove());

function settings(change: Partial<ChecksConfig> = {}): ChecksConfig {
  return {
    sanctions: {
      origins: [{ kind: 'file', path: folder.path('ofac.csv') }],
      maxAgeMs: 24 * hourMs,
      maxShrinkPercent: 5,
      refreshMs: hourMs,
    },
    denylist: folder.path('deny.txt'),
    allowlist: folder.path('allow.txt'),
    screening: { url: 'http://127.0.0.1:9/', secret: 's'.repeat(32), timeoutMs: 100 },
    firstPayment: true,
    networkHistory: true,
    duplicatesWithinMs: 24 * hourMs,
    ...change,
  };
}

const nothing: Partial<ChecksConfig> = {
  sanctions: null,
  denylist: null,
  allowlist: null,
  screening: null,
  firstPayment: false,
  networkHistory: false,
  duplicatesWithinMs: null,
};

const around = () => ({ dataDir: folder.path('data'), now: () => noon, log: createLogger('silent') });

async function writeAll(): Promise<void> {
  for (const name of ['ofac.csv', 'deny.txt', 'allow.txt']) await folder.write(name, address, noon);
}

describe('the world that checks look at', () => {
  test('has what the operator asked for, and nothing else', async () => {
    await writeAll();
    const opened = await openWorld(settings(), around());
    const names = checksFor(opened.world).map(({ name }) => name);
    await opened.stop();

    expect(opened.faults).toEqual([]);
    expect(opened.world.sanctions?.read().list?.size).toBe(1);
    expect(
      names.filter((name) => !checksFor(closedWorld(settings(nothing))).some((check) => check.name === name)),
    ).toEqual([
      'sanctions',
      'denylist',
      'allowlist',
      'first-payment',
      'network-history',
      'duplicate-payment',
      'screening',
    ]);
  });

  test("names the faults of the operator's own lists, and starts without a sanctions list", async () => {
    await folder.write('deny.txt', 'hello', noon);
    const opened = await openWorld(settings(), around());
    await opened.stop();

    expect(opened.faults).toEqual([
      expect.stringMatching(/^denylist: .*deny\.txt line 1: "hello" is no address/),
      expect.stringMatching(/^allowlist: .*allow\.txt cannot be read \(ENOENT\)/),
    ]);
    expect(opened.world.sanctions?.read()).toMatchObject({ list: null, refused: expect.any(String) });
  });

  test('has the same checks in a process that evaluates nothing, and none of them passes there', async () => {
    await writeAll();
    const opened = await openWorld(settings(), around());
    await opened.stop();

    const closed = closedWorld(settings());

    expect(checksFor(closed).map(({ name }) => name)).toEqual(checksFor(opened.world).map(({ name }) => name));
    expect(closed.sanctions?.read().list).toBeNull();
    expect(closed.denylist?.().list).toBeNull();
  });

  test('can be looked at once, without keeping anything', async () => {
    await writeAll();

    const seen = await readWorld(settings({ allowlist: null }), around());

    expect(seen).toMatchObject({ sanctions: { list: { size: 1 } }, denylist: { list: { size: 1 } }, allowlist: null });
  });
});
