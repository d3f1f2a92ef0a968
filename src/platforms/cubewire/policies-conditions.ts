// One condition of a Cubewire policy as conditions of ours; whatever can't be said is always unknown, and remarked.
import { LosslessNumber } from 'lossless-json';
import { readAddress } from '../../chains/addresses.ts';
import { NETWORKS } from '../../chains/networks.ts';
import { parseFiat } from '../../domain/amount.ts';
import type { DraftCondition } from '../../domain/rulebook-draft.ts';
import {
  compareAmount,
  comparisons,
  isTooFine,
  plainDecimal,
  type AmountUnit,
  type Comparison,
} from './policies-amounts.ts';
import type { AssetBook } from './policies-assets.ts';
import { unknownKeys, type WireCondition, type WireList } from './policies-wire.ts';

export type Surroundings = {
  readonly assets: AssetBook;
  readonly lists: readonly WireList[];
  /** Of amounts that name no unit; null where nobody said. */
  readonly unit: string | null;
  /** Lists that conditions speak of, by the name that the draft gives them: filled here. */
  readonly used: Map<string, readonly string[]>;
  /** Keys that have no bearing on the decision, as whoever imports says. */
  readonly ignored: ReadonlySet<string>;
};

type Around = Surroundings & {
  /** Does the rule object when it applies? Then what is open for several recipients is read so that it applies. */
  readonly objects: boolean;
  readonly note: (words: string, instead?: string) => void;
  /** The document is wrong, and refused whole. */
  readonly refuse: (words: string, remedy: string) => void;
};

export function conditionOf(condition: WireCondition, around: Around): DraftCondition {
  const [key] = unknownKeys('condition', condition).filter((name) => !around.ignored.has(name));
  if (key !== undefined) return cannot(around, `the key "${key}" of a condition is not known here`, ignoreForm(key));
  const { field, unit } = condition;
  if (unit !== null && field !== 'transaction.amount') {
    return cannot(around, `the unit "${unit}" says nothing about ${field}`);
  }
  switch (field) {
    case 'transaction.amount':
      return amountCondition(condition, around);
    case 'transaction.recipient':
      return addressCondition('recipient', condition, around);
    case 'transaction.sender':
      return addressCondition('sender', condition, around);
    case 'transaction.asset':
      return assetCondition(condition, around);
    case 'transaction.time': {
      const instead = "Write the hours and their zone as a condition, e.g. `{ kind: time, zone: UTC, from: '09:00' }`.";
      return cannot(around, 'the documentation gives times no form and no zone', instead);
    }
    default:
      return cannot(around, `the field "${field}" is not known here`);
  }
}

export function ignoreForm(key: string): string {
  return `It is unknown, and abstains. If the key has no bearing on the decision: the option ignore=${key}.`;
}

function cannot(around: Around, words: string, instead?: string): DraftCondition {
  around.note(words, instead);
  return unsupported(words);
}

function unsupported(what: string): DraftCondition {
  return { kind: 'unsupported', what: what.slice(0, 300) };
}

/** Texts and numbers, one or several; null for anything else, and for nothing. */
function valuesOf(value: unknown): readonly string[] | null {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts = entries.flatMap((entry) => {
    if (entry instanceof LosslessNumber) return [entry.value];
    return typeof entry === 'string' && entry !== '' ? [entry] : [];
  });
  return texts.length === entries.length && texts.length > 0 ? texts : null;
}

function amountCondition({ operator, value, unit: written }: WireCondition, around: Around): DraftCondition {
  const texts = valuesOf(value)?.map(plainDecimal) ?? [null];
  const decimals = texts.flatMap((text) => text ?? []);
  const [first, second] = decimals;
  if (decimals.length < texts.length || first === undefined) return cannot(around, 'its value is not an amount');
  const compare = comparerIn(written ?? around.unit, around);
  const comparison = comparisons.find((name) => name === operator);
  if (comparison !== undefined && !Array.isArray(value)) return compare(comparison, first);
  if (operator === 'BETWEEN' && second !== undefined && decimals.length === 2) {
    const onBound = { any: [compare('EQUALS', first), compare('EQUALS', second)] };
    const words = 'the documentation does not say whether BETWEEN includes its bounds';
    around.note(words, 'Exactly a bound is unknown, and abstains; between them and outside is known.');
    const inside = { all: [compare('GREATER_THAN', first), compare('LESS_THAN', second)] };
    return { any: [inside, { all: [onBound, unsupported(words)] }] };
  }
  if ((operator === 'IN' || operator === 'NOT_IN') && Array.isArray(value)) {
    const one = { any: decimals.map((decimal) => compare('EQUALS', decimal)) };
    return operator === 'IN' ? one : { not: one };
  }
  return cannot(around, `the operator "${operator}" is not known here for amounts`);
}

type Compare = (comparison: Comparison, decimal: string) => DraftCondition;

/** Says once what can't be compared. Zero always can: it is the same in every unit. */
function comparerIn(name: string | null, around: Around): Compare {
  const unit = unitOf(name, around.assets);
  const known: AmountUnit = typeof unit === 'string' ? { kind: 'any' } : unit;
  const told = new Set<string>();
  const once = (words: string, tell: () => void): DraftCondition => {
    if (!told.has(words)) tell();
    told.add(words);
    return unsupported(words);
  };
  return (comparison, decimal) => {
    if (typeof unit === 'string' && decimal !== '0') {
      const [words, instead] = unitAdvice(unit);
      return once(words, () => around.note(words, instead));
    }
    if (isTooFine(decimal, known)) {
      const words = `has more decimals than ${name ?? ''} has`;
      return once(words, () => around.refuse(words, 'Correct the amount, or its unit.'));
    }
    const words = `${decimal} ${name ?? ''} can't be compared: a currency has two decimals here`;
    return compareAmount(comparison, decimal, known) ?? once(words, () => around.note(words));
  };
}

/** A text is the unit that could not be read. */
function unitOf(unit: string | null, assets: AssetBook): AmountUnit | string {
  if (unit === null) return '';
  if (unit.toLowerCase() === 'wei') return { kind: 'wei' };
  if (parseFiat(`1 ${unit}`) !== null) return { kind: 'fiat', currency: unit };
  const named = assets.get(unit);
  return named === undefined ? unit : { kind: 'assets', assets: named };
}

function unitAdvice(unit: string): readonly [words: string, instead: string] {
  if (unit === '')
    return ['the amount has no unit', 'It is unknown, and abstains. Say which: the option unit=wei, or USD.'];
  return [`nobody said what "${unit}" stands for`, assetAdvice(unit)];
}

function assetAdvice(symbol: string): string {
  return `It is unknown, and abstains. Say what it stands for: the option assets=${symbol}=<network>/<contract>/<decimals>.`;
}

function assetCondition({ operator, value }: WireCondition, around: Around): DraftCondition {
  const symbols = membership(operator, value);
  if (symbols === null)
    return cannot(around, `the operator "${operator}" is not known here for assets with this value`);
  const named = symbols.texts.flatMap((symbol) => around.assets.get(symbol) ?? []).map(({ name }) => name);
  const unnamed = symbols.texts.filter((symbol) => !around.assets.has(symbol));
  const open = unnamed.map((symbol) => cannot(around, `nobody said which asset "${symbol}" is`, assetAdvice(symbol)));
  const found: readonly DraftCondition[] = [...(named.length === 0 ? [] : [{ kind: 'asset', in: named }]), ...open];
  return negated(symbols.negated, anyOf(found));
}

/** Addresses are read here, because the rulebook refuses what is none; an entry that can't be read may be meant. */
function addressCondition(
  kind: 'recipient' | 'sender',
  { operator, value }: WireCondition,
  around: Around,
): DraftCondition {
  const entries = operator.endsWith('IN_LIST') ? listedBy(operator, value, around) : membership(operator, value);
  if (entries === null)
    return cannot(around, `the operator "${operator}" is not known here for addresses with this value`);
  if (typeof entries === 'string') return unsupported(entries);
  const readable = entries.texts.filter(isAddress);
  const unreadable = entries.texts.filter((text) => !isAddress(text));
  const open = unreadable.map((text) =>
    cannot(
      around,
      `"${text.slice(0, 100)}" is not an address that can be read here`,
      'Who is not found otherwise is unknown, and abstains.',
    ),
  );
  const several = kind === 'recipient' && around.objects !== entries.negated ? { some: true } : {};
  const listed: readonly DraftCondition[] =
    readable.length === 0 ? [] : [{ kind, in: namedList(entries.list, readable, around), ...several }];
  return negated(entries.negated, anyOf([...listed, ...open]));
}

type Members = { readonly texts: readonly string[]; readonly negated: boolean; readonly list: string | null };

function membership(operator: string, value: unknown): Members | null {
  const texts = valuesOf(value);
  if (texts === null) return null;
  const several = Array.isArray(value);
  if ((operator === 'EQUALS' || operator === 'NOT_EQUALS') && !several) {
    return { texts, negated: operator === 'NOT_EQUALS', list: null };
  }
  return several && (operator === 'IN' || operator === 'NOT_IN')
    ? { texts, negated: operator === 'NOT_IN', list: null }
    : null;
}

/** A text says why the list can't be used: it is missing, which is not the same as empty. */
function listedBy(operator: string, value: unknown, around: Around): Members | string | null {
  if (operator !== 'IN_LIST' && operator !== 'NOT_IN_LIST') return null;
  if (typeof value !== 'string' || value === '') return null;
  const found = around.lists.filter(({ id, name }) => id === value || name === value);
  const [list, ...others] = found;
  const refuse = (words: string, instead: string): string => {
    around.note(words, instead);
    return words;
  };
  const add = 'It is unknown, and abstains. Put the list beside the policies: { "data": [ … ], "lists": [ … ] }.';
  if (list === undefined) return refuse(`the list "${value}" is not in the document`, add);
  if (others.length > 0) return refuse(`there are several lists "${value}"`, 'It is unknown, and abstains. Keep one.');
  const keep = 'It is unknown, and abstains.';
  if (list.status !== 'ACTIVE') return refuse(`the list "${value}" is ${list.status}, not ACTIVE`, keep);
  if (list.type !== 'ADDRESS') return refuse(`the list "${value}" is of type ${list.type}, not ADDRESS`, keep);
  return { texts: list.items, negated: operator === 'NOT_IN_LIST', list: list.name };
}

/** A list is written once, by its name, however many policies speak of it. */
function namedList(list: string | null, addresses: readonly string[], { used }: Around): readonly string[] | string {
  if (list === null) return addresses;
  const plain = list
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^(?![A-Za-z])/, 'list-')
    .slice(0, 36);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? plain : `${plain}-${number}`;
    const taken = used.get(name);
    if (taken !== undefined && taken.join('\n') !== addresses.join('\n')) continue;
    used.set(name, addresses);
    return `$${name}`;
  }
}

/** All networks of a family read addresses alike, except that Bitcoin's test networks have their own. */
const onePerFormat = new Map(NETWORKS.map((network) => [`${network.family} ${network.testnet}`, network]));

function isAddress(text: string): boolean {
  return [...onePerFormat.values()].some((network) => readAddress(network, text).kind === 'valid');
}

function anyOf(found: readonly DraftCondition[]): DraftCondition {
  const [only, ...others] = found;
  if (only === undefined) return { not: { kind: 'always' } };
  return others.length === 0 ? only : { any: found };
}

function negated(isNegated: boolean, condition: DraftCondition): DraftCondition {
  return isNegated ? { not: condition } : condition;
}
