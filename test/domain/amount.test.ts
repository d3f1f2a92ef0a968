import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDecimals,
  compareDecimals,
  fiatValue,
  formatFiat,
  formatUnits,
  isBaseUnits,
  isPositiveDecimal,
  parseFiat,
} from '../../src/domain/amount.ts';

const maxUint256 = 2n ** 256n - 1n;
const baseUnits = fc.bigInt({ min: 0n, max: maxUint256 });

describe('base units', () => {
  test.each(['0', '1', '10', maxUint256.toString()])('%s are', (text) => {
    expect(isBaseUnits(text)).toBe(true);
  });

  test.each(['', '-1', '01', '1.0', '1e3', '0x1', ' 1', '1 ', '+1', '١', '1'.repeat(101)])('%j are not', (text) => {
    expect(isBaseUnits(text)).toBe(false);
  });
});

describe('the value of an amount', () => {
  test.each([
    ['249975000000', 6, '0.9999', '249950.0025'],
    ['1', 18, '2500.5', '0.0000000000000025005'],
    ['9007199254740993', 0, '1', '9007199254740993'],
    ['1', 18, '1e-7', '0.0000000000000000000000001'],
    ['0', 6, '1', '0'],
  ])('%s base units with %i decimals at %s are %s', (amountBase, decimals, perToken, value) => {
    expect(fiatValue(amountBase, decimals, { perToken, currency: 'USD', quotedAt: 0 })).toEqual({
      value,
      currency: 'USD',
    });
  });

  test('is exact up to 2^256 with 18 decimals of price, against integer arithmetic', () => {
    fc.assert(
      fc.property(baseUnits, fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.nat(77), (amount, priceIn1e18, decimals) => {
        const perToken = decimalOf(priceIn1e18, 18);

        const { value } = fiatValue(amount.toString(), decimals, { perToken, currency: 'USD', quotedAt: 0 });

        expect(compareDecimals(value, decimalOf(amount * priceIn1e18, 18 + decimals))).toBe(0);
      }),
    );
  });

  test.each(['0', '0.000', '-1', 'NaN', 'Infinity', '', 'abc', '1,5'])(
    'a price of %j is not a positive number',
    (text) => {
      expect(isPositiveDecimal(text)).toBe(false);
    },
  );

  test.each(['1', '0.000000000000000000000001', '1e-7'])('a price of %s is', (text) => {
    expect(isPositiveDecimal(text)).toBe(true);
  });
});

describe('decimal texts', () => {
  test('compare and add like whole numbers of their smallest unit', () => {
    fc.assert(
      fc.property(baseUnits, baseUnits, fc.nat(80), (a, b, decimals) => {
        const [left, right] = [decimalOf(a, decimals), decimalOf(b, decimals)];

        expect(Math.sign(compareDecimals(left, right))).toBe(a < b ? -1 : a > b ? 1 : 0);
        expect(compareDecimals(addDecimals(left, right), decimalOf(a + b, decimals))).toBe(0);
      }),
    );
  });

  test.each(['', 'abc', 'NaN', 'Infinity', '1,000'])('%j is a fault, never a number', (text) => {
    expect(() => compareDecimals(text, '1')).toThrow('failed to read a decimal number');
    expect(() => addDecimals('1', text)).toThrow('failed to read a decimal number');
  });

  test('a hundred times a hundredth is one, which floating point does not say of ten tenths', () => {
    const sum = Array.from({ length: 100 }).reduce<string>((total) => addDecimals(total, '0.01'), '0');

    expect(compareDecimals(sum, '1')).toBe(0);
  });
});

describe('an amount of money as written', () => {
  test.each([
    ['50000 USD', '50000', 'USD'],
    ['0 USD', '0', 'USD'],
    ['0.5 EUR', '0.5', 'EUR'],
    ['999999999999999999999999999999.99 USD', '999999999999999999999999999999.99', 'USD'],
    [' 50000 USD ', '50000', 'USD'],
  ])('%j is read', (text, value, currency) => {
    expect(parseFiat(text)).toEqual({ value, currency });
  });

  test.each([
    '10_000 USD',
    '10.000,00 USD',
    '10,000 USD',
    '10.000 USD',
    '10.0000 USD',
    '10 000 USD',
    '50000',
    'USD 50000',
    '50000USD',
    '50000  USD',
    '-5 USD',
    '+5 USD',
    '1e4 USD',
    '0x10 USD',
    '007 USD',
    '.5 USD',
    '5. USD',
    '5 usd',
    '5 ETH',
    '5 USDC',
    '٥ USD',
    '5 USD\n6 USD',
    '',
    '9'.repeat(31) + ' USD',
  ])('%j is refused', (text) => {
    expect(parseFiat(text)).toBeNull();
  });

  test('every text that is read is written back with the same value', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n - 1n }), fc.nat(99), (whole, cents) => {
        const text = `${whole}.${String(cents).padStart(2, '0')} USD`;

        expect(parseFiat(text)).toEqual({ value: text.replace(' USD', ''), currency: 'USD' });
      }),
    );
  });
});

describe('for reading', () => {
  test.each([
    ['1234567.891', '1,234,567.89 USD'],
    ['0.005', '0.01 USD'],
    ['0', '0.00 USD'],
  ])('%s dollars are %s', (value, words) => {
    expect(formatFiat({ value, currency: 'USD' })).toBe(words);
  });

  test('base units show every digit and round none', () => {
    expect(formatUnits('1234567890123456789', 18)).toBe('1.234567890123456789');
    expect(formatUnits('250000000000', 6)).toBe('250,000');
    expect(formatUnits(maxUint256.toString(), 0).replaceAll(',', '')).toBe(maxUint256.toString());
  });
});

/** The decimal text of a whole number of smallest units; no arithmetic of the code under test. */
function decimalOf(units: bigint, decimals: number): string {
  const digits = units.toString().padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
