// What Privy's language may hold and this one can't judge: said line by line, and never approved on. Bad documents are refused.
import { describe, expect, test } from 'vitest';
import { aPolicy, aRequest, conditionsOf, imported, payee, read, verdictOf } from './imports.ts';

const transaction = (field: string, operator: string, value: unknown) => ({
  field_source: 'ethereum_transaction',
  field,
  operator,
  value,
});
const abi = [
  {
    type: 'function',
    name: 'transfer',
    inputs: [
      { name: 'to', type: 'address' },
      { name: 'amount', type: 'uint256' },
    ],
  },
];
const calldata = (field: string, operator: string, value: unknown, change: object = {}) => ({
  field_source: 'ethereum_calldata',
  field,
  operator,
  value,
  abi,
  ...change,
});

describe('what cannot be judged is remarked, unknown, and abstains on either side', () => {
  test.each([
    [
      'a field source',
      { field_source: 'solana_instruction_data', field: 'deposit.amount', operator: 'lte', value: '1' },
      'the field source "solana_instruction_data"',
    ],
    ['a field', transaction('nonce', 'eq', '1'), 'the field "nonce" of ethereum_transaction'],
    ['a field that objects have anyway', transaction('toString', 'eq', '1'), 'the field "toString"'],
    ['an operator', transaction('value', 'between', '1'), 'the operator "between"'],
    ['an operator that objects have anyway', transaction('value', 'constructor', '1'), 'the operator "constructor"'],
    ['an order of addresses', transaction('to', 'gt', payee), 'on what is not a number'],
    ['text in a number', transaction('value', 'contains', '1'), 'on what is not text'],
    ['one value and a list', transaction('value', 'eq', ['1']), 'the operator "eq" with a list'],
    ['a list and one value', transaction('value', 'in', '1'), 'the operator "in" without a list'],
    ['a number with an exponent', transaction('value', 'lte', '1e18'), '"1e18" where a number belongs'],
    ['a fraction of a wei', transaction('value', 'lte', '1.5'), 'where a whole number belongs'],
    [
      'an address with a wrong checksum',
      transaction('to', 'eq', payee.replace('C8', 'c8')),
      'an EVM address with a right checksum',
    ],
    ['a set that is not there', transaction('to', 'in_condition_set', 'set-9'), 'its items are not in the document'],
    ['a key that may change its meaning', { ...transaction('value', 'lte', '1000'), negate: true }, 'the key "negate"'],
    [
      'an argument that the ABI does not have',
      calldata('transfer.value', 'lte', '1'),
      'no single value of a function in the ABI',
    ],
    ['a function that the ABI does not have', calldata('function_name', 'eq', 'approve'), 'it is not in the ABI'],
    ['"not that function"', calldata('function_name', 'neq', 'transfer'), 'on the name of a function'],
    [
      'a command name in an order',
      { field_source: 'sui_transaction_command', field: 'commandName', operator: 'neq', value: 'MoveCall' },
      'the operator "neq" on sui_transaction_command',
    ],
    [
      'a presence that is neither',
      { field_source: 'tempo_transaction', field: 'fee_payer_signature', operator: 'eq', value: '0x01' },
      'where true or false belongs',
    ],
    [
      'an aggregation of no name',
      { field_source: 'reference', field: 'sum', operator: 'lte', value: '1' },
      'the field "sum" of reference',
    ],
  ])('%s', (_, condition, words) => {
    const allowing = aPolicy([{ conditions: [condition] }]);
    const denying = aPolicy([{}, { action: 'DENY', conditions: [condition] }]);

    expect(
      imported(allowing)
        .remarks.map((remark) => remark.words)
        .join('\n'),
    ).toContain(words);
    expect(verdictOf(allowing, aRequest())).toBe('abstain');
    expect(verdictOf(denying, aRequest())).toBe('abstain');
  });

  test('a method that nobody knows is never allowed, and denied as it is written', () => {
    const asked = aRequest({ method: 'eth_newThing' });
    const rules = [{ method: '*' }, { method: 'eth_newThing', action: 'DENY' }];

    expect(verdictOf(aPolicy([{ method: 'eth_newThing' }]), asked)).toBe('abstain');
    expect(verdictOf(aPolicy(rules), asked)).toBe('abstain');
    expect(verdictOf(aPolicy(rules), aRequest())).toBe('allow');
    expect(imported(aPolicy(rules)).remarks[0]?.words).toContain('the method "eth_newThing" is not known');
  });

  test.each([
    ['a policy', aPolicy([{}], { default_action: 'ALLOW' }), 'default_action'],
    ['a rule', aPolicy([{ expires_at: 1 }]), 'expires_at'],
  ])('a key of %s that nobody knows keeps it from allowing', (_, document, key) => {
    expect(JSON.stringify(imported(document).remarks)).toContain(key);
    expect(verdictOf(document, aRequest())).toBe('abstain');
  });

  test('a key around the policies that nobody knows is said', () => {
    expect(imported({ policies: [aPolicy([{}])], wallets: [] }).remarks[0]?.place).toBe('wallets');
  });

  test('a chain without a network here needs a field of its own', () => {
    const sui = aPolicy([{ method: '*' }], { chain_type: 'sui' });

    expect(imported(sui).remarks[0]?.words).toContain('whether the wallet\'s chain is "sui"');
  });
});

describe('calldata and typed data', () => {
  test('become signatures and types that people can read', () => {
    const typed_data = { primary_type: 'Order', types: { Order: [{ name: 'amount', type: 'uint256' }] } };
    const message = {
      field_source: 'ethereum_typed_data_message',
      field: 'amount',
      operator: 'lte',
      value: '5',
      typed_data,
    };

    expect(conditionsOf(aPolicy([{ conditions: [calldata('transfer.amount', 'lt', '10'), message] }]))).toEqual([
      { kind: 'call', function: 'transfer(address to, uint256 amount)', where: { amount: { below: '10' } } },
      {
        kind: 'typed-data',
        primaryType: 'Order',
        types: { Order: ['uint256 amount'] },
        where: { amount: { atMost: '5' } },
      },
    ]);
  });

  test('a name that no signature can have stays JSON', () => {
    const odd = [{ type: 'function', name: 'f', inputs: [{ name: 'address', type: 'address' }] }];

    expect(conditionsOf(aPolicy([{ conditions: [calldata('f.address', 'eq', payee, { abi: odd })] }]))).toEqual([
      {
        kind: 'call',
        abi: { name: 'f', inputs: [{ name: 'address', type: 'address' }] },
        where: { address: { is: payee } },
      },
    ]);
  });

  test('functions of one name are each asked for', () => {
    const two = [...abi, { type: 'function', name: 'transfer', inputs: [{ name: 'amount', type: 'uint256' }] }];
    const [either] = conditionsOf(aPolicy([{ conditions: [calldata('transfer.amount', 'lte', '10', { abi: two })] }]));

    expect(JSON.stringify(either)).toContain('"any":[{"kind":"call","function":"transfer(address to, uint256 amount)"');
  });
});

function withCondition(condition: object): object {
  return aPolicy([{ conditions: [condition] }]);
}

describe('a bad document is refused whole', () => {
  test.each([
    ['no JSON', '{', '', 'is not JSON'],
    ['nothing', [], '', 'holds no policy'],
    ['text', '"policy"', '', 'holds no policy'],
    ['another version', aPolicy([{}], { version: '2.0' }), 'version', 'is not version "1.0"'],
    [
      'no rules',
      { policies: [{ version: '1.0', name: 'x', chain_type: 'ethereum' }] },
      'policies[0].rules',
      'is missing',
    ],
    ['rules that are no list', aPolicy([], { rules: {} }), 'rules', 'is not a list of rules'],
    ['a rule without a method', aPolicy([{ method: undefined }]), 'rules[0].method', 'is missing'],
    ['a rule without an action', [aPolicy([{ action: null }])], '[0].rules[0].action', 'is missing'],
    ['a rule without conditions', aPolicy([{ conditions: undefined }]), 'rules[0].conditions', 'is missing'],
    [
      'a condition without a value',
      withCondition({ ...transaction('value', 'lte', '1'), value: null }),
      'rules[0].conditions[0].value',
      'is missing',
    ],
    [
      'a value that is an object',
      withCondition(transaction('value', 'lte', { usd: 1 })),
      'rules[0].conditions[0].value',
      'is not text, a number or a list',
    ],
    [
      'calldata without an ABI',
      withCondition(calldata('transfer.amount', 'lte', '1', { abi: undefined })),
      'rules[0].conditions[0].abi',
      'is missing',
    ],
    [
      'an ABI that is none',
      withCondition(
        calldata('transfer.amount', 'lte', '1', {
          abi: [{ type: 'function', name: 'f', inputs: [{ type: 'uint7' }] }],
        }),
      ),
      'rules[0].conditions[0].abi',
      'is not a JSON ABI: entry 0',
    ],
    [
      'typed data without types',
      withCondition({ field_source: 'ethereum_typed_data_message', field: 'a', operator: 'eq', value: '1' }),
      'rules[0].conditions[0].typed_data',
      'is missing',
    ],
    [
      'types that are none',
      withCondition({
        field_source: 'ethereum_typed_data_message',
        field: 'a',
        operator: 'eq',
        value: '1',
        typed_data: { primary_type: 'B', types: { A: [] } },
      }),
      'rules[0].conditions[0].typed_data',
      'are not the types',
    ],
    ['one page of several', { data: [aPolicy([{}])], next_cursor: 'abc' }, 'next_cursor', 'one page of several'],
    ['the same policy twice', [aPolicy([{}]), aPolicy([{}])], '[1].id', 'repeats the policy policy-1'],
    ['sets that are no list', { policies: [aPolicy([{}])], condition_sets: {} }, 'condition_sets', 'is not a list'],
    [
      'an item without a set',
      { policies: [aPolicy([{}])], condition_set_items: [{ value: 'x' }] },
      'condition_set_items',
      'belongs to no condition set',
    ],
    [
      'a window of nothing',
      { policies: [aPolicy([{}])], aggregations: [anAggregation(0)] },
      'aggregations[0].window',
      'not a rolling window',
    ],
    [
      'a window of a week',
      { policies: [aPolicy([{}])], aggregations: [anAggregation(604_800)] },
      'aggregations[0].window',
      'not a rolling window',
    ],
    ['a key twice', '{"version":"1.0","version":"2.0"}', '', 'duplicate key'],
  ])('%s', (_, document, path, words) => {
    const reading = read(document);
    const faults = reading.kind === 'faults' ? reading.faults : [];

    expect(faults[0]?.path).toBe(path);
    expect(faults[0]?.words).toContain(words);
    expect(faults.every((fault) => fault.remedy !== '')).toBe(true);
  });

  test('an option that is no network is refused', () => {
    expect(read(aPolicy([{}]), { 'aggregation-network': 'Solana' })).toMatchObject({
      kind: 'faults',
      faults: [{ path: 'options.aggregation-network' }],
    });
  });
});

function anAggregation(seconds: number): object {
  return {
    id: 'sum',
    method: 'eth_signTransaction',
    metric: { field: 'value', field_source: 'ethereum_transaction', function: 'sum' },
    window: { type: 'rolling', seconds },
  };
}
