import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { palisadeLanguage } from '../../../src/platforms/palisade/index.ts';
import { aLimit, aTransfer, ago, answered, ether, imported, usdc, verdict } from './imported.ts';
import type { Transaction } from './reference.ts';

function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/palisade/${name}.json`, import.meta.url), 'utf8');
}

describe('what the documentation shows', () => {
  const example = fixture('limits.list.response');
  const { transaction } = JSON.parse(fixture('transaction.get.response'));

  test('is recognised, and imports with an empty report; a limit that waits for its approval is left out', () => {
    expect(palisadeLanguage.recognises(JSON.parse(example))).toBe(true);

    const { remarks, rulebook } = imported(example);

    expect(remarks).toEqual([]);
    expect(rulebook.sets[0]?.rules.map(({ title }) => title)).toEqual([
      'Sweeps bypass every policy',
      'At most 10 ETH per transaction',
      'At most 100 ETH in 86400s',
      'At most 100000 ETH in all time',
      'Within every limit of the wallet 0196153b-67bc-7cd3-b511-354373d28130 on ETH-Ethereum',
    ]);
  });

  test('allows the transaction of the example, and not one above a limit', () => {
    expect(answered(imported(example), transaction)).toMatchObject({ kind: 'allow' });
    expect(answered(imported(example), { ...transaction, qty: '10.000000000000000001' })).toMatchObject({
      because: 'objection',
    });
  });

  test('a limit as it is sent to be created needs its wallet and its asset, and says so', () => {
    const { remarks } = imported(fixture('limit.create.request'));
    const complete = imported(fixture('limit.create.request'), { wallet: 'w-1', assets: 'ETH=Ethereum/native' });

    expect(remarks.map(({ instead }) => instead).join()).toMatch(/wallet=.*assets=ETH=/);
    expect(complete.remarks).toEqual([]);
    expect(answered(complete, aTransfer())).toMatchObject({ kind: 'allow' });
  });

  test.each([
    [{ limitType: 'PER_TX', symbol: 'ETH', limitQty: '10' }],
    [{ limitType: 'CONSTANT', symbol: 'ETH', limitQty: '500' }],
    [
      {
        limitType: 'PER_TX',
        symbol: 'ETH',
        limitQty: '10',
        matchers: [{ type: 'TRANSACTION_TYPE', value: 'WITHDRAWAL' }],
      },
    ],
    [{ limitType: 'PER_TX', symbol: 'XRP', limitQty: '0.1', matchers: [{ type: 'USER', value: 'u-1' }] }],
    [{ limitType: 'PER_TX', symbol: 'XRP', limitQty: '0.1', matchers: [{ type: 'API_CREDENTIAL', value: 'k-1' }] }],
    [
      {
        limitType: 'PER_TX',
        symbol: 'XRP',
        limitQty: '0.1',
        matchers: [{ type: 'COUNTERPARTY', value: 'rNDvqWSvarYhvFsezgBE7jfJbqdAGXRRio' }],
      },
    ],
  ])('imports %j with an empty report', (document) => {
    const { remarks } = imported(document, { wallet: 'w-1', assets: 'ETH=Ethereum/native,XRP=XrpLedger/native' });

    expect(remarks).toEqual([]);
  });
});

/** Base units of ether in its units. */
function whole(digits: string): string {
  return `${digits.slice(0, -18)}.${digits.slice(-18)}`;
}

describe('a limit', () => {
  const rolling = aLimit({ limitType: 'ROLLING_DURATION', duration: '3600s' });
  const lifetime = aLimit({ limitType: 'CONSTANT' });

  test.each<[string, readonly unknown[], Partial<Transaction>, readonly Partial<Transaction>[], string]>([
    ['exactly the limit passes', [aLimit()], { qty: '10' }, [], 'allow'],
    ['one base unit above it does not', [aLimit()], { qty: '10.000000000000000001' }, [], 'abstain'],
    ['no limit, no approval', [], {}, [], 'abstain'],
    ['no limit on this wallet', [aLimit()], { walletId: 'w-2' }, [], 'abstain'],
    ['no limit on this asset', [aLimit()], { asset: usdc }, [], 'abstain'],
    ['the same symbol on another network', [aLimit()], { asset: { ...ether, blockchain: 'BASE' } }, [], 'abstain'],
    ['a limit of zero blocks', [aLimit({ limitQty: '0' })], { qty: '0' }, [], 'abstain'],
    ['one below zero is unknown', [aLimit({ limitQty: '-1' })], {}, [], 'abstain'],
    [
      'every one of them must hold',
      [aLimit(), aLimit({ limitQty: '1', matchers: [{ type: 'USER', value: 'u-1' }] })],
      {},
      [],
      'abstain',
    ],
    ['a window up to the limit', [rolling], { qty: '2' }, [{ qty: '8', createdAt: ago(60) }], 'allow'],
    [
      'a window above the limit',
      [rolling],
      { qty: '2' },
      [{ qty: '8.000000000000000001', createdAt: ago(60) }],
      'abstain',
    ],
    ['what is older than the window', [rolling], { qty: '2' }, [{ qty: '9', createdAt: ago(3600) }], 'allow'],
    ['what is just inside it', [rolling], { qty: '2' }, [{ qty: '9', createdAt: ago(3599.999) }], 'abstain'],
    [
      'what another wallet spent',
      [rolling],
      { qty: '2' },
      [{ qty: '9', walletId: 'w-2', createdAt: ago(60) }],
      'allow',
    ],
    [
      'what was spent of another asset',
      [rolling],
      { qty: '2' },
      [{ qty: '9', asset: usdc, createdAt: ago(60) }],
      'allow',
    ],
    ['a lifetime never forgets', [lifetime], { qty: '2' }, [{ qty: '9', createdAt: ago(1e9) }], 'abstain'],
    ['a sweep bypasses limits, so that none speaks for it', [aLimit()], { action: 'PALISADE_SWEEP' }, [], 'abstain'],
    ['a raw transaction is nobody’s transfer', [aLimit()], { action: 'PALISADE_RAW' }, [], 'abstain'],
  ])('%s', (_, limits, transaction, history, expected) => {
    const past = history.map((one) => aTransfer(one));

    expect(verdict(limits, aTransfer(transaction), past)).toBe(expected);
  });

  test('is exact to the last of 2^256', () => {
    const most = (2n ** 256n - 1n).toString();
    const limits = [aLimit({ limitQty: whole(most) })];

    expect(verdict(limits, aTransfer({ qty: whole(most) }))).toBe('allow');
    expect(verdict(limits, aTransfer({ qty: whole((2n ** 256n).toString()) }))).toBe('abstain');
  });

  test('fees are not part of the amount', () => {
    const transaction = { ...aTransfer({ qty: '10' }), feeQtyLimit: '0.01' };

    expect(verdict([aLimit()], transaction)).toBe('allow');
  });

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['a type that nobody knows', { limitType: 'PER_MOON' }, 'PER_MOON'],
    ['a duration that says nothing', { duration: '60s' }, '60s'],
    ['a window in parts of a second', { limitType: 'ROLLING_DURATION', duration: '1.5s' }, '1.5s'],
    ['a key that nobody knows', { requiresTravelRule: true }, 'requiresTravelRule'],
    ['a network that nobody knows', { asset: { ...ether, blockchain: 'HEDERA' } }, 'HEDERA'],
    ['a token without decimals', { asset: { ...usdc, decimals: undefined } }, 'decimals'],
    ['a token without a contract', { asset: { ...usdc, contract: undefined } }, 'no contract'],
    ['a contract that is none', { asset: { ...usdc, contract: '0x12' } }, 'not a contract'],
    ['a collection', { asset: { ...usdc, standard: 'ERC721' } }, 'collection'],
    ['a standard that nobody knows', { asset: { ...usdc, standard: 'ERC9000' } }, 'ERC9000'],
    ['a coin with other decimals', { asset: { ...ether, decimals: 6 } }, 'has 18 decimals'],
  ])('%s is remarked, and unknown', (_, overrides, words) => {
    const { remarks } = imported([aLimit(overrides)]);

    expect(remarks.map((remark) => remark.words).join()).toContain(words);
    expect(
      answered(imported([aLimit(overrides)]), aTransfer({ asset: overrides['asset'] === undefined ? ether : usdc })),
    ).toMatchObject({
      because: 'unknown',
    });
  });

  test('decimals, networks and keys that the platform leaves open can be given with the import', () => {
    const options = { assets: `USDC=Ethereum/${usdc.contract?.toLowerCase()}/6`, ignore: 'requiresTravelRule' };
    const limits = [aLimit({ asset: { ...usdc, decimals: undefined }, requiresTravelRule: true })];
    const sepolia = imported([aLimit()], { networks: 'ETHEREUM=EthereumSepolia' });

    expect(verdict(limits, aTransfer({ asset: usdc }), [], options)).toBe('allow');
    expect(sepolia.draft.assets).toEqual({
      'ETH-EthereumSepolia': { network: 'EthereumSepolia', reference: 'native', decimals: 18 },
    });
    expect(answered(sepolia, aTransfer())).toMatchObject({ kind: 'abstain' });
  });
});

describe('which limits are enforced', () => {
  test.each<[string, boolean | undefined, string, string]>([
    ['LIMIT_ENABLED', true, 'enforced', ''],
    ['LIMIT_ENABLED', undefined, 'enforced', ''],
    ['LIMIT_ENABLED', false, 'unknown', 'not active'],
    ['LIMIT_DELETION_APPROVAL_PENDING', true, 'enforced', ''],
    ['LIMIT_CREATED', false, 'not enforced', ''],
    ['LIMIT_CREATION_APPROVAL_PENDING', false, 'not enforced', ''],
    ['LIMIT_CREATION_APPROVAL_PENDING', true, 'unknown', 'but it is active'],
    ['LIMIT_CREATION_APPROVAL_COMPLETE', false, 'not enforced', 'about to be enforced'],
    ['LIMIT_REJECTED', false, 'not enforced', ''],
    ['LIMIT_DELETION_APPROVAL_COMPLETE', false, 'not enforced', 'deletion is approved'],
    ['LIMIT_DELETED', false, 'not enforced', ''],
    ['LIMIT_ERROR', false, 'not enforced', 'in error'],
    ['LIMIT_ASLEEP', true, 'unknown', 'LIMIT_ASLEEP'],
  ])('%s with active: %s', (status, active, expected, remark) => {
    const { remarks, rulebook } = imported([aLimit({ status, active })]);

    const answer = answered({ remarks, rulebook, draft: { lists: {}, assets: {}, sets: [] } }, aTransfer());
    const found = answer.kind === 'allow' ? 'enforced' : answer.because === 'nothing' ? 'not enforced' : 'unknown';
    expect(found).toBe(expected);
    expect(remarks.map(({ words }) => words).join()).toContain(remark);
    expect(remarks).toHaveLength(remark === '' ? 0 : 1);
  });
});

test('no limit lapses when the rule that allows falls back to shadow, or starts there', () => {
  const limits = imported([aLimit({ limitQty: '1' }), aLimit({ limitType: 'CONSTANT' })]);
  const rules = limits.rulebook.sets[0]?.rules ?? [];
  const allowing = rules.filter(({ effects }) => effects.some(({ kind }) => kind === 'allow'));

  expect(allowing).toHaveLength(1);
  expect(rules.filter(({ must }) => must.length > 0)).toMatchObject([
    { stage: { kind: 'live' }, effects: [] },
    { stage: { kind: 'live' }, effects: [] },
  ]);
  expect(answered(limits, aTransfer({ qty: '1' }), [], [allowing[0]?.id ?? ''])).toMatchObject({ because: 'nothing' });
});

test('a draft for nobody in particular is about every connection, and starts as it was asked for', () => {
  const reading = palisadeLanguage.importPolicies(JSON.stringify([aLimit()]), {
    connection: null,
    stage: 'shadow',
    options: {},
  });

  expect(reading).toMatchObject({
    kind: 'draft',
    draft: {
      sets: [
        {
          name: 'palisade',
          otherwise: 'abstain',
          rules: [{ stage: 'live' }, { stage: 'live' }, { stage: 'shadow', effect: 'allow' }],
        },
      ],
    },
  });
});

test.each([[{ rules: [] }], [[{ conditions: [], actions: [] }]], [null], ['text'], [{ walletLimits: [] }]])(
  'does not claim %j',
  (document) => {
    expect(palisadeLanguage.recognises(document)).toBe(false);
  },
);
