import { describe, expect, test } from 'vitest';
import { refusalsIn } from '../../../src/rules/lint.ts';
import {
  aPolicy,
  aTransfer,
  allow,
  answered,
  block,
  imported,
  stranger,
  supplier,
  suppliers,
  usdc,
  usdcOnBase,
  verdict,
} from './imported.ts';

const amount = (operator: string, value: unknown, unit?: string) => ({
  data: [aPolicy({ conditions: [{ field: 'transaction.amount', operator, value, unit }] })],
});

const usdcTransfer = (value: string, contract = usdc, chainId = 1) =>
  aTransfer({ asset: 'USDC', contract, decimals: 6, chainId, value, quote: { perToken: '1', currency: 'USD' } });

type AmountOf = { readonly operator: string; readonly value: unknown; readonly unit: string };

/** Why a policy that allows such amounts to one supplier could not be put in force as it is imported. */
function refusals(amountOf: AmountOf): readonly string[] {
  const conditions = [
    { field: 'transaction.amount', ...amountOf },
    { field: 'transaction.recipient', operator: 'IN', value: [supplier] },
  ];
  const { rulebook } = imported({ data: [aPolicy({ conditions, actions: allow })] });
  return refusalsIn({ rulebook, text: '', connections: null }).map(({ words }) => words);
}

describe('a policy that allows small amounts to suppliers', () => {
  test.each([
    { operator: 'LESS_THAN', value: '1000', unit: 'USDC' },
    { operator: 'LESS_THAN', value: '1000', unit: 'USD' },
    { operator: 'LESS_THAN_OR_EQUAL', value: '1000', unit: 'USDC' },
    { operator: 'EQUALS', value: '1000', unit: 'USDC' },
    { operator: 'BETWEEN', value: ['10', '1000'], unit: 'USDC' },
  ])('may be put in force as it is imported: $operator $value $unit', (amountOf) => {
    expect(refusals(amountOf)).toEqual([]);
  });

  test.each([
    { operator: 'GREATER_THAN', value: '1000', unit: 'USDC' },
    { operator: 'LESS_THAN', value: '1000', unit: 'wei' },
    { operator: 'NOT_EQUALS', value: '1000', unit: 'USD' },
  ])('may not where the amount has no limit, or one of whatever coin: $operator $value $unit', (amountOf) => {
    expect(refusals(amountOf)).toEqual([
      'is live but has no condition on amount with atMost, so it would approve too much',
    ]);
  });
});

describe('an amount', () => {
  test.each([
    ['GREATER_THAN', '25000000000000000000', 'wei', 'abstain'],
    ['GREATER_THAN', '24999999999999999999', 'wei', 'allow'],
    ['GREATER_THAN_OR_EQUAL', '25000000000000000000', 'wei', 'allow'],
    ['GREATER_THAN_OR_EQUAL', '25000000000000000001', 'wei', 'abstain'],
    ['LESS_THAN', '25000000000000000000', 'wei', 'abstain'],
    ['LESS_THAN', '25000000000000000001', 'wei', 'allow'],
    ['LESS_THAN_OR_EQUAL', '25000000000000000000', 'wei', 'allow'],
    ['LESS_THAN_OR_EQUAL', '24999999999999999999', 'wei', 'abstain'],
    ['EQUALS', '25', 'ETH', 'allow'],
    ['EQUALS', '25.0', 'ETH', 'allow'],
    ['NOT_EQUALS', '25', 'ETH', 'abstain'],
    ['LESS_THAN', '25.000000000000000001', 'ETH', 'allow'],
    ['GREATER_THAN', '75000', 'USD', 'abstain'],
    ['GREATER_THAN', '74999.99', 'USD', 'allow'],
    ['LESS_THAN_OR_EQUAL', '75000', 'USD', 'allow'],
    ['GREATER_THAN', '0', undefined, 'allow'],
    ['LESS_THAN_OR_EQUAL', '0', undefined, 'abstain'],
    ['BETWEEN', ['24', '26'], 'ETH', 'allow'],
    ['BETWEEN', ['25', '26'], 'ETH', 'abstain'],
    ['IN', ['1', '25'], 'ETH', 'allow'],
  ])('of 25 ETH at 3000 USD under %s %s %s: %s', (operator, value, unit, expected) => {
    expect(verdict(amount(operator, value, unit), aTransfer())).toBe(expected);
  });

  test('is read by its source text, however many digits it has', () => {
    const most = (2n ** 256n - 1n).toString();
    const document = JSON.stringify(amount('EQUALS', 'N', 'wei')).replace('"N"', most);

    expect(verdict(document, aTransfer({ value: most }))).toBe('allow');
    expect(verdict(document, aTransfer({ value: (2n ** 256n - 2n).toString() }))).toBe('abstain');
  });

  test('in units of an asset is about that asset on each of its networks, and unknown for another', () => {
    const limit = amount('LESS_THAN_OR_EQUAL', '5', 'USDC');

    expect(verdict(limit, usdcTransfer('5000000'))).toBe('allow');
    expect(verdict(limit, usdcTransfer('5000001'))).toBe('abstain');
    expect(verdict(limit, usdcTransfer('5000000', usdcOnBase, 8453))).toBe('allow');
    expect(answered(imported(limit), usdcTransfer('1', '0xdAC17F958D2ee523a2206206994597C13D831ec7'))).toMatchObject({
      because: 'unknown',
    });
  });

  test('in wei is unknown for a token', () => {
    expect(answered(imported(amount('LESS_THAN', '9', 'wei')), usdcTransfer('1'))).toMatchObject({
      because: 'unknown',
    });
  });

  test.each([
    ['no unit', amount('LESS_THAN', '9'), 'the amount has no unit', 'unit=wei'],
    ['a unit that nobody explained', amount('LESS_THAN', '9', 'DOGE'), 'stands for', 'assets=DOGE='],
    ['a tenth of a cent', amount('LESS_THAN', '0.001', 'USD'), 'two decimals', 'abstains'],
    ['an unknown operator', amount('CONTAINS', '9', 'wei'), 'the operator "CONTAINS"', 'abstains'],
    ['no number', amount('LESS_THAN', 'plenty', 'wei'), 'not an amount', 'abstains'],
    ['a number below zero', amount('LESS_THAN', '-1', 'wei'), 'not an amount', 'abstains'],
    ['bounds that may or may not be in', amount('BETWEEN', ['1', '2'], 'wei'), 'bounds', 'unknown'],
  ])('with %s is remarked, and unknown', (_, document, words, instead) => {
    const { remarks } = imported(document);

    expect(remarks).toMatchObject([
      { words: expect.stringContaining(words), instead: expect.stringContaining(instead) },
    ]);
    expect(verdict(document, aTransfer({ value: '2' }))).toBe('abstain');
  });

  test('takes the unit that the import names where the policy names none', () => {
    expect(verdict(amount('LESS_THAN', '9'), aTransfer({ value: '8' }), { unit: 'wei' })).toBe('allow');
  });
});

const recipient = (operator: string, value: unknown, actions: unknown[] = allow) =>
  aPolicy({ actions, conditions: [{ field: 'transaction.recipient', operator, value }] });

describe('lists and addresses', () => {
  test.each([
    ['IN_LIST', 'suppliers', 'allow'],
    ['IN_LIST', 'l-1', 'allow'],
    ['NOT_IN_LIST', 'suppliers', 'abstain'],
    ['EQUALS', supplier.toLowerCase(), 'allow'],
    ['NOT_EQUALS', supplier, 'abstain'],
    ['IN', [stranger, supplier], 'allow'],
    ['NOT_IN', [stranger], 'allow'],
  ])('a supplier under %s %s: %s, whatever the letters are', (operator, value, expected) => {
    expect(verdict({ data: [recipient(operator, value)], lists: [suppliers] }, aTransfer())).toBe(expected);
  });

  test.each([
    ['that is not active', { ...suppliers, status: 'INACTIVE' }],
    ['of another type', { ...suppliers, type: 'ACCOUNT' }],
  ])('a list %s is unknown', (_, list) => {
    const document = { data: [recipient('NOT_IN_LIST', 'suppliers')], lists: [list] };

    expect(imported(document).remarks).toHaveLength(1);
    expect(answered(imported(document), aTransfer({ to: stranger }))).toMatchObject({ because: 'unknown' });
  });

  test('nobody is on an empty list', () => {
    const document = { data: [recipient('NOT_IN_LIST', 'suppliers')], lists: [{ ...suppliers, items: [] }] };

    expect(verdict(document, aTransfer())).toBe('allow');
  });

  test('an entry that cannot be read leaves open who is meant', () => {
    const document = {
      data: [recipient('NOT_IN_LIST', 'suppliers')],
      lists: [{ ...suppliers, items: ['062-000_12'] }],
    };

    expect(imported(document).remarks).toMatchObject([{ words: expect.stringContaining('062-000_12') }]);
    expect(answered(imported(document), aTransfer())).toMatchObject({ because: 'unknown' });
  });

  test('of several recipients, one on a list is enough to block, and all have to be on it to allow', () => {
    const two = { data: [recipient('IN_LIST', 'suppliers', block), aPolicy({ priority: 9 })], lists: [suppliers] };
    const rules = imported(two).draft.sets[0]?.rules;

    expect(rules?.[0]?.when.at(-1)).toMatchObject({ kind: 'recipient', some: true });
    expect(
      imported({ data: [recipient('IN_LIST', 'suppliers')], lists: [suppliers] }).draft.sets[0]?.rules[0]?.when.at(-1),
    ).toEqual({
      kind: 'recipient',
      in: '$suppliers',
    });
  });

  test('a sender is compared by its address, and unknown where nobody knows it', () => {
    const document = {
      data: [aPolicy({ conditions: [{ field: 'transaction.sender', operator: 'EQUALS', value: stranger }] })],
    };

    expect(verdict(document, aTransfer())).toBe('allow');
    expect(verdict(document, aTransfer({ from: supplier }))).toBe('abstain');
    expect(answered(imported(document), aTransfer({ from: null }))).toMatchObject({ because: 'unknown' });
  });
});
