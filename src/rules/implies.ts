// What one condition proves about another: wherever this one is true, that one is true as well. Unproven is "no".
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { compareDecimals } from '../domain/amount.ts';
import type { Condition, ConditionTree } from '../domain/rulebook.ts';
import { questionKey } from '../domain/spend.ts';
import { assetIdentity, keyOf } from './kinds/asset.ts';
import { ruleKinds } from './kinds/index.ts';
import { limit, maxAge, type Limit } from './limit.ts';
import { membersOf } from './names.ts';

/** Conditions with every `not` moved down to a single condition, which De Morgan allows in three-valued logic too. */
type Form =
  | Literal
  | { readonly logic: 'all'; readonly of: readonly Form[] }
  | { readonly logic: 'any'; readonly of: readonly Form[] };

type Literal = { readonly logic: 'one'; readonly condition: Condition; readonly holds: boolean };

/** Wherever all of `a` are true, all of `b` are true. */
export function holdsOnlyWhere(a: readonly ConditionTree[], b: readonly ConditionTree[]): boolean {
  return proves(formOf({ logic: 'all', of: a }, true), formOf({ logic: 'all', of: b }, true));
}

/** Wherever one of `a` is false, one of `b` is false: what `b` reaches, `a` reaches too. */
export function failsOnlyWhere(a: readonly ConditionTree[], b: readonly ConditionTree[]): boolean {
  return proves(formOf({ logic: 'all', of: a }, false), formOf({ logic: 'all', of: b }, false));
}

/** Wherever `a` is true, `b` is false. */
export function excludes(a: ConditionTree, b: ConditionTree): boolean {
  return proves(formOf(a, true), formOf(b, false));
}

function formOf(tree: ConditionTree, holds: boolean): Form {
  if (tree.logic === 'one') return { logic: 'one', condition: tree.condition, holds };
  if (tree.logic === 'not') return formOf(tree.of, !holds);
  const logic = (tree.logic === 'all') === holds ? 'all' : 'any';
  return { logic, of: tree.of.map((inner) => formOf(inner, holds)) };
}

function proves(a: Form, b: Form): boolean {
  if (b.logic === 'all') return b.of.every((part) => proves(a, part));
  if (a.logic === 'any') return a.of.every((part) => proves(part, b));
  if (a.logic === 'all' && a.of.some((part) => proves(part, b))) return true;
  if (b.logic === 'any') return b.of.some((part) => proves(a, part));
  return a.logic === 'one' && literalProves(a, b);
}

function literalProves(a: Literal, b: Literal): boolean {
  // What is false for whatever facts proves anything. `unsupported` is not false but unknown: it may turn out to be
  // anything, keeps a rule from being settled, and proves nothing but itself.
  if (a.condition.kind === 'always' && !a.holds) return true;
  if (b.condition.kind === 'always') return b.holds;
  if (a.condition.kind !== b.condition.kind) return false;
  if (a.holds === b.holds && canonicalize(a.condition) === canonicalize(b.condition)) return true;
  const known = Object.hasOwn(relations, a.condition.kind) ? relations[a.condition.kind] : undefined;
  if (known === undefined || (!a.holds && b.holds)) return false;
  if (!b.holds) return a.holds ? known.apart(a.condition, b.condition) : known.covers(a.condition, b.condition);
  return known.within(a.condition, b.condition);
}

type Relation = {
  /** Where `a` is true, `b` is true. */
  readonly within: (a: Condition, b: Condition) => boolean;
  /** Where `a` is false, `b` is false. */
  readonly covers: (a: Condition, b: Condition) => boolean;
  /** Where `a` is true, `b` is false. */
  readonly apart: (a: Condition, b: Condition) => boolean;
};

/**
 * Settings as they stand in a rulebook after the parser resolved its names. What is none of this form proves nothing,
 * and neither does a setting that is not known here: a kind may learn one that turns its meaning round.
 */
function relation<T>(settings: z.ZodType<T>, tests: { [K in keyof Relation]: (a: T, b: T) => boolean }): Relation {
  const ask = (test: (a: T, b: T) => boolean) => (a: Condition, b: Condition) => {
    const [left, right] = [settings.safeParse(a), settings.safeParse(b)];
    return left.success && right.success && test(left.data, right.data);
  };
  return { within: ask(tests.within), covers: ask(tests.covers), apart: ask(tests.apart) };
}

type Names = ReadonlySet<string>;

function isSubset(a: Names, b: Names): boolean {
  for (const name of a) if (!b.has(name)) return false;
  return true;
}

const kind = z.string();

function namesIn<T>(entry: z.ZodType<T>, nameOf: (value: T) => string): z.ZodType<Names> {
  const members = z.strictObject({ kind, in: membersOf(entry).shape.in });
  return members.transform((found): Names => new Set(found.in.values.map(nameOf)));
}

function isApart(a: Names, b: Names): boolean {
  for (const name of a) if (b.has(name)) return false;
  return true;
}

/** Kinds that ask whether one value is in a list. */
const member = relation(
  namesIn(z.string(), (text) => text),
  { within: isSubset, covers: (a, b) => isSubset(b, a), apart: isApart },
);

const asset = relation(namesIn(assetIdentity, keyOf), {
  within: isSubset,
  covers: (a, b) => isSubset(b, a),
  apart: isApart,
});

/** Two texts may be one address, so that different texts prove nothing; one text is one address everywhere. */
const address = relation(
  namesIn(z.string(), (text) => text),
  { within: isSubset, covers: (a, b) => isSubset(b, a), apart: () => false },
);

const recipientSettings = z
  .strictObject({ kind, in: membersOf(z.string()).shape.in, some: z.boolean().default(false) })
  .transform(({ in: { values }, some }) => ({ some, listed: new Set(values) }));

const recipient = relation(recipientSettings, {
  within: (a, b) => a.some === b.some && isSubset(a.listed, b.listed),
  covers: (a, b) => a.some === b.some && isSubset(b.listed, a.listed),
  apart: () => false,
});

const amountSettings = z.strictObject({
  kind,
  atMost: limit.optional(),
  atLeast: limit.optional(),
  quoteNotOlderThan: maxAge.prefault('24h'),
});
type AmountSettings = z.output<typeof amountSettings>;

/** Null in different units: another currency, another asset, other decimals. Names don't count, they are the rulebook's. */
function orderOf(a: Limit, b: Limit): number | null {
  if (a.unit === 'fiat' && b.unit === 'fiat') {
    return a.fiat.currency === b.fiat.currency ? compareDecimals(a.fiat.value, b.fiat.value) : null;
  }
  if (a.unit !== 'asset' || b.unit !== 'asset') return null;
  const isSame = keyOf(a.asset) === keyOf(b.asset) && a.asset.decimals === b.asset.decimals;
  return isSame ? compareDecimals(a.base, b.base) : null;
}

function isAtMost(a: Limit | undefined, b: Limit): boolean {
  const order = a === undefined ? null : orderOf(a, b);
  return order !== null && order <= 0;
}

function isAtLeast(a: Limit | undefined, b: Limit): boolean {
  const order = a === undefined ? null : orderOf(a, b);
  return order !== null && order >= 0;
}

/** Every bound of `b` is met by what meets those of `a`. */
function bindsMore(a: AmountSettings, b: AmountSettings): boolean {
  return (
    (b.atMost === undefined || isAtMost(a.atMost, b.atMost)) &&
    (b.atLeast === undefined || isAtLeast(a.atLeast, b.atLeast))
  );
}

const amount = relation(amountSettings, {
  within: (a, b) => a.quoteNotOlderThan <= b.quoteNotOlderThan && bindsMore(a, b),
  covers: (a, b) => a.quoteNotOlderThan <= b.quoteNotOlderThan && bindsMore(b, a),
  apart: (a, b) =>
    a.quoteNotOlderThan <= b.quoteNotOlderThan && (isBelow(a.atMost, b.atLeast) || isBelow(b.atMost, a.atLeast)),
});

function isBelow(a: Limit | undefined, b: Limit | undefined): boolean {
  const order = a === undefined || b === undefined ? null : orderOf(a, b);
  return order !== null && order < 0;
}

/** The same question only: sums over different windows or keys are different facts. */
const spentSettings = z
  .strictObject({
    kind,
    window: z.unknown(),
    per: z.unknown(),
    only: z.unknown(),
    atMost: limit.optional(),
    count: z.number().optional(),
    quoteNotOlderThan: maxAge.prefault('24h'),
  })
  .partial({ only: true })
  .transform(({ atMost, count, quoteNotOlderThan, ...rest }, ctx) => {
    const [question] = ruleKinds['spent']?.prepare({ ...rest, atMost, count }).asks ?? [];
    if (question !== undefined) return { question: questionKey(question), atMost, count, quoteNotOlderThan };
    ctx.issues.push({ code: 'custom', input: rest, message: 'asks for no sum' });
    return z.NEVER;
  });
type SpentSettings = z.output<typeof spentSettings>;

function spendsLess(a: SpentSettings, b: SpentSettings): boolean {
  return (
    a.question === b.question &&
    (b.atMost === undefined || isAtMost(a.atMost, b.atMost)) &&
    (b.count === undefined || (a.count !== undefined && a.count <= b.count))
  );
}

const spent = relation(spentSettings, {
  within: (a, b) => a.quoteNotOlderThan <= b.quoteNotOlderThan && spendsLess(a, b),
  covers: (a, b) => a.quoteNotOlderThan <= b.quoteNotOlderThan && spendsLess(b, a),
  apart: () => false,
});

const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const timeSettings = z.strictObject({
  kind,
  zone: z.string(),
  from: z.string().default('00:00'),
  to: z.string().default('24:00'),
  days: z
    .array(z.string())
    .default(everyDay)
    .transform((days): Names => new Set(days)),
});
type TimeSettings = z.output<typeof timeSettings>;

function isDuring(a: TimeSettings, b: TimeSettings): boolean {
  return a.zone === b.zone && a.from >= b.from && a.to <= b.to && isSubset(a.days, b.days);
}

const time = relation(timeSettings, {
  within: isDuring,
  covers: (a, b) => isDuring(b, a),
  apart: (a, b) => a.zone === b.zone && (a.to <= b.from || b.to <= a.from || isApart(a.days, b.days)),
});

const tagSettings = z.strictObject({
  kind,
  anyOf: z.array(z.string()).optional(),
  allOf: z.array(z.string()).default([]),
});
type TagSettings = z.output<typeof tagSettings>;

function tagsMore(a: TagSettings, b: TagSettings): boolean {
  const { anyOf } = b;
  const hasOne =
    anyOf === undefined ||
    a.anyOf?.every((tag) => anyOf.includes(tag)) === true ||
    a.allOf.some((tag) => anyOf.includes(tag));
  return hasOne && b.allOf.every((tag) => a.allOf.includes(tag));
}

const walletTag = relation(tagSettings, {
  within: tagsMore,
  covers: (a, b) => tagsMore(b, a),
  apart: () => false,
});

const presence = relation(z.strictObject({ kind, present: z.boolean() }), {
  within: (a, b) => a.present === b.present,
  covers: (a, b) => a.present === b.present,
  apart: (a, b) => a.present !== b.present,
});

/** A kind that is not here is proven only by itself, written alike. */
const relations: Readonly<Record<string, Relation>> = {
  activity: member,
  amount,
  asset,
  contract: address,
  counterparty: member,
  credential: member,
  'external-id': presence,
  initiator: member,
  memo: presence,
  method: member,
  network: member,
  recipient,
  sender: address,
  'signed-for': address,
  spent,
  time,
  'transaction-type': member,
  wallet: member,
  'wallet-tag': walletTag,
};
