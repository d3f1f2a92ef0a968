// Base units and decimal text: exact in both directions, at any size.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBase, parseDecimal, UNREADABLE_AMOUNT } from '../../src/chains/units.ts';

const MAX = (2n ** 256n - 1n).toString();

describe('formatBase', () => {
  it.each([
    ['4250000000000000000', 18, '4.25'],
    ['0', 18, '0'],
    ['1', 18, '0.000000000000000001'],
    ['1000000', 6, '1'],
    ['1234567', 0, '1234567'],
    ['007', 0, '7'],
    ['9007199254740993', 0, '9007199254740993'],
    [MAX, 18, '115792089237316195423570985008687907853269984665640564039457.584007913129639935'],
    ['5', 255, `0.${'0'.repeat(254)}5`],
  ])('%s with %i decimals is %s', (base, decimals, expected) => {
    expect(formatBase(base, decimals)).toBe(expected);
  });

  it.each([
    ['0', 0, '0'],
    ['999', 0, '999'],
    ['1000', 0, '1,000'],
    ['25000000000', 6, '25,000'],
    ['1234567891234567', 6, '1,234,567,891.234567'],
    ['123456', 6, '0.123456'],
  ])('groups only the whole part: %s with %i decimals is %s', (base, decimals, expected) => {
    expect(formatBase(base, decimals, { thousands: true })).toBe(expected);
  });

  it.each([
    ['', 18],
    ['-1', 18],
    ['1.5', 18],
    ['1e18', 18],
    ['0x10', 18],
    [' 1', 18],
    ['1\n', 18],
    ['١', 18],
    ['1', -1],
    ['1', 1.5],
    ['1', 256],
    ['1', Number.NaN],
    ['1', Number.POSITIVE_INFINITY],
    ['1'.repeat(513), 18],
  ])('shows no digits for %j with %d decimals', (base, decimals) => {
    expect(formatBase(base, decimals)).toBe(UNREADABLE_AMOUNT);
    expect(UNREADABLE_AMOUNT).not.toMatch(/\d/);
  });
});

describe('parseDecimal', () => {
  it.each([
    ['4.25', 18, '4250000000000000000'],
    ['0', 18, '0'],
    ['0.000000000000000001', 18, '1'],
    ['1.500', 1, '15'],
    ['1.000', 0, '1'],
    ['9007199254740993', 0, '9007199254740993'],
    ['007', 0, '7'],
    [MAX, 0, MAX],
  ])('%s with %i decimals is %s', (text, decimals, base) => {
    expect(parseDecimal(text, decimals)).toEqual({ kind: 'ok', base });
  });

  it.each([
    ['0.0000000000000000001', 18, 'too-many-decimals'],
    ['1.5', 0, 'too-many-decimals'],
    ['-1', 18, 'negative'],
    ['-0.5', 18, 'negative'],
    ['', 18, 'not-a-number'],
    ['.5', 18, 'not-a-number'],
    ['5.', 18, 'not-a-number'],
    ['1,000', 18, 'not-a-number'],
    ['1 000', 18, 'not-a-number'],
    ['1e3', 18, 'not-a-number'],
    ['+1', 18, 'not-a-number'],
    ['0x10', 18, 'not-a-number'],
    ['NaN', 18, 'not-a-number'],
    ['Infinity', 18, 'not-a-number'],
    ['1.2.3', 18, 'not-a-number'],
    ['١٢', 18, 'not-a-number'],
    ['1'.repeat(513), 18, 'not-a-number'],
    ['1', -1, 'bad-decimals'],
    ['1', 0.5, 'bad-decimals'],
    ['1', 256, 'bad-decimals'],
    ['1', Number.NaN, 'bad-decimals'],
  ])('%j with %d decimals is %s', (text, decimals, kind) => {
    expect(parseDecimal(text, decimals)).toEqual({ kind });
  });
});

describe('properties', () => {
  const base = fc.bigInt({ min: 0n, max: 2n ** 320n });
  const decimals = fc.integer({ min: 0, max: 255 });

  it('reads back every amount that it writes', () => {
    fc.assert(
      fc.property(base, decimals, (amount, places) => {
        const text = formatBase(amount.toString(), places);

        expect(parseDecimal(text, places)).toEqual({ kind: 'ok', base: amount.toString() });
      }),
    );
  });

  it('writes the number that division gives, and grouping changes only the commas', () => {
    fc.assert(
      fc.property(base, decimals, (amount, places) => {
        const [whole = '', fraction = ''] = formatBase(amount.toString(), places).split('.');
        const scale = 10n ** BigInt(places);

        expect(BigInt(whole)).toBe(amount / scale);
        expect(BigInt(fraction.padEnd(places, '0') || '0')).toBe(amount % scale);
        const grouped = formatBase(amount.toString(), places, { thousands: true });
        expect(grouped.replaceAll(',', '')).toBe(formatBase(amount.toString(), places));
        expect(grouped.split('.')[0]).toMatch(/^\d{1,3}(,\d{3})*$/);
      }),
    );
  });
});
