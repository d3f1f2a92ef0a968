import { describe, expect, test } from 'vitest';
import type { Activity } from '../../src/domain/activity.ts';
import { slackReleaseRefusals, valueOf } from '../../src/domain/release.ts';
import type { Ceiling } from '../../src/domain/voting-rule.ts';
import { aFinding, anActivity, anApproval, anAsset, hourMs, noon } from '../builders.ts';

const usd = (value: string) => ({ value, currency: 'USD' });
const ceiling: Ceiling = { perItem: usd('1000000'), per24h: usd('2000000') };

describe('what an approval is worth', () => {
  test("is the platform's price times the exact amount", () => {
    expect(valueOf(anApproval(), noon)).toEqual({ kind: 'known', fiat: usd('249975') });
  });

  const price = { perToken: '1', currency: 'USD', quotedAt: noon };

  test.each<readonly [string, Partial<Activity>, string]>([
    ['not a transfer', { kind: 'contract-call' }, 'it is not a plain transfer (Wallets:Sign/transferRequest/Erc20)'],
    ['something unread', { unread: ['its fee is unknown'] }, 'its fee is unknown'],
    ['no price', { price: null }, 'the platform gives no price'],
    ['an old price', { price: { ...price, quotedAt: noon - 24 * hourMs - 1 } }, 'the price is older than 24 hours'],
    ['a price from the future', { price: { ...price, quotedAt: noon + hourMs } }, 'the price is from the future'],
    ['a price of zero', { price: { ...price, perToken: '0' } }, 'the price is not a positive number'],
    ['a negative price', { price: { ...price, perToken: '-1' } }, 'the price is not a positive number'],
    ['a price that is no number', { price: { ...price, perToken: 'n/a' } }, 'the price is not a positive number'],
  ])('is unknown with %s', (_, activity, reason) => {
    expect(valueOf(anApproval({ activity: anActivity(activity) }), noon)).toEqual({ kind: 'unknown', reason });
  });

  test('a price without an age is as old as the approval, and unknown without that', () => {
    const activity = anActivity({ price: { ...price, quotedAt: null } });

    expect(valueOf(anApproval({ activity }), noon).kind).toBe('known');
    expect(valueOf(anApproval({ activity }), noon + 25 * hourMs).kind).toBe('unknown');
    expect(valueOf(anApproval({ activity, createdAt: null }), noon)).toEqual({
      kind: 'unknown',
      reason: "the price's age is unknown",
    });
  });
});

type Given = Partial<Parameters<typeof slackReleaseRefusals>[0]>;

function refusals(given: Given = {}): readonly string[] {
  return slackReleaseRefusals({ approval: anApproval(), ceiling, spent24h: '0', findings: [], now: noon, ...given });
}

function withActivity(activity: Partial<Activity>): Given {
  return { approval: anApproval({ activity: anActivity(activity) }) };
}

describe('what Slack votes may release', () => {
  test('a plain transfer with a fresh price below its ceiling', () => {
    expect(refusals()).toEqual([]);
  });

  test.each<readonly [string, Given, string]>([
    [
      'a contract call',
      withActivity({ kind: 'contract-call', platformKind: 'Evm' }),
      'it is not a plain transfer (Evm)',
    ],
    [
      'a policy change',
      withActivity({ kind: 'policy-change', platformKind: 'Policies:Modify' }),
      'it is not a plain transfer (Policies:Modify)',
    ],
    ['an unknown kind', withActivity({ kind: 'unknown', platformKind: 'New' }), 'it is not a plain transfer (New)'],
    ['a field that was not read', withActivity({ unread: ['its fee'] }), 'its fee'],
    [
      'two destinations',
      withActivity({ destinations: [...anActivity().destinations, ...anActivity().destinations] }),
      'it does not have exactly one destination',
    ],
    ['no destination', withActivity({ destinations: [] }), 'it does not have exactly one destination'],
    ['an unknown network', withActivity({ network: null }), 'its network is unknown'],
    ['an unknown wallet', withActivity({ wallet: null }), 'its wallet is unknown'],
    ['an unknown asset', withActivity({ asset: null }), 'its asset is unknown'],
    ['unknown decimals', withActivity({ asset: anAsset({ decimals: null }) }), "the asset's decimals are unknown"],
    ['an unknown amount', withActivity({ amountBase: null }), 'its amount is unknown'],
    [
      'a finding that stops',
      { findings: [aFinding({ outcome: 'stop', title: 'Look-alike', words: 'it imitates' })] },
      'Look-alike: it imitates',
    ],
    [
      'alternative groups',
      { approval: anApproval({ groupLogic: 'any' }) },
      'its groups are alternatives, which Slack votes cannot serve',
    ],
    ['no ceiling', { ceiling: null }, 'no ceiling is configured for this group'],
    ['no price', withActivity({ price: null }), 'the platform gives no price'],
    [
      'another currency',
      withActivity({ price: { perToken: '1', currency: 'EUR', quotedAt: noon } }),
      'it is priced in EUR, the ceiling is in USD',
    ],
    [
      'a ceiling for 24 hours in another currency',
      { ceiling: { ...ceiling, per24h: { value: '1', currency: 'EUR' } } },
      'it is priced in USD, the ceiling is in EUR',
    ],
    [
      'a value above the ceiling',
      { ceiling: { ...ceiling, perItem: usd('249974.99') } },
      '249,975.00 USD is above the ceiling of 249,974.99 USD for one item',
    ],
    [
      '24 hours above the ceiling',
      { spent24h: '1750025.01' },
      'with it, 24 hours would exceed the ceiling of 2,000,000.00 USD',
    ],
  ])('nothing with %s', (_, given, reason) => {
    expect(refusals(given)).toContain(reason);
  });

  test('exactly the ceiling is still allowed', () => {
    expect(refusals({ ceiling: { perItem: usd('249975'), per24h: usd('2000000') }, spent24h: '1750025' })).toEqual([]);
  });

  test('a flag does not forbid it: that is what people are asked about', () => {
    expect(refusals({ findings: [aFinding({ outcome: 'flag' }), aFinding({ outcome: 'unavailable' })] })).toEqual([]);
  });
});
