import { describe, expect, test } from 'vitest';
import { canonicalValue, scaledNumber, type ValueType } from '../../src/chains/values.ts';

const most = 2n ** 256n - 1n;

describe('equal values have equal canonical texts', () => {
  test.each([
    ['number', '16', '0x10'],
    ['number', '007', '7'],
    ['number', '1.50', '1.5'],
    ['number', '-0', '0'],
    ['number', most.toString(), `0x${most.toString(16)}`],
    ['hex', '0xAB', '0xab'],
    ['evm-address', '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', '0x70997970c51812dc3a010c7d01b50e0d17dc79c8'],
  ] as const)('%s %s and %s', (type, a, b) => {
    expect(canonicalValue(a, type)).not.toBeNull();
    expect(canonicalValue(a, type)).toBe(canonicalValue(b, type));
  });
});

describe('what is no such value has none', () => {
  const cases: readonly (readonly [ValueType, string])[] = [
    ['number', '1e18'],
    ['number', '1,000'],
    ['number', '.5'],
    ['number', '5.'],
    ['number', ' 5'],
    ['number', ''],
    ['number', '0x'],
    ['number', '0xg1'],
    ['number', 'Infinity'],
    ['number', '9'.repeat(500)],
    ['boolean', 'TRUE'],
    ['boolean', '1'],
    ['hex', '0xabc'],
    ['hex', 'ab'],
    // The last letter has the wrong case.
    ['evm-address', '0x70997970C51812dc3A010C7d01b50e0d17dc79c8'],
    ['tron-address', '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'],
    ['solana-address', 'So1'],
    ['xrpl-address', 'rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYf'],
  ];

  test.each(cases)('%s "%s"', (type, text) => {
    expect(canonicalValue(text, type)).toBeNull();
  });
});

test('numbers next to each other are told apart at every size', () => {
  for (const value of [0n, 2n ** 53n, 2n ** 255n, most]) {
    const [a, b] = [scaledNumber(value.toString()), scaledNumber((value + 1n).toString())];

    expect(a !== null && b !== null && a < b).toBe(true);
  }
  expect((scaledNumber('0.1') ?? 0n) + (scaledNumber('0.2') ?? 0n)).toBe(scaledNumber('0.3'));
});
