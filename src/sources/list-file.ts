// A denylist or an allowlist: read at the start, read again when the file changes; a bad version leaves the old in force.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { ListReading } from '../checks/world.ts';
import type { EpochMs } from '../domain/amount.ts';
import { describeListFaults, parseList, type ListReadingMode } from './read-list.ts';

export type ListFile = {
  read(): ListReading;
  /** Looks whether the file changed, and reads it again if so. Never throws. */
  poll(): Promise<'unchanged' | 'taken' | 'refused'>;
};

/** Above it something else than a list of addresses stands in the file. */
const mostBytes = 256 * 1024 * 1024;

/** Whoever writes a file in place is given this long to finish. */
const settledMs = 1000;

type Version = { readonly changedAt: EpochMs; readonly bytes: number };

const absent: ListReading = { list: null, dataAt: null, sha256: null, refused: 'it was not read yet' };

export function listFile(input: { path: string; mode: ListReadingMode; now: () => EpochMs }): ListFile {
  const { path, mode, now } = input;
  let reading = absent;
  let seen: Version | null = null;
  const refuse = (words: string): 'refused' => {
    reading = { ...reading, refused: words };
    return 'refused';
  };
  return {
    read: () => reading,
    poll: async () => {
      try {
        const { mtimeMs, size } = await stat(path);
        const version = { changedAt: mtimeMs, bytes: size };
        if (seen?.changedAt === mtimeMs && seen.bytes === size) return 'unchanged';
        if (seen !== null && now() - mtimeMs < settledMs && now() >= mtimeMs) return 'unchanged';
        if (size > mostBytes) return refuse(`${path} is larger than ${mostBytes} bytes`);
        const bytes = await readFile(path);
        const parsed = await parseList([{ name: path, text: bytes.toString('utf8') }], mode);
        seen = version;
        if (parsed.kind === 'faulty') return refuse(describeListFaults(parsed));
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        const { table, entries } = parsed;
        reading = {
          list: { size: entries, has: (key) => table.has(key) },
          dataAt: Math.floor(mtimeMs),
          sha256,
          refused: null,
        };
        return 'taken';
      } catch (error) {
        seen = null;
        return refuse(`${path} cannot be read (${codeOf(error)})`);
      }
    },
  };
}

/** Codes only: messages repeat the path, and nothing may branch on them. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown fault';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
