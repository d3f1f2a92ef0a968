// The world that checks look at, as the operator configured it: lists read and kept fresh, the screening service named.
import { join } from 'node:path';
import type { ListReading, ReadList, World } from '../checks/world.ts';
import type { ChecksConfig } from '../config.ts';
import type { EpochMs } from '../domain/amount.ts';
import type { Logger } from '../log.ts';
import { listFile, type ListFile } from './list-file.ts';
import { repeat, type Repeating } from './repeat.ts';
import { sanctionsList } from './sanctions-list.ts';
import { createScreening } from './screening.ts';

export type OpenWorld = {
  readonly world: World;
  /** Why the operator's own lists can't be used, in words; empty when they can. */
  readonly faults: readonly string[];
  stop(): Promise<void>;
};

/** How often the operator's files are looked at; a file that did not change costs one look. */
const pollMs = 10_000;

export async function openWorld(
  checks: ChecksConfig,
  around: { readonly dataDir: string; readonly now: () => EpochMs; readonly log: Logger },
): Promise<OpenWorld> {
  const { now, log } = around;
  const repeating: Repeating[] = [];
  const files: { readonly name: string; readonly file: ListFile }[] = [];
  const own = (name: 'denylist' | 'allowlist'): ReadList | null => {
    const path = checks[name];
    if (path === null) return null;
    const file = listFile({ path, mode: name === 'denylist' ? 'owners' : 'exact', now });
    files.push({ name, file });
    return () => file.read();
  };
  const world: World = {
    ...settingsOf(checks),
    sanctions: await openSanctions(checks, around, repeating),
    denylist: own('denylist'),
    allowlist: own('allowlist'),
    screening:
      checks.screening === null
        ? null
        : { ask: createScreening(checks.screening), deadlineMs: checks.screening.timeoutMs },
  };
  const faults: string[] = [];
  for (const { name, file } of files) {
    await file.poll();
    const { refused, list } = file.read();
    if (refused !== null) faults.push(`${name}: ${refused}`);
    else log.info({ list: name, entries: list?.size }, 'list read');
    repeating.push(repeat(pollMs, async () => tell(log, name, await file.poll(), file.read())));
  }
  const stop = async (): Promise<void> => {
    await Promise.all(repeating.map(async (each) => each.stop()));
  };
  return { world, faults, stop };
}

/** Reads every list once, as `openWorld` would, and keeps nothing: for whoever only wants to know what state they are in. */
export async function readWorld(
  { sanctions, denylist, allowlist }: ChecksConfig,
  { dataDir, now }: { readonly dataDir: string; readonly now: () => EpochMs },
): Promise<Readonly<Record<'sanctions' | 'denylist' | 'allowlist', ListReading | null>>> {
  const own = async (path: string | null, mode: 'owners' | 'exact'): Promise<ListReading | null> => {
    if (path === null) return null;
    const file = listFile({ path, mode, now });
    await file.poll();
    return file.read();
  };
  const list = sanctions && sanctionsList(sanctions, { memory: memoryIn(dataDir), isLooking: true, now });
  await list?.refresh();
  return {
    sanctions: list?.read() ?? null,
    denylist: await own(denylist, 'owners'),
    allowlist: await own(allowlist, 'exact'),
  };
}

function memoryIn(dataDir: string): string {
  return join(dataDir, 'lists', 'sanctions.json');
}

async function openSanctions(
  { sanctions }: ChecksConfig,
  { dataDir, now, log }: { readonly dataDir: string; readonly now: () => EpochMs; readonly log: Logger },
  repeating: Repeating[],
): Promise<World['sanctions']> {
  if (sanctions === null) return null;
  const { maxAgeMs, refreshMs } = sanctions;
  const list = sanctionsList(sanctions, { memory: memoryIn(dataDir), now });
  const refresh = async (): Promise<void> => tell(log, 'sanctions', await list.refresh(), list.read());
  // Not a fault of the start: whoever publishes the list may be away, and until then nothing is approved on it.
  await refresh();
  repeating.push(repeat(refreshMs, refresh));
  return { read: () => list.read(), maxAgeMs };
}

function tell(log: Logger, name: string, outcome: string, { list, refused, sha256 }: ListReading): void {
  if (outcome === 'unchanged') return;
  if (refused !== null) log.error({ list: name, reason: refused }, 'list refused');
  else if (outcome === 'kept') log.warn({ list: name }, 'list could not be fetched, the last one stays');
  else log.info({ list: name, entries: list?.size, sha256 }, 'list read');
}

/**
 * The same checks for a process that never evaluates (it only takes requests, or only looks): their names are there,
 * and whoever runs them here by mistake gets "unavailable".
 */
export function closedWorld(checks: ChecksConfig): World {
  const refused = 'this process reads no lists';
  const read: ReadList = () => ({ list: null, dataAt: null, sha256: null, refused });
  return {
    ...settingsOf(checks),
    sanctions: checks.sanctions === null ? null : { read, maxAgeMs: checks.sanctions.maxAgeMs },
    denylist: checks.denylist === null ? null : read,
    allowlist: checks.allowlist === null ? null : read,
    screening:
      checks.screening === null
        ? null
        : { ask: async () => ({ kind: 'unavailable', reason: 'this process asks nobody' }), deadlineMs: 1000 },
  };
}

function settingsOf({ firstPayment, networkHistory, duplicatesWithinMs }: ChecksConfig) {
  return { firstPayment, networkHistory, duplicatesWithinMs };
}
