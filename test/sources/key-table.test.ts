import * as fc from 'fast-check';
import { toHex } from 'viem/utils';
import { describe, expect, test } from 'vitest';
import { keyTableFor } from '../../src/sources/key-table.ts';

/** Also keys that begin alike, which a hash makes rare and a table must survive. */
const key = fc.oneof(
  fc.uint8Array({ minLength: 20, maxLength: 20 }),
  fc.uint8Array({ minLength: 2, maxLength: 2 }).map((tail) => Uint8Array.from([...Array(18).fill(255), ...tail])),
);
const isNotZero = (bytes: Uint8Array): boolean => bytes.some((byte) => byte !== 0);

describe('a table of keys', () => {
  test('says of every key what a set of texts says, however large it was expected to be', () => {
    fc.assert(
      fc.property(
        fc.array(key.filter(isNotZero), { maxLength: 300 }),
        fc.array(key),
        fc.nat(1000),
        (keys, others, expected) => {
          const set = new Set<string>();
          const builder = keyTableFor(expected);
          for (const each of keys) {
            expect(builder.add(each)).toBe(!set.has(toHex(each)));
            set.add(toHex(each));
          }

          const table = builder.build();

          expect(table.size).toBe(set.size);
          for (const each of [...keys, ...others]) expect(table.has(each)).toBe(set.has(toHex(each)));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('takes 32 bytes per key at most, also where it was expected to be larger', () => {
    for (const expected of [10_000, 20_000, 100]) {
      const builder = keyTableFor(expected);
      for (let index = 1; index <= 10_000; index += 1) builder.add(scattered(index));

      const table = builder.build();

      expect(table.size).toBe(10_000);
      expect(table.bytes / table.size).toBeLessThanOrEqual(32);
    }
  });

  test('an empty one has nothing', () => {
    expect(keyTableFor(0).build().has(new Uint8Array(20))).toBe(false);
  });
});

/** Spread as hashes are. */
function scattered(index: number): Uint8Array {
  const bytes = new Uint8Array(20);
  new DataView(bytes.buffer).setUint32(0, Math.imul(index, 2_654_435_761));
  new DataView(bytes.buffer).setUint32(16, index);
  return bytes;
}
