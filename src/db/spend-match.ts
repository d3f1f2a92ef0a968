// Which keys a payment counts under, and which payments a key counts: both found by index, by digests of their values.
import { hash } from 'node:crypto';
import { shownEnds } from '../domain/shown-ends.ts';
import {
  doubtsOf,
  spendDimensions,
  spendKey,
  unknownValue,
  valuesOf,
  type Payment,
  type SpendCounter,
  type SpendDimension,
  type SpendQuestion,
  type SpendValues,
} from '../domain/spend.ts';

export type SpendKey = {
  /** Stands for the whole key: lists in a counter may be long, and an index has limits. */
  readonly digest: string;
  readonly connection: string;
  readonly counter: SpendCounter;
  readonly currency: string | null;
  readonly values: SpendValues;
};

/** Longer lists are looked through instead of having an anchor per value. */
const longestAnchoredList = 64;

/** Null when a value that the counter is per is missing. */
export function spendKeyOf(
  connection: string,
  { counter, currency }: Pick<SpendQuestion, 'counter' | 'currency'>,
  values: SpendValues,
): SpendKey | null {
  const text = spendKey(connection, { counter, currency }, values);
  if (text === null) return null;
  const own = Object.fromEntries(counter.per.map((dimension) => [dimension, values[dimension]]));
  return { digest: digestOf(text), connection, counter, currency, values: own };
}

/** Under which payments are counted that may belong to what the key counts. */
export function doubtKeysOf({ connection, counter, values, currency }: SpendKey): readonly SpendKey[] {
  return doubtsOf({ counter, values }).flatMap(
    (doubt) => spendKeyOf(connection, { counter: doubt.counter, currency }, doubt.values) ?? [],
  );
}

export function tagsOf(dimensions: Payment['dimensions']): readonly string[] {
  const values = spendDimensions.flatMap((name) => valuesOf(dimensions, name).map((value) => tagOf(name, value)));
  return [...new Set([...values, ...dimensions.recipient.flatMap(endsTagOf)])];
}

/** Under which payments to recipients are found that look like this one; `Ethereum/0x…`, as a payment keeps it. */
export function endsTagOf(recipient: string): readonly string[] {
  const ends = shownEnds(recipient.slice(recipient.indexOf('/') + 1));
  return ends === null ? [] : [digestOf(`ends=${ends}`)];
}

export function tagOf(dimension: SpendDimension, value: string): string {
  return digestOf(`${dimension}=${value}`);
}

/**
 * A kind of anchor: which dimensions the counter is per, and which list it names one value of. Without the list, ten
 * thousand rules that each count another wallet of one connection would all be looked at for each of its payments.
 */
export type Shape = { readonly per: readonly SpendDimension[]; readonly listed: SpendDimension | null };

export function shapeOf({ per, only }: SpendCounter): Shape {
  const [shortest] = only.toSorted((a, b) => reachOf(a) - reachOf(b));
  const isShort = shortest !== undefined && shortest.values.length <= longestAnchoredList;
  return { per, listed: isShort ? shortest.dimension : null };
}

/** What is about unknown values goes by them, so that a payment that lacks a value is seen to be in doubt. */
function reachOf({ values }: SpendCounter['only'][number]): number {
  return values.length === 1 && values[0] === unknownValue ? 0 : values.length;
}

/** May a payment count among those of which nobody knows whether they belong to a sum? */
export function isInDoubt({ dimensions }: Pick<Payment, 'dimensions'>, shapes: readonly Shape[]): boolean {
  return shapes.some(({ per, listed }) =>
    [...per, ...(listed === null ? [] : [listed])].some((dimension) => dimensions[dimension].length === 0),
  );
}

/** Every payment that counts under the key has at least one of these anchors. */
export function anchorsOfKey(key: SpendKey): readonly string[] {
  const shape = shapeOf(key.counter);
  const own = shape.per.map((dimension) => key.values[dimension] ?? '');
  if (shape.listed === null) return [anchorOf(key.connection, shape, own, null)];
  const list = key.counter.only.find(({ dimension }) => dimension === shape.listed);
  return [...new Set(list?.values)].map((value) => anchorOf(key.connection, shape, own, value));
}

/** For each list that the anchor does not name a value of: the tags of its values. */
export function listedTagsOf(counter: SpendCounter): readonly (readonly string[])[] | null {
  const { listed } = shapeOf(counter);
  const others = counter.only.filter(({ dimension }) => dimension !== listed);
  return others.length === 0
    ? null
    : others.map(({ dimension, values }) => values.map((value) => tagOf(dimension, value)));
}

/** The anchors of all keys that may count this payment, where there are keys of these shapes. */
export function anchorsOfPayment(
  { connection, dimensions }: Pick<Payment, 'connection' | 'dimensions'>,
  shapes: readonly Shape[],
): readonly string[] {
  return shapes.flatMap((shape) => {
    const listed = shape.listed === null ? [null] : valuesOf(dimensions, shape.listed);
    return combinations(shape.per.map((dimension) => valuesOf(dimensions, dimension))).flatMap((own) =>
      listed.map((value) => anchorOf(connection, shape, own, value)),
    );
  });
}

/** One value of each list, in every way; none when a list is empty. */
export function combinations(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return lists.reduce<readonly (readonly string[])[]>(
    (found, list) => found.flatMap((start) => list.map((value) => [...start, value])),
    [[]],
  );
}

function anchorOf(connection: string, shape: Shape, own: readonly string[], listed: string | null): string {
  return digestOf(JSON.stringify([connection, shape.per, own, shape.listed, listed]));
}

/** 128 bits: two texts that share a digest could only ever count too much. */
function digestOf(text: string): string {
  return hash('sha256', text).slice(0, 32);
}
