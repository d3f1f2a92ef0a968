// How a condition compares one value of a payload with what a rule wants: numbers of any size, addresses in canonical form, text as it is.
import { z } from 'zod';
import { canonicalValue, scaledNumber, type ValueType } from '../../chains/values.ts';
import { allOf, type Truth } from '../../domain/rulebook.ts';
import type { PlacedFault } from '../document.ts';
import { truthOf } from '../kind.ts';
import { membersText, resolveIn, type Names, type Resolution, type Settings } from '../names.ts';

/** A number in YAML is only as exact as a double: long ones and fractions are written in quotes, as text. */
const inQuotes = 'must be text, a whole number or true or false; long numbers and fractions go in quotes';
const operand = z
  .union([z.string().max(2000), z.number().refine(Number.isSafeInteger, inQuotes), z.boolean()], { error: inQuotes })
  .transform(String);

const part = operand.refine((text) => text !== '', 'must not be empty: everything contains that');

const members = z.strictObject({ list: z.string().nullable(), values: z.array(operand).min(1) });

/** The settings of a comparison, to be spread into those of a kind. Several hold together. */
export const comparisonShape = {
  is: operand.optional(),
  isNot: operand.optional(),
  in: members.optional(),
  above: operand.optional(),
  atLeast: operand.optional(),
  below: operand.optional(),
  atMost: operand.optional(),
  contains: part.optional(),
  startsWith: part.optional(),
  endsWith: part.optional(),
};

export const comparison = z.strictObject(comparisonShape);
export type Comparison = z.output<typeof comparison>;

export type PreparedComparison = {
  readonly wanted: string;
  readonly test: (seen: string) => Truth;
  /** For something that has no such value at all: it is none of those wanted; whether it "is not" one, nobody says. */
  readonly absent: Truth;
};

const ordering = ['above', 'atLeast', 'below', 'atMost'] as const;
const texts = ['contains', 'startsWith', 'endsWith'] as const;
const keys = ['is', 'isNot', 'in', ...ordering, ...texts] as const;

const words: Readonly<Record<Exclude<(typeof keys)[number], 'in'>, string>> = {
  is: 'is',
  isNot: 'is not',
  above: 'above',
  atLeast: 'at least',
  below: 'below',
  atMost: 'at most',
  contains: 'contains',
  startsWith: 'starts with',
  endsWith: 'ends with',
};

/** Replaces `in: $name`. */
export function resolveComparison(written: Settings, names: Names): Resolution {
  return Object.hasOwn(written, 'in') ? resolveIn(written, names) : { settings: written, faults: [] };
}

/** The same for a record of comparisons: `where: { to: { in: $suppliers } }`. */
export function resolveComparisons(written: unknown, place: string, names: Names): Resolution {
  if (typeof written !== 'object' || written === null) return { settings: {}, faults: [] };
  const faults: PlacedFault[] = [];
  const resolved = Object.entries(written).map(([path, entry]: [string, unknown]) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return [path, entry];
    const reading = resolveComparison({ ...entry }, names);
    faults.push(...reading.faults.map((fault) => ({ ...fault, place: [place, path, ...fault.place] })));
    return [path, reading.settings];
  });
  return { settings: Object.fromEntries(resolved), faults };
}

/** Everything that can't be compared as this, so that a rule with a slip is refused and not merely never true. */
export function faultsOfComparison(given: Comparison, as: ValueType): readonly PlacedFault[] {
  const present = keys.filter((key) => given[key] !== undefined);
  if (present.length === 0) {
    return [{ place: [], words: 'compares with nothing', remedy: `Write one of: ${keys.join(', ')}.` }];
  }
  return present.flatMap((key): readonly PlacedFault[] => {
    if (isOneOf(ordering, key) && as !== 'number') {
      return [{ place: [key], words: `compares numbers, and this is ${nouns[as]}`, remedy: 'Use is, isNot or in.' }];
    }
    if (isOneOf(texts, key) && as !== 'text') {
      return [{ place: [key], words: `looks into text, and this is ${nouns[as]}`, remedy: 'Use is, isNot or in.' }];
    }
    return operandsOf(given, key).flatMap(({ value, place }) => {
      if (canonicalValue(value, as) !== null) return [];
      return [{ place, words: `"${value.slice(0, 100)}" is not ${nouns[as]}`, remedy: remedies[as] }];
    });
  });
}

/** Settings went through `faultsOfComparison`; a value that was there and can't be read as this is unknown. */
export function prepareComparison(given: Comparison, as: ValueType): PreparedComparison {
  const tests = keys.flatMap((key) => (given[key] === undefined ? [] : [prepareOne(given, key, as)]));
  return {
    wanted: tests.map((one) => one.wanted).join(' and '),
    test: (seen) => allOf(tests.map((one) => one.test(seen))),
    absent: given.isNot === undefined ? 'false' : 'unknown',
  };
}

type One = { readonly wanted: string; readonly test: (seen: string) => Truth };

function prepareOne(given: Comparison, key: (typeof keys)[number], as: ValueType): One {
  if (key === 'in') {
    const { list, values } = given.in ?? { list: null, values: [] };
    return { wanted: membersText(list, values), test: isAmong(values, as, 'true', 'false') };
  }
  const value = given[key] ?? '';
  const wanted = `${words[key]} ${value}`;
  if (key === 'is') return { wanted, test: isAmong([value], as, 'true', 'false') };
  if (key === 'isNot') return { wanted, test: isAmong([value], as, 'false', 'true') };
  if (key === 'contains') return { wanted, test: (seen) => truthOf(seen.includes(value)) };
  if (key === 'startsWith') return { wanted, test: (seen) => truthOf(seen.startsWith(value)) };
  if (key === 'endsWith') return { wanted, test: (seen) => truthOf(seen.endsWith(value)) };
  const limit = scaledNumber(value);
  return { wanted, test: (seen) => ordered(scaledNumber(seen), limit, key) };
}

function ordered(seen: bigint | null, limit: bigint | null, key: (typeof ordering)[number]): Truth {
  if (seen === null || limit === null) return 'unknown';
  switch (key) {
    case 'above':
      return truthOf(seen > limit);
    case 'atLeast':
      return truthOf(seen >= limit);
    case 'below':
      return truthOf(seen < limit);
    case 'atMost':
      return truthOf(seen <= limit);
  }
}

/** Text that differs from an entry in nothing but the letters of an EVM address may well be meant: unknown. */
function isAmong(values: readonly string[], as: ValueType, listed: Truth, other: Truth): One['test'] {
  const wanted = new Set(values.map((value) => canonicalValue(value, as)));
  const near = new Set(as === 'text' ? values.filter(isEvmForm).map((value) => value.toLowerCase()) : []);
  return (seen) => {
    const found = canonicalValue(seen, as);
    if (found === null) return 'unknown';
    if (wanted.has(found)) return listed;
    return near.has(found.toLowerCase()) ? 'unknown' : other;
  };
}

function operandsOf(given: Comparison, key: (typeof keys)[number]) {
  if (key !== 'in') return [{ value: given[key] ?? '', place: [key] }];
  return (given.in?.values ?? []).map((value, at) => ({ value, place: ['in', 'values', at] }));
}

function isOneOf<T extends string>(list: readonly T[], key: string): key is T {
  return list.some((entry) => entry === key);
}

function isEvmForm(text: string): boolean {
  return /^0x[0-9a-f]{40}$/i.test(text);
}

const nouns: Readonly<Record<ValueType, string>> = {
  number: 'a number',
  text: 'text',
  boolean: 'true or false',
  hex: 'hexadecimal bytes',
  'evm-address': 'an EVM address',
  'tron-address': 'a Tron address',
  'solana-address': 'a Solana address',
  'xrpl-address': 'an XRPL address',
};

const copyAddress = 'Copy it again in full; a wrong checksum is refused.';

const remedies: Readonly<Record<ValueType, string>> = {
  number: 'Write decimal digits, or 0x and hexadecimal ones, e.g. `atMost: "1000000"`.',
  text: 'Write text.',
  boolean: 'Write true or false.',
  hex: 'Write 0x and two hexadecimal digits per byte.',
  'evm-address': copyAddress,
  'tron-address': copyAddress,
  'solana-address': copyAddress,
  'xrpl-address': copyAddress,
};
