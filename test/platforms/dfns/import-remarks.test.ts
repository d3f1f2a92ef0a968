// What an import of Dfns' policies says beside its rules: older spellings, and all that is not carried over.
import { describe, expect, test } from 'vitest';
import type { DraftCondition } from '../../../src/domain/rulebook-draft.ts';
import { anything, compiled, draftOf } from './imported.ts';
import { aPolicy, asks, importOf, notPlain, paid, payout, read, vip, withRule } from './import-documents.ts';

const effectsOf = (action: object) =>
  importOf(aPolicy({ action })).rules.map(({ effect, enforcement }) => ({ effect, enforcement }));

const limitOn = (network: string, tid: string) => ({ assets: [{ network, tid, limit: '5' }] });

describe('an action', () => {
  test('asks each of its groups, with its quorum', () => {
    const nobodyNamed = { quorum: 2, approvers: {} };
    expect(effectsOf({ kind: 'RequestApproval', approvalGroups: [vip, nobodyNamed] })).toEqual([
      {
        effect: [
          { people: ['VicePresidents'], quorum: 1 },
          { people: ['(unnamed)'], quorum: 2 },
        ],
      },
    ]);
  });

  test('that blocks is never more than an abstention, and one that only notes changes nothing', () => {
    expect(effectsOf({ kind: 'Block' })).toEqual([{ effect: [{ abstain: 'Dfns blocks it' }] }]);
    expect(effectsOf({ kind: 'NoAction' })).toEqual([{ effect: [{ notify: 'the log' }], enforcement: 'log-only' }]);
  });

  test('is never an allow, whatever it is called', () => {
    const { rules, remarks } = importOf(aPolicy({ action: { kind: 'Allow' } }));
    expect(rules[0]?.effect).toEqual([{ abstain: 'the action of Dfns is not known here' }]);
    expect(remarks).toMatchObject([
      { place: 'plc-1 action.kind', words: '"Allow" is not an action that is known here' },
    ]);
  });
});

describe('the spellings of older guides', () => {
  /** The examples of the guide as they were, with addresses in the place of `0x...address1`. */
  const guide: readonly (readonly [string, object, DraftCondition, readonly string[]])[] = [
    [
      'TransactionAmountLimit',
      { limit: '100000', currency: 'USD' },
      { any: [...notPlain, { not: { kind: 'amount', atMost: '100000 USD' } }] },
      ['limit'],
    ],
    [
      'TransactionAmountVelocity',
      { limit: '500000', currency: 'USD', timeWindow: 86_400 },
      { not: { kind: 'spent', window: '86400s', per: ['wallet'], atMost: '500000 USD' } },
      ['timeWindow', 'limit'],
    ],
    [
      'TransactionCountVelocity',
      { limit: 100, timeWindow: 86_400 },
      { not: { kind: 'spent', window: '86400s', per: ['wallet'], count: 100 } },
      ['timeWindow'],
    ],
  ];

  test.each(guide)('in %s are read, with a hint', (kind, configuration, expected, hinted) => {
    const { rules, remarks } = importOf(withRule(kind, configuration));
    expect(rules[0]?.when[1]).toEqual(expected);
    expect(remarks.map(({ place }) => place)).toEqual(hinted.map((key) => `plc-1 rule.configuration.${key}`));
  });

  test('say how long a window in seconds is in minutes', () => {
    const { remarks } = importOf(withRule('TransactionCountVelocity', { limit: 100, timeWindow: 86_400 }));
    expect(remarks[0]?.instead).toBe('read as 86400 seconds (1440 minutes)');
  });

  test('a status in the body of a new policy is said not to be Dfns’ own', () => {
    const { remarks } = importOf({ body: aPolicy({ id: undefined }) });
    expect(remarks).toMatchObject([{ place: 'One status' }]);
  });
});

describe('what is not carried over is said', () => {
  test.each<[string, object, string, string]>([
    ['an archived policy', { status: 'Archived' }, 'plc-1', 'is archived'],
    ['a new status', { status: 'Paused' }, 'plc-1 status', '"Paused" is not a status that is known here'],
    ['a change that waits', { pendingChangeRequest: { id: 'cr-1' } }, 'plc-1', 'has a change that waits for approval'],
    ['a key of the policy', { region: 'EU' }, 'plc-1 region', 'is not a key that is known here'],
    [
      'a key of a group',
      { action: { ...asks, approvalGroups: [{ ...vip, weight: 2 }] } },
      'plc-1 action.approvalGroups[0].weight',
      'is not a key that is known here',
    ],
    [
      'a new kind of activity',
      { activityKind: 'Keys:Export' },
      'plc-1 activityKind',
      '"Keys:Export" is not a kind of activity that is known here',
    ],
  ])('%s', (_, overrides, place, words) => {
    expect(importOf(aPolicy(overrides)).remarks).toMatchObject([{ place, words }]);
  });

  test.each<[string, object, string]>([
    ['a kind of rule that is new', { rule: { kind: 'MoonPhase', configuration: {} } }, 'plc-1 rule.kind'],
    [
      'a key of a rule that is new',
      { rule: { kind: 'TransactionAmountLimit', configuration: { limit: 1, currency: 'USD', scope: 'org' } } },
      'plc-1 rule.configuration.scope',
    ],
    ['a filter that is new', { filters: { network: { in: ['Ethereum'] } } }, 'plc-1 filters.network'],
    ['an operator that is new', { filters: { walletId: { notIn: ['wa-1'] } } }, 'plc-1 filters.walletId.notIn'],
    ['an empty list of wallets', { filters: { walletId: { in: [] } } }, 'plc-1 filters.walletId.in'],
  ])('%s makes the rule undecided, never untrue', (_, overrides, place) => {
    const { rules, remarks } = importOf(aPolicy(overrides));
    expect(rules[0]?.when[1]).toMatchObject({ kind: 'unsupported' });
    expect(remarks).toMatchObject([{ place }]);
  });

  test('a limit with more decimals than a cent is cut down, never up', () => {
    const { rules, remarks } = importOf(withRule('TransactionAmountLimit', { limit: 10.009, currency: 'USD' }));
    expect(rules[0]?.when[1]).toEqual({ any: [...notPlain, { not: { kind: 'amount', atMost: '10 USD' } }] });
    expect(remarks).toMatchObject([
      { place: 'plc-1 rule.configuration.limit', instead: expect.stringContaining('10 USD') },
    ]);
  });

  test('an address whose checksum does not fit is read as Dfns reads it, and flagged; one of no network is left out', () => {
    const wrong = '0x00FB58432ef9d418bf6688bcf0a226d2fcaa18e2';
    const { rules, remarks } = importOf(withRule('TransactionRecipientWhitelist', { addresses: [wrong, 'nonsense'] }));
    expect(rules[0]?.when[1]).toEqual({ any: [...notPlain, { not: { kind: 'recipient', in: [paid] } }] });
    expect(remarks.map(({ words }) => words)).toEqual([
      expect.stringContaining('checksum that does not fit'),
      '"nonsense" is not an address of a network that is known here',
    ]);
  });

  test('an asset that cannot be told apart leaves the transfers on its network to people, and no others', () => {
    const answers = [limitOn('Stellar', 'sep41:usdc'), limitOn('Aptos', 'native:apt')].map((configuration) => {
      const { draft, remarks } = draftOf(read(withRule('TransactionAmountLimitNominal', configuration)));
      expect(remarks).toHaveLength(2);
      return payout(compiled(draft, anything), {}).kind;
    });
    expect(answers).toEqual(['allow', 'allow']);
  });

  test('many addresses become a list with the policy’s name', () => {
    const addresses = [1, 2, 3, 4, 5].map((digit) => `0x${String(digit).repeat(40)}`);
    const { draft } = draftOf(read(withRule('TransactionRecipientWhitelist', { addresses })));
    expect(draft.lists).toEqual({ 'plc-1': addresses });
    expect(draft.sets[0]?.rules[0]?.when[1]).toEqual({
      any: [...notPlain, { not: { kind: 'recipient', in: '$plc-1' } }],
    });
  });
});
