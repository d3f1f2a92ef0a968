// What an import of AxonVault's policies says beside its rules, and documents that are refused whole.
import { describe, expect, test } from 'vitest';
import { axonvaultLanguage } from '../../../src/platforms/axonvault/index.ts';
import { aPolicy, flow, importOf, limits, listed, read, whitelist } from './documents.ts';

describe('what is not carried over is said', () => {
  test.each<[string, object, string, string]>([
    ['a policy that is off', aPolicy({ approvalFlow: flow }, { enabled: false }), 'pol_1', 'is not enabled'],
    [
      'a part that is off',
      aPolicy({ addressWhitelist: whitelist, amountLimit: { ...limits, enabled: false } }),
      'pol_1 rule.amountLimit',
      'is not enabled',
    ],
    [
      'whether others are blocked',
      aPolicy({ addressWhitelist: { enabled: true, allowedAddresses: [listed] } }),
      'pol_1 rule.addressWhitelist.denyAll',
      'does not say whether others are blocked',
    ],
    [
      'no currency',
      aPolicy({ amountLimit: { ...limits, currency: undefined } }),
      'pol_1 rule.amountLimit.currency',
      'is missing',
    ],
    [
      'no limit',
      aPolicy({ addressWhitelist: whitelist, amountLimit: { enabled: true, currency: 'USD' } }),
      'pol_1 rule.amountLimit',
      'has neither a daily nor a per-transaction limit',
    ],
    [
      'a limit of zero',
      aPolicy({ amountLimit: { ...limits, dailyLimit: '0.00' } }),
      'pol_1 rule.amountLimit',
      'has a limit of zero',
    ],
    [
      'a limit that is a number',
      aPolicy({ amountLimit: { ...limits, perTxLimit: 400 } }),
      'pol_1 rule.amountLimit.perTxLimit',
      'is a number, where AxonVault takes a text',
    ],
    [
      'more decimals than a cent',
      aPolicy({ amountLimit: { ...limits, perTxLimit: '400.009' } }),
      'pol_1 rule.amountLimit.perTxLimit',
      'has more than two decimals',
    ],
    [
      'an address that cannot be read',
      aPolicy({ addressWhitelist: { ...whitelist, allowedAddresses: [listed, 'acme'] } }),
      'pol_1 rule.addressWhitelist.allowedAddresses',
      '"acme" is not an address of a network that is known here',
    ],
    [
      'a checksum that does not fit',
      aPolicy({
        addressWhitelist: { ...whitelist, allowedAddresses: [listed, '0xABcdef1234567890abcdef1234567890abcdef12'] },
      }),
      'pol_1 rule.addressWhitelist.allowedAddresses',
      '0xABcdef1234567890abcdef1234567890abcdef12 has a checksum that does not fit: it may hold a typing error',
    ],
    ['nothing that is on', aPolicy({}), 'pol_1 rule', 'has no part that is enabled'],
    [
      'a key that is new',
      aPolicy({ approvalFlow: flow }, { wallets: ['wal_1'] }),
      'pol_1 wallets',
      'is not a key that is known here',
    ],
  ])('%s', (_, policy, place, words) => {
    expect(importOf(policy).remarks).toMatchObject([{ place, words }]);
  });
});

describe('a document is refused whole', () => {
  test.each<[string, unknown, string, string]>([
    ['text that is not JSON', '{', '', 'is not JSON'],
    ['no policies', { policies: [] }, '', 'holds no policies'],
    ['a policy that is a number', [7], '[0]', 'must be an object'],
    ['no rule', { policies: [{ name: 'x' }] }, 'policies[0].rule', 'is missing'],
    [
      'a switch that is a text',
      aPolicy({ addressWhitelist: { ...whitelist, enabled: 'yes' } }),
      'rule.addressWhitelist.enabled',
      'must be true or false',
    ],
    [
      'a priority with decimals',
      aPolicy({ approvalFlow: flow }, { priority: 1.5 }),
      'priority',
      'must be a whole number',
    ],
    [
      'addresses that are no list',
      aPolicy({ addressWhitelist: { ...whitelist, allowedAddresses: listed } }),
      'rule.addressWhitelist.allowedAddresses',
      'must be a list',
    ],
    [
      'a negative limit',
      aPolicy({ amountLimit: { ...limits, perTxLimit: '-1' } }),
      'rule.amountLimit.perTxLimit',
      '"-1" is not an amount',
    ],
    [
      'an empty limit',
      aPolicy({ amountLimit: { ...limits, perTxLimit: '' } }),
      'rule.amountLimit.perTxLimit',
      '"" is not an amount',
    ],
    [
      'a currency that is none',
      aPolicy({ amountLimit: { enabled: true, perTxLimit: '5', currency: 'ZZZ' } }),
      'rule.amountLimit.perTxLimit',
      '"ZZZ" is not a currency',
    ],
    [
      'no threshold',
      aPolicy({ approvalFlow: { ...flow, threshold: undefined } }),
      'rule.approvalFlow.threshold',
      'is missing',
    ],
    [
      'no approvers',
      aPolicy({ approvalFlow: { ...flow, approvers: [] } }),
      'rule.approvalFlow.approvers',
      'names nobody',
    ],
    [
      'no approval required',
      aPolicy({ approvalFlow: { ...flow, requiredApprovals: 0 } }),
      'rule.approvalFlow.requiredApprovals',
      'must be 1 to 2',
    ],
    [
      'more approvals than different approvers',
      aPolicy({ approvalFlow: { ...flow, approvers: ['usr_a', 'usr_a'] } }),
      'rule.approvalFlow.requiredApprovals',
      'must be 1 to 1',
    ],
    [
      'two policies of one name',
      [aPolicy({ approvalFlow: flow }), aPolicy({ approvalFlow: flow }, { policyId: 'pol_2' })],
      '[1].name',
      'repeats "Production"',
    ],
    [
      'two policies of one id',
      [aPolicy({ approvalFlow: flow }), aPolicy({ approvalFlow: flow }, { name: 'Other' })],
      '[1].policyId',
      'repeats pol_1',
    ],
    [
      'two projects',
      [
        aPolicy({ approvalFlow: flow }, { projectId: 'a' }),
        aPolicy({ approvalFlow: flow }, { policyId: 'pol_2', name: 'Other', projectId: 'b' }),
      ],
      '[1].projectId',
      'is about another project',
    ],
  ])('with %s', (_, document, path, words) => {
    const reading = read(document);
    expect(reading.kind === 'faults' ? reading.faults : reading).toEqual([
      { path, words: expect.stringContaining(words), remedy: expect.stringMatching(/\.$/) },
    ]);
  });

  test.each([
    ['matching', 'all', 'Choose from: every, speaking.'],
    ['threshold', 'above', 'Choose from: reached, exceeded.'],
    ['day', 'Mars/Olympus', 'Write utc, rolling, or e.g. Asia/Singapore.'],
    ['zone', 'utc', 'Choose from: matching, threshold, day, dailyPer.'],
  ])('with the option %s: %s', (name, value, remedy) => {
    const reading = read(aPolicy({ approvalFlow: flow }), { [name]: value });
    expect(reading.kind === 'faults' ? reading.faults : reading).toMatchObject([{ path: `options.${name}`, remedy }]);
  });

  test('and every option is explained', () => {
    expect(Object.keys(axonvaultLanguage.options)).toEqual(['matching', 'threshold', 'day', 'dailyPer']);
  });
});
