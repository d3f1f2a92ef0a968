// Calldata, typed data and aggregations, read literally; without a line of the product.
import { toFunctionSelector } from 'viem/utils';
import { agreed, compare, units } from './reference-compare.ts';
import type { Field, PrivyCondition, Three, Types, World } from './reference-form.ts';

/** Fixed-size arguments only, word by word. Calldata that is not exactly this function's is nobody's to judge. */
export function judgeCalldata(condition: PrivyCondition, data: string, world: World): Three {
  const { abi = [], field } = condition;
  if (data === '0x') return 'false';
  const [name = '', argument = ''] = field.split('.');
  const named = field === 'function_name' ? namesOf(condition.value) : [name];
  const truths = abi
    .filter((item) => item.type === 'function' && named.includes(item.name))
    .filter((item) => field === 'function_name' || item.inputs.some((input) => input.name === argument))
    .map((item): Three => {
      const selector = toFunctionSelector(`function ${item.name}(${item.inputs.map((input) => input.type).join(',')})`);
      if (!data.startsWith(selector)) return data.length < 10 ? 'unknown' : 'false';
      const words = wordsOf(data.slice(10), item.inputs);
      if (words === null) return 'unknown';
      if (field === 'function_name') return 'true';
      const at = item.inputs.findIndex((input) => input.name === argument);
      const [type, word] = [item.inputs[at]?.type ?? '', words[at] ?? ''];
      return type === 'address'
        ? compare('address', `0x${word.slice(24)}`, condition, world)
        : compare('number', `0x${word}`, condition, world);
    });
  return truths.includes('true') ? 'true' : truths.includes('unknown') ? 'unknown' : 'false';
}

function namesOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

function wordsOf(body: string, inputs: readonly Field[]): readonly string[] | null {
  if (body.length !== inputs.length * 64) return null;
  const words = inputs.map((_, at) => body.slice(at * 64, at * 64 + 64));
  const fits = words.every((word, at) => inputs[at]?.type !== 'address' || word.startsWith('0'.repeat(24)));
  return fits ? words : null;
}

/**
 * Types that are not exactly those of the rule make the condition false on Privy, and its documentation warns that a
 * rule that denies then never fires: unknown here, unless it is another message altogether, or (with nothing but the
 * domain declared otherwise) the value is not the wanted one anyway.
 */
export function judgeMessage(condition: PrivyCondition, world: World): Three {
  const signed = world.request.typed_data;
  const declared = condition.typed_data;
  if (signed === null || declared === undefined) return 'unknown';
  if (signed.primary_type !== declared.primary_type) return 'false';
  const isSame = textOf(signed.types) === textOf(declared.types);
  if (!isSame && textOf(signed.types, 'EIP712Domain') !== textOf(declared.types, 'EIP712Domain')) return 'unknown';
  let type = signed.primary_type;
  let value: unknown = signed.message;
  for (const step of condition.field.split('.')) {
    type = signed.types[type]?.find((field) => field.name === step)?.type ?? '';
    value =
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([key]) => key === step)?.[1]
        : undefined;
  }
  const truth = judgeTyped(value, type, condition, world);
  return isSame || truth === 'false' ? truth : 'unknown';
}

function textOf(types: Types, without = ''): string {
  const names = Object.keys(types).filter((name) => name !== without);
  return JSON.stringify(
    names.toSorted().map((name) => [name, types[name]?.map(({ name: field, type }) => [field, type])]),
  );
}

export function judgeTyped(value: unknown, type: string, condition: PrivyCondition, world: World): Three {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return 'unknown';
  if (type === 'address')
    return /^0x[0-9a-fA-F]{40}$/.test(text) ? compare('address', text, condition, world) : 'unknown';
  if (type === 'string') return compare('text', text, condition, world);
  return /^([0-9]+|0x[0-9a-fA-F]+)$/.test(text) ? compare('number', text, condition, world) : 'unknown';
}

/**
 * Whether the request itself is in the sum is not stated: the condition counts only where both readings agree. The sum
 * is of the coin on one chain; a request that does not say how much of it it moves leaves it open.
 */
export function judgeAggregation(condition: PrivyCondition, world: World): Three {
  const aggregation = world.bundle.aggregations.find(({ id }) => condition.field === `aggregation.${id}`);
  const { transaction, unix_seconds: now } = world.request;
  if (aggregation === undefined || transaction === null || transaction.to === null || transaction.data !== '0x')
    return 'unknown';
  const chain = aggregation.conditions.find(({ field }) => field === 'chain_id')?.value;
  if (transaction.chain_id === null || chain === undefined || units(transaction.chain_id) !== units(String(chain)))
    return 'unknown';
  const perRecipient = aggregation.group_by.some(({ field }) => field === 'to');
  const { to } = transaction;
  const before = world.past
    .filter(
      (one) => one.unix_seconds > now - aggregation.window.seconds && units(one.chain_id) === units(String(chain)),
    )
    .filter((one) => !perRecipient || one.to.toLowerCase() === to.toLowerCase())
    .reduce((sum, one) => sum + BigInt(one.value), 0n);
  const readings = [before, before + BigInt(transaction.value)];
  return agreed(readings.map((sum) => compare('number', sum.toString(), condition, world)));
}
