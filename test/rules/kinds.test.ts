import { describe, expect, test } from 'vitest';
import type { Activity } from '../../src/domain/activity.ts';
import { anAsset, hourMs, noon } from '../builders.ts';
import { answerOf, aPayout, supplier, usdc } from './rulebooks.ts';

function to(...addresses: readonly string[]): Partial<Activity> {
  return { destinations: addresses.map((address) => ({ address, amountBase: '1' })) };
}

describe('activity', () => {
  test.each([
    ['transfer', 'true'],
    ['contract-call', 'false'],
    ['policy-change', 'false'],
    ['unknown', 'unknown'],
  ] as const)('a %s is %s', (kind, truth) => {
    expect(answerOf('{ kind: activity, in: [transfer] }', aPayout({ kind })).truth).toBe(truth);
  });
});

describe('network', () => {
  test.each([
    ['Ethereum', 'true'],
    ['Polygon', 'false'],
    ['ethereum', 'unknown'],
    ['Atlantis', 'unknown'],
    [null, 'unknown'],
  ] as const)('%s is %s', (network, truth) => {
    expect(answerOf('{ kind: network, in: [Ethereum, Base] }', aPayout({ network })).truth).toBe(truth);
  });
});

describe('asset', () => {
  const condition = '{ kind: asset, in: [USDC] }';

  test.each([
    ['the contract', anAsset(), 'true'],
    ['the contract in lower case', anAsset({ reference: usdc.toLowerCase() }), 'true'],
    ['the same symbol on another contract', anAsset({ reference: supplier }), 'false'],
    ["the network's own coin that calls itself USDC", anAsset({ reference: null }), 'false'],
    ['a reference that is no address', anAsset({ reference: 'USDC' }), 'unknown'],
    ['no asset', null, 'unknown'],
  ] as const)('%s is judged by network and contract', (_, asset, truth) => {
    expect(answerOf(condition, aPayout({ asset })).truth).toBe(truth);
  });

  test('the same contract on another network is another asset', () => {
    expect(answerOf(condition, aPayout({ network: 'Polygon' })).truth).toBe('false');
  });

  test('native is the coin of the network, whatever its symbol', () => {
    const coin = anAsset({ standard: 'Native', reference: null, symbol: 'WAT', decimals: 18 });

    expect(answerOf('{ kind: asset, in: [ETH] }', aPayout({ asset: coin })).truth).toBe('true');
    expect(answerOf('{ kind: asset, in: [ETH] }', aPayout()).truth).toBe('false');
  });
});

describe('recipient', () => {
  const condition = '{ kind: recipient, in: $suppliers }';
  const stranger = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC';

  test.each([
    ['as it is listed', to(supplier), 'true'],
    ['in lower case', to(supplier.toLowerCase()), 'true'],
    ['a stranger', to(stranger), 'false'],
    ['a listed one and a stranger', to(supplier, stranger), 'unknown'],
    ['twice the listed one', to(supplier, supplier), 'true'],
    ['with a wrong checksum', to(supplier.replace('C', 'c')), 'unknown'],
    ['no address', to('supplier.eth'), 'unknown'],
    ['nobody', to(), 'unknown'],
  ] as const)('%s', (_, activity, truth) => {
    expect(answerOf(condition, aPayout(activity)).truth).toBe(truth);
  });

  test('is unknown on an unknown network, even when the text is the same', () => {
    expect(answerOf(condition, aPayout({ network: 'Atlantis' }))).toMatchObject({ truth: 'unknown' });
  });

  test('an address of another network in the list never matches', () => {
    const bitcoin = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4';
    const list = `{ kind: recipient, in: [${bitcoin}, ${supplier}] }`;

    expect(answerOf(list, aPayout()).truth).toBe('true');
    expect(answerOf(list, aPayout({ network: 'Bitcoin', ...to(bitcoin.toUpperCase()) })).truth).toBe('true');
    expect(
      answerOf(
        list,
        aPayout({ network: 'Bitcoin', ...to('bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3') }),
      ).truth,
    ).toBe('false');
  });
});

describe('initiator', () => {
  test.each([
    ['us-payroll-bot', 'true'],
    ['US-payroll-bot', 'false'],
    ['us-other', 'false'],
  ] as const)('%s is %s, compared exactly', (account, truth) => {
    const approval = aPayout({}, { initiator: { account, serviceAccount: null } });

    expect(answerOf('{ kind: initiator, in: $payroll }', approval).truth).toBe(truth);
  });

  test('is unknown when the platform does not say who asked', () => {
    expect(answerOf('{ kind: initiator, in: $payroll }', aPayout({}, { initiator: null })).truth).toBe('unknown');
  });
});

describe('amount in a currency', () => {
  const price = { perToken: '1', currency: 'USD', quotedAt: noon };

  test.each([
    ['999999999', '1', 'true'],
    ['1000000000', '1', 'true'],
    ['1000000001', '1', 'false'],
    ['1000000000', '1.0000000000000000000000001', 'false'],
    ['1', '1000000000', 'true'],
    ['1', '1000000001', 'false'],
    [(2n ** 256n - 1n).toString(), '0.000000001', 'false'],
  ] as const)('%s base units at %s a token: at most 1000 USD is %s', (amountBase, perToken, truth) => {
    const approval = aPayout({ amountBase, price: { ...price, perToken } });

    expect(answerOf('{ kind: amount, atMost: 1000 USD }', approval).truth).toBe(truth);
  });

  test.each([
    ['no price', { price: null }],
    ['another currency', { price: { ...price, currency: 'EUR' } }],
    ['a price older than a day', { price: { ...price, quotedAt: noon - 24 * hourMs - 1 } }],
    ['a price from the future', { price: { ...price, quotedAt: noon + hourMs } }],
    ['a price of nothing', { price: { ...price, perToken: '0' } }],
    ['a negative price', { price: { ...price, perToken: '-1' } }],
    ['a price that is no number', { price: { ...price, perToken: 'NaN' } }],
    ['an infinite price', { price: { ...price, perToken: 'Infinity' } }],
    ['no amount', { amountBase: null }],
    ['no decimals', { asset: anAsset({ decimals: null }) }],
    ['something left unread', { unread: ['a field that is not known'] }],
  ])('is unknown with %s', (_, activity) => {
    expect(answerOf('{ kind: amount, atMost: 1000 USD }', aPayout(activity)).truth).toBe('unknown');
  });

  test('a rule may ask for a younger price', () => {
    const condition = '{ kind: amount, atMost: 1000 USD, quoteNotOlderThan: 15m }';
    const quoted = (minutes: number) => aPayout({ price: { ...price, quotedAt: noon - minutes * 60_000 } });

    expect(answerOf(condition, quoted(15)).truth).toBe('true');
    expect(answerOf(condition, quoted(16)).truth).toBe('unknown');
  });

  test('a price without an age is as old as the approval', () => {
    const approval = aPayout({ price: { ...price, quotedAt: null } }, { createdAt: noon - 30 * 60_000 });

    expect(answerOf('{ kind: amount, atMost: 1000 USD, quoteNotOlderThan: 15m }', approval).truth).toBe('unknown');
    expect(answerOf('{ kind: amount, atMost: 1000 USD, quoteNotOlderThan: 1h }', approval).truth).toBe('true');
  });

  test('both limits hold at once', () => {
    const condition = '{ kind: amount, atLeast: 100 USD, atMost: 1000 USD }';

    expect(answerOf(condition, aPayout()).truth).toBe('true');
    expect(answerOf(condition, aPayout({ amountBase: '99999999' })).truth).toBe('false');
    expect(answerOf(condition, aPayout({ amountBase: '100000000' })).truth).toBe('true');
  });
});

describe('amount of an asset', () => {
  const condition = '{ kind: amount, atMost: 5000.5 USDC }';

  test.each([
    ['5000500000', 'true'],
    ['5000500001', 'false'],
    [(2n ** 256n - 1n).toString(), 'false'],
  ] as const)('%s base units is %s, to the last unit', (amountBase, truth) => {
    expect(answerOf(condition, aPayout({ amountBase, price: null })).truth).toBe(truth);
  });

  test.each([
    ['of another asset, because it cannot be compared', { asset: anAsset({ reference: supplier }) }],
    ['of the same symbol on another network', { network: 'Polygon' }],
    ['when the platform says other decimals', { asset: anAsset({ decimals: 18 }) }],
    ['when the amount is unknown', { amountBase: null }],
  ])('is unknown %s', (_, activity) => {
    expect(answerOf(condition, aPayout(activity)).truth).toBe('unknown');
  });

  test('says what was wanted and what was seen', () => {
    expect(answerOf(condition, aPayout({ amountBase: '12345678900000' }))).toMatchObject({
      kind: 'amount',
      truth: 'false',
      wanted: 'at most 5,000.5 USDC',
      seen: '12,345,678.9 USDC',
      words: '12,345,678.9 USDC is above 5,000.5 USDC',
    });
  });
});
