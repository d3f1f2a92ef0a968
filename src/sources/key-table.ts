// A set of 20-byte keys in one typed array: a million entries cost 30 bytes each, where a Set of texts takes over 100.
import { addressKeyBytes, type AddressKey } from '../chains/address-keys.ts';

export type KeyTable = {
  readonly size: number;
  /** What the table takes in memory. */
  readonly bytes: number;
  has(key: AddressKey): boolean;
};

export type KeyTableBuilder = {
  /** False when it was in already. */
  add(key: AddressKey): boolean;
  /** Nothing is added afterwards. */
  build(): KeyTable;
};

const words = addressKeyBytes / 4;

/** Fuller costs time, emptier memory: at two thirds a miss looks at five slots on average. */
const fill = 0.66;
const fullest = 0.9;

type Table = { slots: number; array: Uint32Array; size: number };

/**
 * Open addressing with linear probing: https://en.wikipedia.org/wiki/Linear_probing. Keys are hashes, so their first
 * word says where they belong, and a slot of zeros is an empty one: no hash is all zeros.
 */
export function keyTableFor(expected: number): KeyTableBuilder {
  const table: Table = { slots: 0, array: new Uint32Array(), size: 0 };
  resize(table, expected);
  return {
    add: (key) => {
      if (table.size + 1 > table.slots * fullest) resize(table, table.size * 1.5);
      const at = placeOf(table, key);
      if (isTaken(table.array, at)) return false;
      for (let word = 0; word < words; word += 1) table.array[at + word] = wordAt(key, word);
      table.size += 1;
      return true;
    },
    build: () => {
      // Comments and repetitions make a file look larger than it is.
      const ideal = table.size / fill;
      if (table.slots > ideal * 1.05 || table.slots < ideal * 0.95) resize(table, table.size);
      const { size, array } = table;
      return { size, bytes: array.byteLength, has: (key) => isTaken(array, placeOf(table, key)) };
    },
  };
}

function placeOf(table: Table, key: AddressKey): number {
  return findPlace(table, wordAt(key, 0), wordAt(key, 1), wordAt(key, 2), wordAt(key, 3), wordAt(key, 4));
}

function wordAt(key: AddressKey, word: number): number {
  const at = word * 4;
  const [a, b, c, d] = [key[at] ?? 0, key[at + 1] ?? 0, key[at + 2] ?? 0, key[at + 3] ?? 0];
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

/** Where this key stands, or the empty slot where it belongs; there is always one. */
function findPlace({ slots, array }: Table, a: number, b: number, c: number, d: number, e: number): number {
  // The first word as a fraction of all words: no division, and any number of slots.
  let slot = Math.floor((a / 2 ** 32) * slots);
  for (;;) {
    const at = slot * words;
    if (array[at] === a && array[at + 1] === b && array[at + 2] === c && array[at + 3] === d && array[at + 4] === e) {
      return at;
    }
    if (!isTaken(array, at)) return at;
    slot = slot + 1 === slots ? 0 : slot + 1;
  }
}

function isTaken(array: Uint32Array, at: number): boolean {
  return array[at] !== 0 || array[at + 1] !== 0 || array[at + 2] !== 0 || array[at + 3] !== 0 || array[at + 4] !== 0;
}

function resize(table: Table, expected: number): void {
  const old = table.array;
  table.slots = Math.max(8, Math.ceil(expected / fill));
  table.array = new Uint32Array(table.slots * words);
  for (let at = 0; at < old.length; at += words) {
    if (!isTaken(old, at)) continue;
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = old.subarray(at, at + words);
    table.array.set([a, b, c, d, e], findPlace(table, a, b, c, d, e));
  }
}
