// Privy's policies, imported: the examples of its documentation, precedence and limits, and what can't be carried over.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { policyLanguages } from '../../../src/platforms/policy-languages.ts';
import { privyLanguage } from '../../../src/platforms/privy/policies.ts';
import { aPolicy, aRequest, compiled, conditionsOf, fixture, imported, other, payee, verdictOf } from './imports.ts';

const value = (operator: string, wanted: unknown) => ({
  field_source: 'ethereum_transaction',
  field: 'value',
  operator,
  value: wanted,
});
const recipient = (operator: string, wanted: unknown) => ({
  field_source: 'ethereum_transaction',
  field: 'to',
  operator,
  value: wanted,
});
const toPayee = recipient('eq', payee);

describe('the documented examples', () => {
  const everything = {
    policies: [fixture('policy.get.response')],
    condition_sets: [fixture('condition_set')],
    condition_set_items: fixture('condition_set_items.response'),
    aggregations: [fixture('aggregation')],
  };

  test('import with an empty report, given the sets, the aggregation and its network', () => {
    const reading = imported(everything, { 'aggregation-network': 'Base' });

    expect(reading.remarks).toEqual([]);
    expect(reading.draft.sets[0]?.rules.map((rule) => rule.source?.id)).toContain(
      'pltest0000000000000000aa/rltest000000000000000002',
    );
    expect(() => compiled(reading)).not.toThrow();
  });

  test.each(
    z
      .array(z.looseObject({ field_source: z.string() }))
      .parse(fixture('conditions.every-kind'))
      .map((given) => [given.field_source, given]),
  )('a condition on %s imports', (source, given) => {
    const chain = source.split('_')[0] ?? '';
    const chain_type = ['solana', 'tron', 'xrpl', 'sui'].includes(chain) ? chain : 'ethereum';
    const reading = imported(
      {
        policies: [aPolicy([{ method: '*', conditions: [given] }], { chain_type })],
        aggregations: [fixture('aggregation')],
      },
      { 'aggregation-network': 'Base' },
    );

    expect(reading.remarks).toEqual([]);
    expect(() => compiled(reading)).not.toThrow();
  });

  test('a policy as it is created has no ids yet, and says what is missing beside it', () => {
    const reading = imported(fixture('policy.create.request'));

    expect(reading.draft.sets[0]?.rules[0]).toMatchObject({
      id: 'treasury-policy-1',
      title: 'Deny sanctioned recipients',
    });
    expect(reading.remarks.map(({ words }) => words).join('\n')).toMatch(
      /condition set .* not in the document[^]*aggregation .* not in the document/,
    );
  });

  test.each([
    ['one policy', aPolicy([{}])],
    ['a list', [aPolicy([{}])]],
    ['a page of the API', { data: [aPolicy([{}])], next_cursor: null }],
    ['a list under a name', { policies: [aPolicy([{}])] }],
    ['one policy with its sets', { policy: aPolicy([{}]), condition_sets: [] }],
  ])('%s is a document', (_, document) => {
    expect(verdictOf(document, aRequest())).toBe('allow');
    expect(privyLanguage.recognises(document)).toBe(true);
  });

  test('other JSON is not taken for one', () => {
    expect(
      [{}, [], null, { rules: [] }, { policies: [{ rules: [{ kind: 'x' }] }] }].map(privyLanguage.recognises),
    ).toEqual(Array(5).fill(false));
    expect(policyLanguages).toContain(privyLanguage);
  });
});

describe('precedence', () => {
  const deny = { action: 'DENY', conditions: [toPayee] };

  test.each([
    ['nothing matches', [{ method: 'personal_sign' }], 'abstain'],
    ['no rules at all', [], 'abstain'],
    ['a rule without conditions allows its method', [{}], 'allow'],
    ['one condition of two does not hold', [{ conditions: [toPayee, value('gt', '1000')] }], 'abstain'],
    ['the second rule allows', [{ conditions: [value('gt', '1000')] }, { conditions: [toPayee] }], 'allow'],
    ['what denies wins before what allows', [deny, {}], 'abstain'],
    ['what denies wins after what allows', [{}, deny], 'abstain'],
    [
      'what denies and does not match changes nothing',
      [{}, { action: 'DENY', conditions: [recipient('eq', other)] }],
      'allow',
    ],
    ['what denies another method changes nothing', [{}, { ...deny, method: 'eth_signTransaction' }], 'allow'],
    ['every method', [{ method: '*' }], 'allow'],
    ['every method is denied', [{}, { method: '*', action: 'DENY' }], 'abstain'],
    ['an action that nobody knows objects', [{}, { action: 'REQUIRE_APPROVAL' }], 'abstain'],
  ])('%s', (_, rules, verdict) => {
    expect(verdictOf(aPolicy(rules), aRequest())).toBe(verdict);
  });

  test('what denies and cannot be judged is not passed over', () => {
    const deployed = aRequest({ transaction: { to: null, value: '0', chain_id: '8453', data: '0x00' } });

    expect(verdictOf(aPolicy([{}, deny]), deployed)).toBe('abstain');
    expect(verdictOf(aPolicy([{}]), deployed)).toBe('allow');
  });

  test('every policy for a chain has to allow, and those for another have nothing to say', () => {
    const solana = aPolicy([{ method: '*' }], { id: 'policy-3', chain_type: 'solana' });
    const narrow = aPolicy([{ conditions: [recipient('eq', other)] }], { id: 'policy-2' });

    expect(verdictOf([aPolicy([{}]), narrow], aRequest())).toBe('abstain');
    expect(verdictOf([aPolicy([{}]), solana], aRequest())).toBe('allow');
    expect(verdictOf([solana], aRequest())).toBe('abstain');
    expect(imported([aPolicy([{}]), narrow]).remarks[0]?.words).toContain('which wallets');
  });

  test('a key never leaves without people, whatever the policy says', () => {
    const exporting = aRequest({ method: 'exportPrivateKey', transaction: null });

    expect(verdictOf(aPolicy([{ method: 'exportPrivateKey' }]), exporting)).toBe('abstain');
    expect(verdictOf(aPolicy([{ method: '*' }]), exporting)).toBe('abstain');
    expect(imported(aPolicy([{ method: 'exportPrivateKey' }])).remarks[0]?.words).toContain('a key may leave');
    expect(imported(aPolicy([{ method: 'exportPrivateKey', action: 'DENY' }])).remarks).toEqual([]);
  });
});

describe('limits and lists', () => {
  const most = (2n ** 256n - 1n).toString();

  test.each([
    ['lt', '1000', 'abstain'],
    ['lt', '1001', 'allow'],
    ['lte', '1000', 'allow'],
    ['lte', '0x3e8', 'allow'],
    ['lte', '0x3e7', 'abstain'],
    ['gt', '1000', 'abstain'],
    ['gte', '1000', 'allow'],
    ['eq', '1000', 'allow'],
    ['eq', '0x03e8', 'allow'],
    ['neq', '1000', 'abstain'],
    ['in', ['1', '1000'], 'allow'],
    ['in', [], 'abstain'],
  ])('%s %s', (operator, wanted, verdict) => {
    expect(verdictOf(aPolicy([{ conditions: [value(operator, wanted)] }]), aRequest())).toBe(verdict);
  });

  test('a number in JSON is read by its digits', () => {
    const text = JSON.stringify(aPolicy([{ conditions: [value('lte', 'limit')] }])).replace('"limit"', most);

    expect(conditionsOf(text)).toEqual([{ kind: 'field', name: 'call.value', atMost: most }]);
  });

  test('addresses compare in any letters, except in the body of a wallet action', () => {
    const body = { field_source: 'action_request_body', field: 'destination.address', operator: 'eq', value: payee };
    const lower = aRequest({
      method: 'transfer',
      fields: { 'action_request_body.destination.address': [payee.toLowerCase()] },
    });
    const denied = [{ method: 'transfer' }, { method: 'transfer', action: 'DENY', conditions: [body] }];

    expect(verdictOf(aPolicy([{ conditions: [recipient('eq', payee.toLowerCase())] }]), aRequest())).toBe('allow');
    expect(verdictOf(aPolicy([{ method: 'transfer', conditions: [body] }]), lower)).toBe('abstain');
    expect(verdictOf(aPolicy(denied), lower)).toBe('abstain');
  });

  test.each([
    ['in the set', [payee], 'abstain'],
    ['in the set in other letters', [payee.toLowerCase()], 'abstain'],
    ['not in the set', [other], 'allow'],
    ['the set is empty', [], 'allow'],
  ])('a condition set: %s', (_, items, verdict) => {
    const policy = aPolicy([{}, { action: 'DENY', conditions: [recipient('in_condition_set', 'set-1')] }]);
    const document = {
      policies: [policy],
      condition_sets: [{ id: 'set-1', items: items.map((entry) => ({ value: entry })) }],
    };

    expect(verdictOf(document, aRequest())).toBe(verdict);
  });

  test('an empty set is said, and one page of a set is no set', () => {
    const policy = aPolicy([{}, { action: 'DENY', conditions: [recipient('in_condition_set', 'set-1')] }]);
    const paged = { policies: [policy], condition_sets: [{ id: 'set-1', items: [other], next_cursor: 'more' }] };

    expect(imported({ policies: [policy], condition_sets: [{ id: 'set-1', items: [] }] }).remarks[0]?.instead).toBe(
      'the condition never holds',
    );
    expect(verdictOf(paged, aRequest())).toBe('abstain');
    expect(imported(paged).remarks[0]?.words).toContain('one page of it only');
  });
});

test('names of people are printable and short, and ids are unique', () => {
  const rules = [
    { id: undefined, name: 'Evil\u202e\n name ' + 'x'.repeat(300) },
    { id: 'same' },
    { id: 'same' },
    { id: undefined, name: '\u0000' },
  ];
  const { draft } = imported(aPolicy(rules, { id: undefined, name: '***' }));
  const [set] = draft.sets;

  expect(set?.name).toBe('policy');
  expect(set?.rules.map((rule) => rule.id)).toEqual(['policy-1', 'same', 'same-2', 'policy-4']);
  expect(set?.rules.map((rule) => rule.title.length <= 150 && !/\p{C}/u.test(rule.title))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(verdictOf(aPolicy(rules, { id: undefined, name: '***' }), aRequest())).toBe('allow');
});

test('rules that allow take the stage that was asked for, rules that object are live', () => {
  const { draft } = imported(aPolicy([{}, { action: 'DENY' }]));

  expect(draft.sets[0]).toMatchObject({ connections: ['treasury'], match: 'deny-overrides', otherwise: 'abstain' });
  expect(draft.sets[0]?.rules.map((rule) => [rule.stage, rule.effect])).toEqual([
    ['live', 'allow'],
    ['live', { abstain: 'a policy on Privy denies it' }],
  ]);
});
