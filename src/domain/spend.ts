// What rules ask about the past: how often and how much was spent, summed under a key, over a window.
import type { BaseUnits, EpochMs } from './amount.ts';

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

/**
 * One payment as it is counted: the values that it has in each dimension, in canonical form. A payment without a value
 * in a dimension is in no sum that is per this dimension, which is why whoever asks must treat "unknown" as unknown.
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

/** Does a payment with these dimensions count under a key of this counter and these values? */
export function isCounted(counter: SpendCounter, values: SpendValues, dimensions: Payment['dimensions']): boolean {
  return (
    counter.per.every((dimension) => dimensions[dimension].some((value) => value === values[dimension])) &&
    counter.only.every(({ dimension, values: listed }) => dimensions[dimension].some((value) => listed.includes(value)))
  );
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
