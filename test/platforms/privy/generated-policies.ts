// Policies at random, with condition sets and aggregations beside them.
import * as fc from 'fast-check';
import {
  address,
  addresses,
  beside,
  chainId,
  chains,
  field,
  methods,
  now,
  numeral,
  pick,
  shapes,
  solanaKeys,
  suiKeys,
  tronKeys,
  xrplKeys,
} from './generated-pools.ts';
import type { PrivyAggregation, PrivyBundle, PrivyCondition, PrivyPolicy, PrivyRule } from './reference-form.ts';

type Where = Pick<PrivyCondition, 'field_source' | 'field'> & Partial<PrivyCondition>;

const orders = ['eq', 'neq', 'gt', 'gte', 'lt', 'lte'];

function numbers(where: Where, value: fc.Arbitrary<string> = numeral): fc.Arbitrary<PrivyCondition> {
  return fc.oneof(
    fc.record({ operator: pick(...orders), value }).map((rest) => ({ ...where, ...rest })),
    fc.array(value, { minLength: 1, maxLength: 4 }).map((listed) => ({ ...where, operator: 'in', value: listed })),
  );
}

function names(where: Where, value: fc.Arbitrary<string>, set?: string): fc.Arbitrary<PrivyCondition> {
  const listed = fc
    .array(value, { minLength: 1, maxLength: 3 })
    .map((one) => ({ ...where, operator: 'in', value: one }));
  const single = fc.record({ operator: pick('eq', 'eq', 'neq'), value }).map((rest) => ({ ...where, ...rest }));
  const inSet = pick({ ...where, operator: 'in_condition_set', value: set ?? '' });
  return set === undefined ? fc.oneof(listed, single) : fc.oneof(listed, single, inSet);
}

const abi = [
  { type: 'function', name: 'transfer', inputs: [field('address', 'to'), field('uint256', 'amount')] },
  { type: 'function', name: 'approve', inputs: [field('address', 'spender'), field('uint256', 'amount')] },
  { type: 'function', name: 'deposit', inputs: [] },
  { type: 'function', name: 'deposit', inputs: [field('uint256', 'amount')] },
];

const declared = pick(...shapes).map((types) => ({ primary_type: 'Order', types }));

const messageConditions = declared.chain((typed_data) => {
  const at = (name: string): Where => ({ field_source: 'ethereum_typed_data_message', field: name, typed_data });
  return fc.oneof(
    numbers(at('amount')),
    names(at('owner'), address, 'evm-set'),
    names(at('to.wallet'), address, 'evm-set'),
  );
});

function source(field_source: string, name: string, rest: Partial<PrivyCondition> = {}): Where {
  return { field_source, field: name, ...rest };
}

const time = numbers(source('system', 'current_unix_timestamp'), pick(now - 1, now, now + 1).map(String));
const texts = fc.oneof(
  fc.record({
    operator: pick('eq', 'contains', 'starts_with', 'ends_with'),
    value: pick('Sign in', 'Sign', 'in', 'ü', 'pay'),
  }),
  fc.array(pick('Sign in', 'pay'), { minLength: 1, maxLength: 2 }).map((value) => ({ operator: 'in', value })),
);

const conditions: Readonly<Record<string, fc.Arbitrary<PrivyCondition>>> = {
  ethereum: fc.oneof(
    numbers(source('ethereum_transaction', 'value')),
    numbers(source('ethereum_transaction', 'value')),
    names(source('ethereum_transaction', 'chain_id'), chainId),
    names(source('ethereum_transaction', 'to'), address, 'evm-set'),
    numbers(source('ethereum_calldata', 'transfer.amount', { abi })),
    names(source('ethereum_calldata', 'transfer.to', { abi }), address, 'evm-set'),
    numbers(source('ethereum_calldata', 'deposit.amount', { abi })),
    names(source('ethereum_calldata', 'function_name', { abi }), pick('transfer', 'approve', 'deposit')).map((one) =>
      one.operator === 'neq' ? { ...one, operator: 'eq' } : one,
    ),
    names(source('ethereum_typed_data_domain', 'chainId'), chainId),
    names(source('ethereum_typed_data_domain', 'verifying_contract'), address),
    messageConditions,
    names(source('ethereum_7702_authorization', 'contract'), address, 'evm-set'),
    numbers(source('tempo_transaction', 'valid_before')),
    texts.map((rest) => ({ ...source('message', 'content'), ...rest })),
    numbers(source('message', 'byte_length'), pick('0', '6', '7', '8', '9')),
    names(source('action_request_body', 'destination.address'), address, 'evm-set'),
    fc
      .record({ operator: pick('gt', 'gte', 'lt', 'lte'), value: pick('1', '1.0', '1.5', '25', '24.999999') })
      .map((rest) => ({ ...source('action_request_body', 'source.amount'), ...rest })),
    fc
      .record({ operator: pick('gt', 'gte', 'lt', 'lte'), value: pick(...beside.filter((n) => n > 1n)).map(String) })
      .map((rest) => ({ ...source('reference', 'aggregation.sum'), ...rest })),
    time,
  ),
  solana: fc.oneof(
    names(source('solana_program_instruction', 'programId'), pick(...solanaKeys), 'solana-set'),
    names(source('solana_system_program_instruction', 'instructionName'), pick('Transfer', 'CreateAccount')),
    names(source('solana_system_program_instruction', 'Transfer.to'), pick(...solanaKeys), 'solana-set'),
    numbers(source('solana_system_program_instruction', 'Transfer.lamports')),
    numbers(source('solana_token_program_instruction', 'TransferChecked.amount')),
    time,
  ),
  tron: fc.oneof(
    names(source('tron_transaction', 'TransferContract.to_address'), pick(...tronKeys)),
    numbers(source('tron_transaction', 'TransferContract.amount')),
  ),
  xrpl: fc.oneof(
    names(source('xrpl_transaction', 'TransactionType'), pick('Payment', 'TrustSet')),
    names(source('xrpl_transaction', 'Payment.Destination'), pick(...xrplKeys)),
    numbers(source('xrpl_transaction', 'Payment.Amount.drops')),
  ),
  sui: fc.oneof(
    fc
      .array(pick('TransferObjects', 'SplitCoins', 'MergeCoins'), { minLength: 1, maxLength: 3 })
      .map((value) => ({ ...source('sui_transaction_command', 'commandName'), operator: 'in', value })),
    names(source('sui_transfer_objects_command', 'recipient'), pick(...suiKeys)),
    numbers(source('sui_transfer_objects_command', 'amount')),
  ),
};

function policyFor(id: string, chain_type: string): fc.Arbitrary<PrivyPolicy> {
  const condition = conditions[chain_type] ?? time;
  const known = methods[chain_type] ?? [];
  // On Sui no network says which chain it is: only a field of its own does.
  const minLength = chain_type === 'sui' ? 1 : 0;
  const method = chain_type === 'sui' ? pick(...known) : fc.oneof(pick(...known), pick('*'));
  const rule = fc.record({
    name: pick('a rule', 'another'),
    method,
    action: pick('ALLOW', 'ALLOW', 'DENY'),
    conditions: fc.array(condition, { minLength, maxLength: 3 }),
  });
  const rules = fc.array(rule.map(withUpperLimits), { minLength: 1, maxLength: 6 });
  return rules.map((list) => ({ id, version: '1.0' as const, name: `policy ${id}`, chain_type, rules: list }));
}

/** Allowed up to so much, or denied above it: the other way round is not carried over, which has a test of its own. */
function withUpperLimits(rule: PrivyRule): PrivyRule {
  const turned: Readonly<Record<string, string>> =
    rule.action === 'ALLOW' ? { gt: 'lte', gte: 'lt' } : { lte: 'gt', lt: 'gte' };
  const turn = (one: PrivyCondition) =>
    one.field_source === 'reference' ? { ...one, operator: turned[one.operator] ?? one.operator } : one;
  return { ...rule, conditions: rule.conditions.map(turn) };
}

const aggregation: fc.Arbitrary<PrivyAggregation> = fc.record({
  id: pick('sum'),
  method: pick('eth_signTransaction'),
  metric: pick({ field: 'value', field_source: 'ethereum_transaction', function: 'sum' }),
  window: pick(3600, 86_400, 259_200).map((seconds) => ({ type: 'rolling' as const, seconds })),
  conditions: pick('8453', '0x2105').map((value) => [
    { ...source('ethereum_transaction', 'chain_id'), operator: 'eq', value },
  ]),
  group_by: pick([], [{ field: 'to', field_source: 'ethereum_transaction' }]),
});

export const bundles: fc.Arbitrary<PrivyBundle> = fc
  // No network that is known here says that it is Sui, so that its policies can't stand beside others.
  .tuple(chains, fc.option(chains, { freq: 3 }))
  .map(
    ([first, second]) => [first, second === null || (first === 'sui') === (second === 'sui') ? second : null] as const,
  )
  .chain(([first, second]) =>
    fc.record({
      policies: fc.tuple(policyFor('one', first), ...(second === null ? [] : [policyFor('two', second)])),
      condition_sets: pick(
        [
          { id: 'evm-set', items: addresses.slice(0, 2).map((value) => ({ value })) },
          { id: 'solana-set', items: solanaKeys.slice(0, 2).map((value) => ({ value })) },
        ],
        [{ id: 'evm-set', items: [{ value: addresses[2]?.toLowerCase() ?? '' }] }],
      ),
      aggregations: fc.array(aggregation, { maxLength: 1 }),
    }),
  );

function bundleOf(rules: readonly PrivyRule[], sums: readonly PrivyAggregation[]): PrivyBundle {
  const policy: PrivyPolicy = { id: 'one', version: '1.0', name: 'policy', chain_type: 'ethereum', rules };
  return {
    policies: [policy],
    condition_sets: [{ id: 'evm-set', items: [{ value: addresses[0] ?? '' }] }],
    aggregations: sums,
  };
}

const ruleOn = (method: string, condition: fc.Arbitrary<PrivyCondition>): fc.Arbitrary<PrivyRule> =>
  fc
    .record({ action: pick('ALLOW', 'DENY'), conditions: fc.array(condition, { minLength: 1, maxLength: 2 }) })
    .map((rest) => withUpperLimits({ name: 'a rule', method, ...rest }));

const allowed = (method: string): PrivyRule => ({ name: 'otherwise', method, action: 'ALLOW', conditions: [] });

/** A limit on what was spent, next to what is likely to be there. */
const limit = fc
  .record({ operator: pick('gt', 'gte', 'lt', 'lte'), value: pick('999', '1000', '1001', '1999', '2000', '2001') })
  .map((rest) => ({ ...source('reference', 'aggregation.sum'), ...rest }));

export const spendingBundles: fc.Arbitrary<PrivyBundle> = fc
  .tuple(ruleOn('eth_signTransaction', limit), fc.boolean(), aggregation)
  .map(([rule, isOpen, sum]) => bundleOf(isOpen ? [rule, allowed(rule.method)] : [rule], [sum]));

export const signingBundles: fc.Arbitrary<PrivyBundle> = fc
  .tuple(ruleOn('eth_signTypedData_v4', messageConditions), fc.boolean())
  .map(([rule, isOpen]) => bundleOf(isOpen ? [rule, allowed(rule.method)] : [rule], []));
