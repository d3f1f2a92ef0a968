// Imported policies at their limits, and where something is not known.
import { describe, expect, test } from 'vitest';
import { anActivity } from '../../builders.ts';
import { anything, compiled, draftOf } from './imported.ts';
import { aPolicy, payout, paid, read, usdc, withRule } from './import-documents.ts';

const withOwn = (policy: object) => compiled(draftOf(read(policy)).draft, anything);

describe('at its boundary', () => {
  test.each<[string, object, string, 'allow' | 'abstain']>([
    [
      'exactly the amount limit',
      { kind: 'TransactionAmountLimit', configuration: { limit: 100, currency: 'USD' } },
      '100000000',
      'allow',
    ],
    [
      'one unit more',
      { kind: 'TransactionAmountLimit', configuration: { limit: 100, currency: 'USD' } },
      '100000001',
      'abstain',
    ],
    [
      'any amount over a limit of zero',
      { kind: 'TransactionAmountLimit', configuration: { limit: 0, currency: 'USD' } },
      '1',
      'abstain',
    ],
    [
      'nothing at all, below a limit',
      { kind: 'TransactionAmountLimit', configuration: { limit: 100, currency: 'USD' } },
      '0',
      'abstain',
    ],
    [
      'exactly the nominal limit',
      {
        kind: 'TransactionAmountLimitNominal',
        configuration: { assets: [{ network: 'Ethereum', tid: `erc20:${usdc}`, limit: '100000000' }] },
      },
      '100000000',
      'allow',
    ],
    [
      'one unit above the nominal limit',
      {
        kind: 'TransactionAmountLimitNominal',
        configuration: { assets: [{ network: 'Ethereum', tid: `erc20:${usdc}`, limit: '100000000' }] },
      },
      '100000001',
      'abstain',
    ],
    [
      'an empty whitelist',
      { kind: 'TransactionRecipientWhitelist', configuration: { addresses: [] } },
      '100000000',
      'abstain',
    ],
  ])('%s', (_, rule, amountBase, expected) => {
    const answer = payout(withOwn(aPolicy({ rule })), { amountBase, destinations: [{ address: paid, amountBase }] });
    expect(answer.kind).toBe(expected);
  });

  test('a velocity counts this payment, and triggers only strictly above its limit', () => {
    const amount = withOwn(withRule('TransactionAmountVelocity', { limit: 300, currency: 'USD', timeframe: 60 }));
    const count = withOwn(withRule('TransactionCountVelocity', { limit: 3, timeframe: 60 }));
    expect([1, 2, 3].map((before) => payout(amount, {}, before).kind)).toEqual(['allow', 'allow', 'abstain']);
    expect([1, 2, 3].map((before) => payout(count, {}, before).kind)).toEqual(['allow', 'allow', 'abstain']);
  });

  test('a missing price, unknown tags or an unknown wallet is left to people', () => {
    const limited = withOwn(withRule('TransactionAmountLimit', { limit: 1000, currency: 'USD' }));
    const tagged = withOwn(aPolicy({ filters: { walletTags: { hasAny: ['other'] } } }));
    const counted = withOwn(withRule('TransactionCountVelocity', { limit: 9, timeframe: 60 }));

    expect(payout(limited, { price: null }).kind).toBe('abstain');
    expect(payout(tagged, {}).kind).toBe('allow');
    expect(payout(tagged, { request: { ...anActivity().request, method: 'Wallets:Sign' } }).kind).toBe('abstain');
    expect(payout(counted, { wallet: null }).kind).toBe('abstain');
  });

  test('a Dfns import by itself approves nothing', () => {
    const alone = compiled(draftOf(read(withRule('TransactionAmountLimit', { limit: 1000, currency: 'USD' }))).draft);
    expect(payout(alone, {})).toMatchObject({ kind: 'abstain', because: 'nothing' });
  });

  test('a triggered policy names the groups that it asks', () => {
    expect(payout(withOwn(aPolicy()), {})).toMatchObject({
      kind: 'abstain',
      because: 'objection',
      rules: ['plc-1'],
      groups: ['VicePresidents'],
    });
  });
});
