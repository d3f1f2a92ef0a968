import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cubewireLanguage } from '../../../src/platforms/cubewire/index.ts';
import {
  aPolicy,
  aTransfer,
  allow,
  answered,
  block,
  imported,
  suppliers,
  verdict,
  type PolicyJson,
} from './imported.ts';

function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/cubewire/${name}.json`, import.meta.url), 'utf8');
}

describe('what the documentation shows', () => {
  const example = fixture('policies.list.response');
  const lists = [{ ...suppliers, id: 'e5f6a7b8-c9d0-4e1f-8a2b-3456789abcde', name: 'sanctioned' }];
  const withLists = () => ({ ...JSON.parse(example), lists });

  test('is recognised, and imports with an empty report once its list stands beside it', () => {
    expect(cubewireLanguage.recognises(JSON.parse(example))).toBe(true);

    const { remarks, draft } = imported(withLists());

    expect(remarks).toEqual([]);
    expect(draft.sets[0]?.rules.map(({ priority, enforcement = 'strict' }) => [priority, enforcement])).toEqual([
      [0, 'strict'],
      [1, 'strict'],
      [2, 'log-only'],
    ]);
  });

  test.each(['policy.get.response', 'policy.create.request'])('imports %s with an empty report', (name) => {
    const { remarks, rulebook } = imported(fixture(name));

    expect(remarks).toEqual([]);
    expect(rulebook.sets[0]?.rules).toMatchObject([{ title: 'High value transfers', stage: { kind: 'live' } }]);
  });

  test('says which list is missing, and never takes it for an empty one', () => {
    const { remarks } = imported(example);

    expect(remarks).toMatchObject([{ words: expect.stringContaining('e5f6a7b8') }]);
    expect(answered(imported(example), aTransfer({ value: '1' }))).toMatchObject({ because: 'unknown' });
  });

  test('asks the approvers of the policy that decides, with its quorum, for the transaction of the example', () => {
    const { transactionData } = JSON.parse(fixture('approval-request.get.response'));
    const transaction = aTransfer({ to: transactionData.to, from: transactionData.from, value: transactionData.value });

    const answer = answered(imported(withLists()), transaction);

    expect(answer).toMatchObject({ because: 'objection', groups: ['5b8e7f10-6a2d-4c3b-9e1f-0a1b2c3d4e5f'] });
  });

  test('binds each rule to the policy and its version', () => {
    const [, second] = imported(withLists()).rulebook.sets[0]?.rules ?? [];

    expect(second?.source).toEqual({ platform: 'cubewire', id: 'd4e5f6a7-b8c9-4d0e-9f1a-23456789abcd', version: '3' });
  });
});

describe('which policy decides', () => {
  test.each<[string, unknown[], 'allow' | 'abstain']>([
    ['priority 0 before 1', [aPolicy({ priority: 1, actions: block }), aPolicy({ priority: 0 })], 'allow'],
    ['a block first', [aPolicy({ priority: 1 }), aPolicy({ priority: 0, actions: block })], 'abstain'],
    ['of one priority, what does not allow', [aPolicy({}), aPolicy({ actions: block })], 'abstain'],
    [
      'an allow that also asks for people',
      [aPolicy({ actions: [...allow, { type: 'REQUIRE_APPROVAL', approverListId: 'a' }] })],
      'abstain',
    ],
    [
      'an allow that also tells somebody',
      [aPolicy({ actions: [...allow, { type: 'NOTIFY', notificationTarget: 'x@y.z' }] })],
      'allow',
    ],
    [
      'a notice alone, although an allow comes later',
      [aPolicy({ priority: 0, actions: [{ type: 'NOTIFY', notificationTarget: 'x' }] }), aPolicy({})],
      'abstain',
    ],
    ['an unknown action beside an allow', [aPolicy({ actions: [...allow, { type: 'PRAY' }] })], 'abstain'],
    [
      'a log-only block is not in the way',
      [aPolicy({ priority: 0, actions: block, enforcementMode: 'LOG_ONLY' }), aPolicy({})],
      'allow',
    ],
    [
      'an audit-only block is not in the way',
      [aPolicy({ priority: 0, actions: block, enforcementMode: 'AUDIT_ONLY' }), aPolicy({})],
      'allow',
    ],
    ['an advisory allow allows nothing', [aPolicy({ enforcementMode: 'ADVISORY' })], 'abstain'],
    [
      'an unknown mode may block',
      [aPolicy({ priority: 0, actions: block, enforcementMode: 'WISH' }), aPolicy({})],
      'abstain',
    ],
    ['a policy of another type', [aPolicy({ type: 'MINT' })], 'abstain'],
    ['an unknown type', [aPolicy({ type: 'TELEPORT' })], 'abstain'],
    ['an unknown logic', [aPolicy({ conditionLogic: 'MOST' })], 'abstain'],
    [
      'an unknown status may be in force',
      [aPolicy({ priority: 0, status: 'FROZEN', actions: block }), aPolicy({})],
      'abstain',
    ],
    ['none at all', [], 'abstain'],
  ])('%s', (_, data, expected) => {
    expect(verdict({ data }, aTransfer())).toBe(expected);
  });

  test('a matching policy that is not strict ends the search where the import says so', () => {
    const data = [aPolicy({ priority: 0, enforcementMode: 'LOG_ONLY' }), aPolicy({})];

    expect(verdict({ data }, aTransfer(), { nonStrict: 'continue' })).toBe('allow');
    expect(verdict({ data }, aTransfer(), { nonStrict: 'stop' })).toBe('abstain');
  });

  test('ANY needs one condition, ALL every one of them', () => {
    const conditions = [
      { field: 'transaction.amount', operator: 'GREATER_THAN', value: '0' },
      { field: 'transaction.asset', operator: 'EQUALS', value: 'USDC' },
    ];

    expect(verdict({ data: [aPolicy({ conditions, conditionLogic: 'ANY' })] }, aTransfer())).toBe('allow');
    expect(verdict({ data: [aPolicy({ conditions, conditionLogic: 'ALL' })] }, aTransfer())).toBe('abstain');
  });

  test.each(['transaction.time', 'transaction.mood'])('a condition on %s is unknown, and says so', (field) => {
    const document = {
      data: [
        aPolicy({ priority: 0, actions: block, conditions: [{ field, operator: 'EQUALS', value: '1' }] }),
        aPolicy({}),
      ],
    };

    expect(imported(document).remarks).toHaveLength(1);
    expect(answered(imported(document), aTransfer())).toMatchObject({ because: 'unknown' });
  });

  test('a key that nobody knows makes the policy unknown, unless the import says that it has no bearing', () => {
    const document = { data: [aPolicy({ vaultScope: 'v-1' })] };

    expect(imported(document).remarks).toMatchObject([{ words: expect.stringContaining('vaultScope') }]);
    expect(verdict(document, aTransfer())).toBe('abstain');
    expect(verdict(document, aTransfer(), { ignore: 'vaultScope' })).toBe('allow');
  });

  test('types that share a kind of activity are told apart by the type of the transaction', () => {
    const mint = aPolicy({
      type: 'MINT',
      conditions: [{ field: 'transaction.amount', operator: 'GREATER_THAN_OR_EQUAL', value: '0' }],
    });

    expect(verdict({ data: [mint] }, aTransfer({ type: 'MINT' }))).toBe('allow');
    expect(verdict({ data: [mint] }, aTransfer({ type: 'BURN' }))).toBe('abstain');
  });
});

const versions = (...all: readonly Partial<PolicyJson>[]) => ({
  data: all.map((one, at) => aPolicy({ logicalId: 'p', version: at + 1, isLatest: at === all.length - 1, ...one })),
});

describe('which version is in force', () => {
  test.each<[string, unknown, 'allow' | 'abstain', string]>([
    ['the latest active one', versions({ actions: block }, {}), 'allow', ''],
    [
      'the one before a change that waits',
      versions({}, { status: 'PENDING_APPROVAL', actions: block }),
      'allow',
      'version 2 is PENDING_APPROVAL',
    ],
    [
      'nobody knows, when a later one was archived',
      versions({}, { status: 'ARCHIVED' }),
      'abstain',
      'no longer active',
    ],
    [
      'nobody knows, when a later one was deleted',
      versions({}, { status: 'ACTIVE', deletedAt: '2025-01-01T00:00:00Z' }),
      'abstain',
      'no longer active',
    ],
    ['nobody knows, when the latest is elsewhere', versions({ isLatest: false }), 'abstain', 'not in the document'],
    ['none that is deleted', versions({ deletedAt: '2025-01-01T00:00:00Z' }), 'abstain', 'deleted'],
    ['none that is a draft', versions({ status: 'DRAFT' }), 'abstain', 'DRAFT'],
    ['none that waits for its approval', versions({ status: 'PENDING_APPROVAL' }), 'abstain', 'PENDING_APPROVAL'],
    ['none that is inactive', versions({ status: 'INACTIVE' }), 'abstain', 'INACTIVE'],
    [
      'none that is archived, as everybody expects',
      versions({ status: 'ARCHIVED', deletedAt: '2025-01-01T00:00:00Z' }),
      'abstain',
      '',
    ],
  ])('%s', (_, document, expected, remark) => {
    const { remarks } = imported(document);

    expect(verdict(document, aTransfer())).toBe(expected);
    expect(remarks.map(({ words }) => words).join()).toContain(remark);
    expect(remarks).toHaveLength(remark === '' ? 0 : 1);
  });
});

test('a rule that allows starts in the stage that was asked for, one that objects is live', () => {
  const text = JSON.stringify({ data: [aPolicy(), aPolicy({ actions: block, priority: 6 })] });

  const reading = cubewireLanguage.importPolicies(text, { connection: null, stage: 'shadow', options: {} });

  expect(reading).toMatchObject({
    kind: 'draft',
    draft: { sets: [{ rules: [{ stage: 'shadow' }, { stage: 'live' }] }] },
  });
});

test.each([[{ rules: [] }], [[{ limitType: 'PER_TX' }]], [null], ['text'], [{ data: [{ type: 'TRANSFER' }] }]])(
  'does not claim %j',
  (document) => {
    expect(cubewireLanguage.recognises(document)).toBe(false);
  },
);
