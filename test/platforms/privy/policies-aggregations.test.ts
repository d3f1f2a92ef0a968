// Privy's aggregations, imported: upper limits on the coin of one network, and what can't be carried over.
import { describe, expect, test } from 'vitest';
import { aPolicy, aRequest, conditionsOf, imported, payee, verdictOf } from './imports.ts';

function aggregation(change: object): object {
  return {
    id: 'day',
    method: 'eth_signTransaction',
    metric: { field: 'value', field_source: 'ethereum_transaction', function: 'sum' },
    window: { type: 'rolling', seconds: 86_400 },
    conditions: [{ field_source: 'ethereum_transaction', field: 'chain_id', operator: 'eq', value: '8453' }],
    ...change,
  };
}

const limited = (operator: string, wanted: string, rule: object = {}, change: object = {}) => ({
  policies: [
    aPolicy([
      {
        method: 'eth_signTransaction',
        conditions: [{ field_source: 'reference', field: 'aggregation.day', operator, value: wanted }],
        ...rule,
      },
    ]),
  ],
  aggregations: [aggregation(change)],
});

describe('aggregations', () => {
  const asked = aRequest({ method: 'eth_signTransaction' });
  const before = (amount: string, ago: number) => [
    { to: payee, value: amount, chain_id: '8453', unix_seconds: asked.unix_seconds - ago },
  ];

  test.each([
    ['with the request itself at the limit', before('500', 60), 'allow'],
    ['with the request itself above the limit', before('501', 60), 'abstain'],
    ['as old as the window', before('501', 86_400), 'allow'],
    [
      'on another chain',
      [{ ...before('501', 60)[0], to: payee, value: '501', chain_id: '1', unix_seconds: asked.unix_seconds }],
      'allow',
    ],
  ])('%s', (_, past, verdict) => {
    expect(verdictOf(limited('lte', '1500'), asked, past)).toBe(verdict);
  });

  test('become a limit on the coin of one network, per recipient where they say so', () => {
    const grouped = { group_by: [{ field_source: 'ethereum_transaction', field: 'to' }] };
    const spent = { kind: 'spent', window: '86400s', atMost: '1 coin-Base' };

    expect(conditionsOf(limited('lte', '1000000000000000000'))).toEqual([{ ...spent, per: 'connection' }]);
    expect(conditionsOf(limited('lt', '1000000000000000001', {}, grouped))).toEqual([{ ...spent, per: ['recipient'] }]);
    expect(conditionsOf(limited('gt', '1000000000000000000', { action: 'DENY' }))).toEqual([
      { not: { ...spent, per: 'connection' } },
    ]);
  });

  test.each([
    ['more spent would allow', limited('gte', '1'), 'only an upper limit'],
    ['more spent would not be denied', limited('lte', '1', { action: 'DENY' }), 'only an upper limit'],
    ['a limit of nothing', limited('lte', '0'), 'only an upper limit'],
    ['no network', limited('lte', '1', {}, { conditions: [] }), 'on which one network'],
    [
      'a network that is not known',
      limited(
        'lte',
        '1',
        {},
        { conditions: [{ field_source: 'ethereum_transaction', field: 'chain_id', operator: 'eq', value: '424242' }] },
      ),
      'on which one network',
    ],
    [
      'tokens',
      limited(
        'lte',
        '1',
        {},
        { metric: { field: 'transfer.amount', field_source: 'ethereum_calldata', function: 'sum' } },
      ),
      'something else than the coin',
    ],
    ['no such aggregation', { ...limited('lte', '1'), aggregations: [] }, 'not in the document'],
  ])('%s is not carried over', (_, document, words) => {
    expect(imported(document).remarks[0]?.words).toContain(words);
    expect(verdictOf(document, asked)).toBe('abstain');
  });

  test('what they are counted by and we do not keep is said', () => {
    const change = { group_by: [{ field_source: 'ethereum_calldata', field: 'transfer.to' }] };

    expect(imported(limited('lte', '1500', {}, change)).remarks[0]).toMatchObject({
      instead: 'more is counted than on Privy: the limit is reached sooner',
    });
  });
});
