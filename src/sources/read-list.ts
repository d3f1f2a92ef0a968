// A list as text → a table of keys, or every line that is no address. JSON, CSV with a column "address", or plain lines.
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { ownerKeys, readListedAddress, type AddressKey } from '../chains/address-keys.ts';
import { keyTableFor, type KeyTable } from './key-table.ts';

/**
 * `owners`: whoever holds the address, on any network; for lists of whom not to pay. `exact`: this very address.
 * `lenient` keeps entries of networks that are not known here by their letters, and forgives wrong checksums: an entry
 * of a public list that can't be read must not take the rest of the list away.
 */
export type ListReadingMode = 'owners' | 'exact' | 'lenient-owners';

export type ParsedList =
  | { readonly kind: 'read'; readonly table: KeyTable; readonly entries: number }
  /** In words, each with its place; `total` counts also those that are not named. */
  | { readonly kind: 'faulty'; readonly faults: readonly string[]; readonly total: number };

const mostFaults = 20;

/** Other work gets its turn after so many entries: a list of a million takes seconds to read. */
const entriesPerTurn = 500;

export type ListText = { readonly name: string; readonly text: string };

/** Several texts are one list; a text without a single address makes the whole of it faulty. */
export async function parseList(texts: readonly ListText[], mode: ListReadingMode): Promise<ParsedList> {
  const builder = keyTableFor(texts.reduce((sum, { text }) => sum + estimateEntries(text), 0));
  const faults: string[] = [];
  let total = 0;
  let entries = 0;
  const fault = (words: string): void => {
    total += 1;
    if (faults.length < mostFaults) faults.push(words);
  };
  for (const { name, text } of texts) {
    const reading = entriesOf(text);
    if (reading.kind === 'malformed') {
      fault(`${name}: ${reading.words}`);
      continue;
    }
    let looked = 0;
    for (const { place, address } of reading.entries) {
      looked += 1;
      const keys = keysOf(address, mode);
      if (typeof keys === 'string') fault(`${name} ${place}: ${shown(address)} is no address: ${keys}`);
      // One of two keys may be there already: of another form of the same address.
      else if (keys.map((key) => builder.add(key)).includes(true)) entries += 1;
      if (looked % entriesPerTurn === 0) await setImmediate();
    }
    if (looked === 0) fault(`${name}: it holds no address`);
  }
  return total > 0 ? { kind: 'faulty', faults, total } : { kind: 'read', table: builder.build(), entries };
}

/** All faults that are named, in one sentence. */
export function describeListFaults({ faults, total }: { faults: readonly string[]; total: number }): string {
  const more = total > faults.length ? `; and ${total - faults.length} more` : '';
  return `${faults.join('; ')}${more}`;
}

type Entry = { readonly place: string; readonly address: string };

/** Why it is no address, or its keys. */
function keysOf(address: string, mode: ListReadingMode): readonly AddressKey[] | string {
  const reading = mode === 'lenient-owners' ? null : readListedAddress(address);
  if (reading === null) {
    // No address of any network is shorter, longer or written with other characters.
    return /^[0-9A-Za-z:._-]{20,128}$/.test(address) ? ownerKeys(address) : 'it has not the form of one';
  }
  if (reading.kind === 'no-address') return reading.reason;
  if (mode === 'owners') return reading.owners;
  return reading.exact === null ? 'addresses of its network cannot be compared here' : [reading.exact];
}

function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

const jsonShape = z.array(z.union([z.string(), z.looseObject({ address: z.string() })]));

type Entries =
  | { readonly kind: 'entries'; readonly entries: Iterable<Entry> }
  | { readonly kind: 'malformed'; readonly words: string };

function isJson(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

function entriesOf(text: string): Entries {
  return isJson(text) ? entriesOfJson(text) : { kind: 'entries', entries: entriesOfLines(text) };
}

function entriesOfJson(text: string): Entries {
  const words = 'it is not a JSON list of addresses';
  try {
    const reading = jsonShape.safeParse(JSON.parse(text));
    if (!reading.success) return { kind: 'malformed', words };
    const entries = reading.data.map((entry, index) => ({
      place: `entry ${index + 1}`,
      address: (typeof entry === 'string' ? entry : entry.address).trim(),
    }));
    return { kind: 'entries', entries };
  } catch {
    // Cut off, or not JSON at all: that is the answer.
    return { kind: 'malformed', words };
  }
}

/** One address a line, before the first comma, semicolon, tab or blank; `#` begins a comment. */
function* entriesOfLines(text: string): Generator<Entry> {
  let column: number | null = null;
  let line = 0;
  for (let from = 0; from < text.length;) {
    const found = text.indexOf('\n', from);
    const end = found === -1 ? text.length : found;
    const content = text
      .slice(from, end)
      .replace(/(^|\s)#.*$/, '')
      .trim();
    from = end + 1;
    line += 1;
    if (content === '') continue;
    if (column === null) {
      column = headerColumn(content);
      if (column >= 0) continue;
    }
    yield { place: `line ${line}`, address: fieldOf(content, Math.max(0, column)) };
  }
}

/** Which column is the address's; -1 when the first line is an entry already. */
function headerColumn(line: string): number {
  const names = line.split(/[,;\t]/).map((name) => unquoted(name).toLowerCase());
  return names.indexOf('address');
}

function fieldOf(line: string, column: number): string {
  const field = line.split(/[,;\t]/, column + 1)[column] ?? '';
  return unquoted(field).split(' ', 1)[0] ?? '';
}

function unquoted(field: string): string {
  return field
    .trim()
    .replace(/^\uFEFF?"(.*)"$/, '$1')
    .replace(/^\uFEFF/, '');
}

/** Close enough to make room for all of them: lines, or for JSON the commas. */
function estimateEntries(text: string): number {
  const separator = isJson(text) ? ',' : '\n';
  let lines = 1;
  for (let at = text.indexOf(separator); at !== -1; at = text.indexOf(separator, at + 1)) lines += 1;
  return lines;
}
