// What a condition of Privy compares with: its operator and value as a comparison of ours.
import { canonicalValue, scaledNumber, type ValueType } from '../../chains/values.ts';
import type { DraftCondition, ImportFault, ImportRemark } from '../../domain/rulebook-draft.ts';
import type { Condition, PrivyDocument } from './policies-document.ts';

/** What one import gathers while it goes through the document. */
export type Gathering = {
  readonly document: PrivyDocument;
  readonly lists: Record<string, readonly string[]>;
  readonly assets: Record<string, { network: string; reference: string }>;
  readonly remarks: ImportRemark[];
  readonly faults: ImportFault[];
  /** The one network that aggregations without a chain id are about; null when nobody said so. */
  readonly aggregationNetwork: string | null;
};

/** `place` is for remarks, `path` for faults of the document; `allows`: it is in a rule that allows. */
export type Where = { readonly place: string; readonly path: string; readonly allows: boolean };

export type Compared =
  | { readonly kind: 'comparison'; readonly settings: Readonly<Record<string, unknown>> }
  /** A list with nothing in it. */
  | { readonly kind: 'never' }
  | { readonly kind: 'unsupported'; readonly words: string };

/** `whole`: a number there is never a fraction. */
export type Wanted = { readonly as: ValueType; readonly whole: boolean };

const orderings: Readonly<Record<string, string>> = { gt: 'above', gte: 'atLeast', lt: 'below', lte: 'atMost' };
const texts: Readonly<Record<string, string>> = {
  contains: 'contains',
  starts_with: 'startsWith',
  ends_with: 'endsWith',
};
const equals: Readonly<Record<string, string>> = { eq: 'is', neq: 'isNot' };

export const never: DraftCondition = { not: { kind: 'always' } };

export function compare(given: Condition, wanted: Wanted, gathering: Gathering): Compared {
  const { operator, value } = given;
  const single = equals[operator] ?? orderings[operator] ?? texts[operator];
  if (operator === 'in') {
    if (!Array.isArray(value)) return unsupported('the operator "in" without a list');
    if (value.length === 0) return { kind: 'never' };
    return checked(value, wanted, { in: value });
  }
  if (operator === 'in_condition_set') return inConditionSet(value, wanted, gathering);
  if (single === undefined) return unsupported(`the operator "${operator.slice(0, 40)}"`);
  if (Array.isArray(value)) return unsupported(`the operator "${operator}" with a list`);
  if (operator in orderings && wanted.as !== 'number') {
    return unsupported(`the operator "${operator}" on what is not a number`);
  }
  if (operator in texts && (wanted.as !== 'text' || value === '')) {
    return unsupported(`the operator "${operator}" ${value === '' ? 'with nothing' : 'on what is not text'}`);
  }
  return checked([value], wanted, { [single]: value });
}

/** Words for what stands in a rule in the place of a condition that can't be judged; every one of them is remarked. */
export function unsupportedCondition(what: string, { place }: Where, { remarks }: Gathering): DraftCondition {
  const short = what.slice(0, 300);
  remarks.push({
    place,
    words: `${short} cannot be judged here`,
    instead: 'it is unknown, so nothing is approved on it',
  });
  return { kind: 'unsupported', what: short };
}

/** Of our kinds: `make` gets the settings of the comparison. */
export function asCondition(
  compared: Compared,
  make: (settings: Readonly<Record<string, unknown>>) => DraftCondition,
  where: Where,
  gathering: Gathering,
): DraftCondition {
  switch (compared.kind) {
    case 'comparison':
      return make(compared.settings);
    case 'never':
      gathering.remarks.push({ place: where.place, words: 'the list is empty', instead: 'the condition never holds' });
      return never;
    case 'unsupported':
      return unsupportedCondition(compared.words, where, gathering);
  }
}

function inConditionSet(id: Condition['value'], wanted: Wanted, { document, lists }: Gathering): Compared {
  if (typeof id !== 'string') return unsupported('the operator "in_condition_set" with a list');
  const set = document.conditionSets.get(id);
  if (set === undefined) return unsupported(`the condition set ${id} (its items are not in the document)`);
  if (!set.whole) return unsupported(`the condition set ${id} (the document has one page of it only)`);
  if (set.values.length === 0) return { kind: 'never' };
  const name = `set-${id.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, 36)}`;
  const values = [...new Set(set.values)];
  if (values.some((value) => value === '' || value.length > 200))
    return unsupported(`the condition set ${id} (an item of it is empty or too long)`);
  const before = Object.hasOwn(lists, name) ? lists[name] : values;
  if (before?.join('\n') !== values.join('\n'))
    return unsupported(`the condition set ${id} (its id is too like another's)`);
  const compared = checked(values, wanted, { in: `$${name}` });
  if (compared.kind === 'comparison') lists[name] = values;
  return compared;
}

function checked(
  values: readonly string[],
  { as, whole }: Wanted,
  settings: Readonly<Record<string, unknown>>,
): Compared {
  const bad = values.find((value) => canonicalValue(value, as) === null || value.length > 2000);
  if (bad !== undefined) return unsupported(`"${bad.slice(0, 60)}" where ${nouns[as]} belongs`);
  const broken = whole && as === 'number' ? values.find((value) => !isWhole(value)) : undefined;
  if (broken !== undefined) return unsupported(`"${broken.slice(0, 60)}" where a whole number belongs`);
  return { kind: 'comparison', settings };
}

function isWhole(text: string): boolean {
  return !text.includes('.') && scaledNumber(text) !== null;
}

function unsupported(words: string): Compared {
  return { kind: 'unsupported', words };
}

const nouns: Readonly<Record<ValueType, string>> = {
  number: 'a number',
  text: 'a short text',
  boolean: 'true or false',
  hex: 'hexadecimal bytes',
  'evm-address': 'an EVM address with a right checksum',
  'tron-address': 'a Tron address',
  'solana-address': 'a Solana address',
  'xrpl-address': 'an XRPL address',
};
