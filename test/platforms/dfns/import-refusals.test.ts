// Documents of Dfns' policies that are refused whole, with the place of each fault and what to do.
import { describe, expect, test } from 'vitest';
import { aPolicy, asks, paid, read, vip, withRule } from './import-documents.ts';

const limited = (configuration: object) => withRule('TransactionAmountLimit', configuration);

describe('a document is refused whole', () => {
  test.each<[string, unknown, string, string]>([
    ['text that is not JSON', '{', '', 'is not JSON'],
    ['no policies', [], '', 'holds no policies'],
    ['a page of several', { items: [aPolicy()], nextPageToken: 'x' }, 'nextPageToken', 'is one page of several'],
    ['a policy that is a number', [7], '[0]', 'must be an object'],
    ['no rule', { items: [aPolicy({ rule: undefined })] }, 'items[0].rule', 'is missing'],
    ['no activity kind', aPolicy({ activityKind: null }), 'activityKind', 'is missing'],
    [
      'an action without groups',
      aPolicy({ action: { kind: 'RequestApproval', approvalGroups: [] } }),
      'action.approvalGroups',
      'asks for approval by no group',
    ],
    [
      'a quorum of zero',
      aPolicy({ action: { ...asks, approvalGroups: [{ ...vip, quorum: 0 }] } }),
      'action.approvalGroups[0].quorum',
      'must be at least 1',
    ],
    [
      'approvers of a new form',
      aPolicy({ action: { ...asks, approvalGroups: [{ ...vip, approvers: { tag: {} } }] } }),
      'action.approvalGroups[0].approvers',
      'has a key that is not known here: tag',
    ],
    ['two policies of one id', [aPolicy(), aPolicy()], '[1].id', 'repeats plc-1'],
    ['no limit', limited({ currency: 'USD' }), 'rule.configuration.limit', 'is missing'],
    ['a negative limit', limited({ limit: -5, currency: 'USD' }), 'rule.configuration.limit', '"-5" is not an amount'],
    ['a limit in words', limited({ limit: 'much', currency: 'USD' }), 'rule.configuration.limit', 'must be a number'],
    [
      'a currency that is none',
      limited({ limit: 5, currency: 'ZZZ' }),
      'rule.configuration.limit',
      '"ZZZ" is not a currency',
    ],
    ['no window', withRule('TransactionCountVelocity', { limit: 5 }), 'rule.configuration.timeframe', 'is missing'],
    [
      'a window of zero',
      withRule('TransactionCountVelocity', { limit: 5, timeframe: 0 }),
      'rule.configuration.timeframe',
      'must be 1 to 43200',
    ],
    [
      'a window that is too long',
      withRule('TransactionCountVelocity', { limit: 5, timeframe: 86_400 }),
      'rule.configuration.timeframe',
      'must be 1 to 43200',
    ],
    [
      'two windows',
      withRule('TransactionCountVelocity', { limit: 5, timeframe: 1, timeWindow: 60 }),
      'rule.configuration.timeframe',
      'stands beside timeWindow: they may disagree',
    ],
    [
      'a number of transactions that is none',
      withRule('TransactionCountVelocity', { limit: -1, timeframe: 1 }),
      'rule.configuration.limit',
      '"-1" is not a number of transactions',
    ],
    [
      'addresses that are no list',
      withRule('TransactionRecipientWhitelist', { addresses: paid }),
      'rule.configuration.addresses',
      'must be a list',
    ],
    [
      'no assets',
      withRule('TransactionAmountLimitNominal', { assets: [] }),
      'rule.configuration.assets',
      'must not be empty',
    ],
    [
      'an asset twice',
      withRule('TransactionAmountLimitNominal', {
        assets: [1, 2].map((of) => ({ network: 'Ethereum', tid: 'native:eth', limit: String(of) })),
      }),
      'rule.configuration.assets[1]',
      'repeats Ethereum native:eth',
    ],
    [
      'a nominal limit with decimals',
      withRule('TransactionAmountLimitNominal', { assets: [{ network: 'Ethereum', tid: 'native:eth', limit: '1.5' }] }),
      'rule.configuration.assets[0].limit',
      'must be a whole number of base units, as a text',
    ],
    [
      'an asset without an identifier',
      withRule('TransactionAmountLimitNominal', { assets: [{ network: 'Ethereum', tid: 'ETH', limit: '1' }] }),
      'rule.configuration.assets[0].tid',
      'must be an identifier such as "native:eth" or "erc20:0x…"',
    ],
  ])('with %s', (_, document, path, words) => {
    const reading = read(document);
    expect(reading).toMatchObject({ kind: 'faults' });
    const faults = reading.kind === 'faults' ? reading.faults : [];
    expect(faults).toEqual([{ path, words: expect.stringContaining(words), remedy: expect.stringMatching(/\.$/) }]);
  });
});
