// The sanctions list: read from files and URLs, taken only when it is whole, and kept when a newer one looks broken.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { ListReading } from '../checks/world.ts';
import type { EpochMs } from '../domain/amount.ts';
import { callOnce } from './call.ts';
import { rememberLength, rememberedLength } from './last-length.ts';
import { codeOf } from './list-file.ts';
import { describeListFaults, parseList } from './read-list.ts';

export type ListOrigin =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string };

export type SanctionsSettings = {
  readonly origins: readonly ListOrigin[];
  readonly maxShrinkPercent: number;
};

export type SanctionsList = {
  read(): ListReading;
  /** Reads every origin again. Never throws. */
  refresh(): Promise<'taken' | 'kept' | 'refused'>;
};

const mostBytes = 64 * 1024 * 1024;
const callTimeoutMs = 30_000;

type Text =
  | {
      readonly kind: 'text';
      readonly name: string;
      readonly text: string;
      readonly sha256: string;
      readonly dataAt: EpochMs;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * `memory`: the file that remembers how long the last list was, so that a shorter one is noticed after a restart too.
 * Who only looks (`isLooking`) compares with it and leaves it as it is.
 */
export function sanctionsList(
  settings: SanctionsSettings,
  { memory, isLooking = false, now }: { memory: string; isLooking?: boolean; now: () => EpochMs },
): SanctionsList {
  let reading: ListReading = { list: null, dataAt: null, sha256: null, refused: 'it was not read yet' };
  const refuse = (refused: string): 'refused' => {
    reading = { ...reading, refused };
    return 'refused';
  };
  return {
    read: () => reading,
    refresh: async () => {
      const texts = await Promise.all(settings.origins.map(async (origin) => readOrigin(origin, now)));
      const read = texts.filter((text) => text.kind === 'text');
      const failed = texts.find((text) => text.kind === 'failed');
      if (failed?.kind === 'failed') {
        // What could not be fetched is no newer list: the one in force goes on to age.
        if (reading.list === null) return refuse(failed.reason);
        return 'kept';
      }
      const dataAt = Math.min(...read.map((text) => text.dataAt));
      const sha256 = hashOf(read.map((text) => text.sha256));
      if (reading.sha256 === sha256) {
        reading = { ...reading, dataAt, refused: null };
        return 'taken';
      }
      const parsed = await parseList(read, 'lenient-owners');
      if (parsed.kind === 'faulty') return refuse(describeListFaults(parsed));
      const { table, entries } = parsed;
      const origins = read.map(({ name }) => name);
      const before = await rememberedLength(memory, origins);
      if (before !== null && entries < before * (1 - settings.maxShrinkPercent / 100)) {
        return refuse(
          `it has ${entries} entries, the last one had ${before}; if that is right, remove ${memory} and restart`,
        );
      }
      if (!isLooking) await rememberLength(memory, { origins, entries });
      reading = { list: { size: entries, has: (key) => table.has(key) }, dataAt, sha256, refused: null };
      return 'taken';
    },
  };
}

async function readOrigin(origin: ListOrigin, now: () => EpochMs): Promise<Text> {
  return origin.kind === 'file' ? readLocal(origin.path) : fetchText(origin.url, now);
}

/** A file is as old as its last change: whoever keeps it fresh writes it. */
async function readLocal(path: string): Promise<Text> {
  try {
    const { mtimeMs, size } = await stat(path);
    if (size > mostBytes) return { kind: 'failed', reason: `${path} is larger than ${mostBytes} bytes` };
    return textOf(path, await readFile(path), Math.floor(mtimeMs));
  } catch (error) {
    return { kind: 'failed', reason: `${path} cannot be read (${codeOf(error)})` };
  }
}

/** As old as the moment when its host last handed it out. */
async function fetchText(url: string, now: () => EpochMs): Promise<Text> {
  const startedAt = now();
  const called = await callOnce(url, { timeoutMs: callTimeoutMs, mostBytes });
  if (called.kind === 'failed') return { kind: 'failed', reason: `${url}: ${called.reason}` };
  if (called.status !== 200) return { kind: 'failed', reason: `${url} answered with status ${called.status}` };
  return textOf(url, called.bytes, startedAt);
}

function textOf(name: string, bytes: Buffer, dataAt: EpochMs): Text {
  return { kind: 'text', name, text: bytes.toString('utf8'), sha256: hashOf([bytes]), dataAt };
}

/** The hash of one thing is its own; several have the hash of their hashes. */
function hashOf(parts: readonly (string | Buffer)[]): string {
  const [first] = parts;
  if (parts.length === 1 && typeof first === 'string') return first;
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
