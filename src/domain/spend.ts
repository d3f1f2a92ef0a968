// What rules ask about the past: how often and how much was spent, summed under a key, over a window.
import { compareDecimals, type BaseUnits, type EpochMs } from './amount.ts';

export const spendDimensions = [
  'wallet',
  'network',
  'asset',
  'recipient',
  'initiator',
  'credential',
  'counterparty',
  'activity',
  'transaction-type',
  'method',
] as const;

export type SpendDimension = (typeof spendDimensions)[number];

/**
 * Whose spend is summed. `per`: what this approval has in common with what is counted; a connection is always in it.
 * `only`: what else a counted payment must have, one of the values each. Both in the fixed order of `spendDimensions`.
 */
export type SpendCounter = {
  readonly per: readonly SpendDimension[];
  readonly only: readonly { readonly dimension: SpendDimension; readonly values: readonly string[] }[];
};

/** `rolling`: what is younger than so many seconds. `day`: since midnight in an IANA time zone. `lifetime`: all of it. */
export type SpendWindow =
  | { readonly kind: 'rolling'; readonly seconds: number }
  | { readonly kind: 'day'; readonly timeZone: string }
  | { readonly kind: 'lifetime' };

/** `currency`: which fiat values are summed, null when only number and base units are asked for. */
export type SpendQuestion = {
  readonly counter: SpendCounter;
  readonly window: SpendWindow;
  readonly currency: string | null;
};

/** What was spent before this approval, which is not in it. Exact. */
export type SpendSum = {
  readonly count: number;
  /** Sum of base units; only meaningful where the counter is per asset. */
  readonly base: BaseUnits;
  /** Payments in the window whose base units nobody knows. */
  readonly withoutAmount: number;
  /** Sum of the values in the question's currency, as a decimal; `'0'` without one. */
  readonly fiat: string;
  /** Payments in the window without a value in that currency: the sum is then unknown. */
  readonly withoutPrice: number;
};

export type SpendAnswer = SpendSum & {
  /**
   * Payments in the window that may belong to the sum as well: what they have in common with it is known, and nothing
   * speaks against the rest. Left out where there are none.
   */
  readonly inDoubt?: number;
};

/** Of several that a payment would add to, the one with least left: each number by itself. */
export function largestAnswer(a: SpendAnswer, b: SpendAnswer): SpendAnswer {
  const inDoubt = Math.max(a.inDoubt ?? 0, b.inDoubt ?? 0);
  return {
    count: Math.max(a.count, b.count),
    base: BigInt(a.base) > BigInt(b.base) ? a.base : b.base,
    withoutAmount: Math.max(a.withoutAmount, b.withoutAmount),
    fiat: compareDecimals(a.fiat, b.fiat) > 0 ? a.fiat : b.fiat,
    withoutPrice: Math.max(a.withoutPrice, b.withoutPrice),
    ...(inDoubt === 0 ? {} : { inDoubt }),
  };
}

/**
 * One payment as it is counted: the values that it has in each dimension, in canonical form. Nobody knows the value of
 * a dimension without one, so such a payment may belong to any sum that is about this dimension: see `SpendAnswer`.
 */
export type Payment = {
  readonly connection: string;
  /** Unique per connection: the same transfer told twice is counted once. */
  readonly reference: string;
  readonly dimensions: Readonly<Record<SpendDimension, readonly string[]>>;
  readonly amountBase: BaseUnits | null;
  readonly fiat: { readonly value: string; readonly currency: string } | null;
  readonly at: EpochMs;
};

/** The values that a key is about, one per dimension that its counter is per. */
export type SpendValues = Readonly<Partial<Record<SpendDimension, string>>>;

/**
 * Stands for the value that nobody knows. A platform that gave a wallet this name would see that wallet's payments
 * counted as unknown ones: too much, never too little.
 */
export const unknownValue = '?';

/** The values that a payment is counted and found by. */
export function valuesOf(dimensions: Payment['dimensions'], dimension: SpendDimension): readonly string[] {
  const values = dimensions[dimension];
  return values.length === 0 ? [unknownValue] : values;
}

/** Does a payment with these dimensions count under a key of this counter and these values? */
export function isCounted(counter: SpendCounter, values: SpendValues, dimensions: Payment['dimensions']): boolean {
  return (
    counter.per.every((dimension) => valuesOf(dimensions, dimension).some((value) => value === values[dimension])) &&
    counter.only.every(({ dimension, values: listed }) =>
      valuesOf(dimensions, dimension).some((value) => listed.includes(value)),
    )
  );
}

export type Counted = { readonly counter: SpendCounter; readonly values: SpendValues };

/**
 * What counts the payments that may belong to a sum: one for each choice of dimensions whose value nobody knows, while
 * the others are as the sum wants them. No payment counts under two of them, or under one of them and the sum itself,
 * unless it has several values in one dimension.
 */
export function doubtsOf({ counter, values }: Counted): readonly Counted[] {
  const about = spendDimensions.filter(
    (name) => counter.per.includes(name) || counter.only.some(({ dimension }) => dimension === name),
  );
  const choices = about.reduce<readonly (readonly SpendDimension[])[]>(
    (found, name) => [...found, ...found.map((others) => [...others, name])],
    [[]],
  );
  return choices.slice(1).map((unknown) => ({
    counter: {
      per: counter.per,
      only: counter.only.map(({ dimension, values: listed }) => ({
        dimension,
        values: unknown.includes(dimension) ? [unknownValue] : listed,
      })),
    },
    values: Object.fromEntries(counter.per.map((name) => [name, unknown.includes(name) ? unknownValue : values[name]])),
  }));
}

/** What a window counts: everything later than an instant, or everything. Unknown: a time zone that is not known here. */
export type WindowStart =
  | { readonly kind: 'after'; readonly at: EpochMs }
  | { readonly kind: 'always' }
  | { readonly kind: 'unknown' };

export function windowStart(window: SpendWindow, now: EpochMs): WindowStart {
  switch (window.kind) {
    case 'lifetime':
      return { kind: 'always' };
    case 'rolling':
      return { kind: 'after', at: now - window.seconds * 1000 };
    case 'day': {
      const start = dayStart(window.timeZone, now);
      return start === null ? { kind: 'unknown' } : { kind: 'after', at: start - 1 };
    }
  }
}

const quarterMs = 15 * 60_000;
/** Longer than any day: clocks go back by an hour, and it may be just before midnight. */
const longestDayMs = 27 * 60 * 60_000;

/**
 * The first instant that has the same date there as `now`. Midnight itself may not exist, or come twice, when clocks
 * change, so the date is looked at in steps of a quarter of an hour (every zone's offset is a multiple of it) and then
 * to the millisecond. Null when the zone is not known.
 */
export function dayStart(timeZone: string, now: EpochMs): EpochMs | null {
  const dateAt = calendarOf(timeZone);
  if (dateAt === null) return null;
  const today = dateAt(now);
  let first = Math.floor((now - longestDayMs) / quarterMs) * quarterMs;
  while (first < now && dateAt(first) !== today) first = Math.min(now, first + quarterMs);
  let before = first - quarterMs;
  while (first - before > 1) {
    const middle = Math.floor((first + before) / 2);
    if (dateAt(middle) === today) first = middle;
    else before = middle;
  }
  return first;
}

type DateAt = (at: EpochMs) => string;

const calendars = new Map<string, DateAt | null>();

function calendarOf(timeZone: string): DateAt | null {
  const known = calendars.get(timeZone);
  if (known !== undefined) return known;
  const found = readCalendar(timeZone);
  calendars.set(timeZone, found);
  return found;
}

function readCalendar(timeZone: string): DateAt | null {
  try {
    const format = new Intl.DateTimeFormat('en-u-ca-iso8601', { timeZone, dateStyle: 'short' });
    return (at) => format.format(at);
  } catch {
    // A zone that this build of Node has never heard of: that is the answer.
    return null;
  }
}

/**
 * Under which the sums of a counter run: one text per connection, counter, currency and the values that this payment
 * has. Null when the payment lacks a value that the counter is per: then the question can't be answered.
 */
export function spendKey(
  connection: string,
  question: Pick<SpendQuestion, 'counter' | 'currency'>,
  values: SpendValues,
): string | null {
  const { per, only } = question.counter;
  if (per.some((dimension) => values[dimension] === undefined)) return null;
  const own = per.map((dimension) => [dimension, values[dimension]]);
  const others = only.map(({ dimension, values: listed }) => [dimension, listed.toSorted()]);
  return JSON.stringify([connection, own, others, question.currency]);
}

/** How an evaluation keeps the answer to a question, and finds it again when it is replayed. */
export function questionKey(question: SpendQuestion): string {
  const { counter, window, currency } = question;
  const only = counter.only.map(({ dimension, values }) => [dimension, values.toSorted()]);
  const span = window.kind === 'rolling' ? window.seconds : window.kind === 'day' ? window.timeZone : null;
  return JSON.stringify([counter.per, only, window.kind, span, currency]);
}
