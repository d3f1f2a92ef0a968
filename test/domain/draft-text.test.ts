import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFiat } from '../../src/domain/amount.ts';
import {
  draftId,
  draftLimit,
  draftLine,
  draftName,
  draftRuleId,
  draftSetName,
  draftSlug,
} from '../../src/domain/draft-text.ts';

describe('a limit from a platform', () => {
  test.each([
    ['10000', '10000 USD', false],
    ['010000.50', '10000.5 USD', false],
    ['10000.00', '10000 USD', false],
    ['1e4', '10000 USD', false],
    ['1.5e3', '1500 USD', false],
    ['12345e-2', '123.45 USD', false],
    ['0.019', '0.01 USD', true],
    ['9.999', '9.99 USD', true],
    ['123456789012345678901234567890', '123456789012345678901234567890 USD', false],
  ])('%s is %s', (source, text, cut) => {
    expect(draftLimit(source, 'USD')).toEqual({ kind: 'limit', text, cut });
  });

  test.each([
    ['0', false],
    ['0.00', false],
    ['0e5', false],
    ['0.001', true],
    ['1e-3', true],
  ])('%s is nothing', (source, cut) => {
    expect(draftLimit(source, 'USD')).toEqual({ kind: 'zero', cut });
  });

  test.each([
    ['', '"" is not an amount'],
    ['-1', '"-1" is not an amount'],
    ['1,000', '"1,000" is not an amount'],
    ['.5', '".5" is not an amount'],
    ['0x10', '"0x10" is not an amount'],
    ['1e99', 'is more than any limit here'],
  ])('"%s" is refused', (source, words) => {
    expect(draftLimit(source, 'USD')).toEqual({ kind: 'fault', words });
  });

  test('is refused in a currency that is none', () => {
    expect(draftLimit('1', 'ZZZ')).toEqual({ kind: 'fault', words: '"ZZZ" is not a currency' });
  });

  test('is never above its source, and never more than a cent below it', () => {
    const decimal = fc.tuple(fc.nat(10 ** 9), fc.nat(99_999_999));
    fc.assert(
      fc.property(decimal, ([whole, fraction]) => {
        const digits = String(fraction).padStart(8, '0');
        const limit = draftLimit(`${whole}.${digits}`, 'USD');
        const exact = BigInt(`${whole}${digits}`);
        const [units = '0', cents = ''] =
          limit.kind === 'limit' ? (parseFiat(limit.text)?.value ?? '').split('.') : ['0'];
        const read = BigInt(`${units}${cents.padEnd(8, '0')}`);
        expect(exact - read >= 0n && exact - read < 1_000_000n).toBe(true);
      }),
    );
  });
});

describe('texts from a platform', () => {
  test('become one printable line that is not too long, or nothing', () => {
    expect(draftLine('  Large\n\tpayments\u0007 ', 150)).toBe('Large payments');
    expect(draftLine('abcdef', 3)).toBe('abc');
    expect(draftLine('ab\u{1F600}', 3)).toBe('ab');
    expect(draftLine(' \u200b\n', 10)).toBeNull();
  });

  test('name a set after its connection', () => {
    expect(draftSetName('dfns', null)).toBe('dfns');
    expect(draftSetName('dfns', 'Treasury EU')).toBe('dfns-Treasury-EU');
    expect(draftSetName('dfns', 'x'.repeat(90))).toHaveLength(41);
  });

  test('become an id: their own where it is one, a slug otherwise', () => {
    expect(draftId('plc-hjnmu-lhn0f-uoh6hooujdn4ttef')).toBe('plc-hjnmu-lhn0f-uoh6hooujdn4ttef');
    expect(draftId('a b')).toBe('a-b');
    expect(draftSlug('High Value: Ünits & more')).toBe('high-value-u-nits-more');
    expect(draftSlug('支払い')).toBeNull();
    expect(draftSlug('x'.repeat(100))).toHaveLength(40);
  });
});

describe('an id of a platform as that of a rule', () => {
  test('stays where a rulebook takes it, and has a part of its hash where it was changed', () => {
    expect(draftRuleId('palisade', 'w-1.limit')).toBe('palisade-w-1.limit');
    expect(draftRuleId('palisade', 'w 1')).toMatch(/^palisade-w-1-[0-9a-f]{8}$/);
    expect(draftRuleId('palisade', 'w 1')).not.toBe(draftRuleId('palisade', 'w/1'));
    expect(draftRuleId('palisade', 'x'.repeat(200)).length).toBeLessThanOrEqual(57);
  });
});

describe('a name as a rule says it', () => {
  test('is one printable line, and never empty', () => {
    expect(draftName(' Large\n transfers ', 150)).toBe('Large transfers');
    expect(draftName('x'.repeat(300), 100)).toHaveLength(100);
    expect(draftName('\u200B', 150)).toBe('without a name');
  });
});
