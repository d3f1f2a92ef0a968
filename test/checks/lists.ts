// Lists for checks, read from text as the operator's own are.
import type { ListReading, ReadList } from '../../src/checks/world.ts';
import { parseList, type ListReadingMode } from '../../src/sources/read-list.ts';
import { noon } from '../builders.ts';

export async function aList(
  text: string,
  mode: ListReadingMode = 'lenient-owners',
  overrides: Partial<ListReading> = {},
): Promise<ReadList> {
  const parsed = await parseList([{ name: 'list', text }], mode);
  if (parsed.kind === 'faulty') throw new Error(parsed.faults.join('; '));
  const { table, entries } = parsed;
  const list = { size: entries, has: (key: Uint8Array) => table.has(key) };
  return () => ({ list, dataAt: noon, sha256: 'a'.repeat(64), refused: null, ...overrides });
}

export const noList: ReadList = () => ({ list: null, dataAt: null, sha256: null, refused: 'the file is gone' });
