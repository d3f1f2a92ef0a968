// What was spent before an approval: the payment that it would be, and the sums that a rulebook asks for.
import { createHash } from 'node:crypto';
import { lockChain } from '../db/audit-log.ts';
import type { Db } from '../db/connect.ts';
import { prepareKeys } from '../db/spend-keys.ts';
import { combinations, doubtKeysOf, spendKeyOf, type SpendKey } from '../db/spend-match.ts';
import { ownPayments, type StoredPayment } from '../db/spend-payments.ts';
import { reservePayment } from '../db/spend-reserve.ts';
import { sumsOf, sumWithout, type SumQuery } from '../db/spend-totals.ts';
import { storable } from '../db/storable.ts';
import { isGovernance } from '../domain/activity.ts';
import { addDecimals, type EpochMs } from '../domain/amount.ts';
import { valueOf } from '../domain/release.ts';
import type { Observation } from '../domain/rulebook.ts';
import {
  isCounted,
  largestAnswer,
  questionKey,
  windowStart,
  type Payment,
  type SpendAnswer,
  type SpendQuestion,
  type SpendSum,
  type WindowStart,
} from '../domain/spend.ts';
import { factsOf, type Fact } from '../rules/facts.ts';

export type SpendInput = {
  readonly connection: string;
  readonly approval: Observation['approval'];
  /** Our id of the approval, whose own payment is left out; null for one that we have no row of. */
  readonly approvalId: string | null;
  readonly questions: readonly SpendQuestion[];
  readonly now: EpochMs;
};

/**
 * Makes the keys that were never asked for before, in a transaction of its own: summing up years must not happen while
 * the audit chain is held. Call it before the transaction that decides.
 */
export async function prepareSpend(db: Db, input: SpendInput): Promise<void> {
  const keys = answerable(input).flatMap((asked) => asked.sums.flatMap(({ key, doubts }) => [key, ...doubts]));
  await prepareKeys(db, input.connection, keys);
}

export type SpendAnswers = Readonly<Record<string, SpendAnswer>>;

/**
 * The answers by `questionKey`, without the approval's own payments. A question that can't be answered has none: a value
 * that it is per is unknown. A look: what is decided on it must be looked at again.
 */
export async function lookAtSpend(db: Db, input: SpendInput): Promise<SpendAnswers> {
  const asked = answerable(input);
  const payment = paymentOf(input.approval, input.connection, input.now);
  if (asked.length === 0 || payment === null) return {};
  const { connection, approvalId } = input;
  return db.transaction(
    async (tx) => {
      const sums = await sumsOf(tx, queriesOf(asked));
      const own = await ownPayments(tx, { connection, reference: payment.reference, approvalId });
      return answersTo(asked, sums, own);
    },
    // One look at all of it, or a payment that settles in between would be taken off a sum that never held it.
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}

export type HeldSpend = {
  readonly answers: SpendAnswers;
  /** What was reserved, to be taken back if nothing is decided on it; null when there was nothing to reserve. */
  readonly reserved: number | null;
};

/**
 * Reserves what the approval would spend, and then gives the same answers: all that they rest on stays as it is until
 * the caller's transaction ends. The approval's row must be locked before.
 */
export async function holdSpend(tx: Db, input: SpendInput & { readonly approvalId: string }): Promise<HeldSpend> {
  const asked = answerable(input);
  const payment = paymentOf(input.approval, input.connection, input.now);
  if (asked.length === 0 || payment === null) return { answers: {}, reserved: null };
  const { connection, approvalId } = input;
  await lockChain(tx);
  const { paymentId, isOnly, sums } = await reservePayment(tx, {
    payment,
    approvalId,
    held: asked.flatMap((entry) => entry.sums.map(({ key }) => key)),
    sums: queriesOf(asked),
  });
  // Whoever adds to what these keys count needs their locks, so this is what the sums hold.
  const own = isOnly
    ? [{ ...payment, isOpen: true }]
    : await ownPayments(tx, { connection, reference: payment.reference, approvalId });
  // What goes by its reference is another payment, or was imported: then nobody knows what the sums hold of this one.
  if (paymentId === null && !isAmong(payment, own)) return { answers: {}, reserved: null };
  return { answers: answersTo(asked, sums, own), reserved: paymentId };
}

/**
 * What an approval is as a payment: the values that it has in each dimension, in the form that rules compare. Null for
 * what moves nothing (policies, permissions). What can't be read has no value, and several recipients have several.
 */
export function paymentOf(approval: Observation['approval'], connection: string, now: EpochMs): Payment | null {
  const { activity } = approval;
  if (isGovernance(activity.kind)) return null;
  const facts = factsOf({ connection, approval, at: now, spent: {}, demoted: [] });
  const network = valueIn(facts.network)?.name ?? null;
  const recipients = network === null ? [] : (valueIn(facts.recipients) ?? []);
  // By the quote that came with it, however old that is by now: it is what it was worth when it was asked for.
  const value = valueOf(approval, activity.price?.quotedAt ?? approval.createdAt ?? now);
  return {
    connection,
    reference: referenceOf(activity.subjectId ?? `approval:${approval.id}`),
    dimensions: storable({
      wallet: listOf(valueIn(facts.wallet)),
      network: listOf(network),
      asset: listOf(valueIn(facts.asset)?.key ?? null),
      recipient: [...new Set(recipients.map(({ canonical }) => `${network}/${canonical}`))],
      initiator: listOf(valueIn(facts.initiator)),
      activity: listOf(valueIn(facts.activity)),
      method: listOf(valueIn(facts.method)),
      'transaction-type': listOf(valueIn(facts.transactionType)),
      counterparty: listOf(valueIn(facts.counterparty)),
      credential: listOf(valueIn(facts.credential)),
    }),
    amountBase: activity.amountBase,
    fiat: value.kind === 'known' ? value.fiat : null,
    at: now,
  };
}

/** Ids are short and plain; whatever else comes in their place must neither fail an index nor be lost. */
function referenceOf(id: string): string {
  return /^[\x20-\x7e]{1,200}$/.test(id) ? id : `sha256:${createHash('sha256').update(id).digest('hex')}`;
}

function valueIn<T>(fact: Fact<T>): T | null {
  return fact.kind === 'known' ? fact.value : null;
}

function listOf(value: string | null): readonly string[] {
  return value === null ? [] : [value];
}

type Asked = {
  readonly question: SpendQuestion;
  readonly start: Exclude<WindowStart, { kind: 'unknown' }>;
  /** One per combination of values: of several recipients, the largest sum counts. */
  readonly sums: readonly { readonly key: SpendKey; readonly doubts: readonly SpendKey[] }[];
};

function answerable({ connection, approval, questions, now }: SpendInput): readonly Asked[] {
  const payment = paymentOf(approval, connection, now);
  if (payment === null) return [];
  return questions.flatMap((question) => {
    const start = windowStart(question.window, now);
    if (start.kind === 'unknown') return [];
    const { per } = question.counter;
    const sums = combinations(per.map((dimension) => payment.dimensions[dimension])).flatMap((values) => {
      const own = Object.fromEntries(per.map((dimension, place) => [dimension, values[place]]));
      const key = spendKeyOf(connection, question, own);
      return key === null ? [] : [{ key, doubts: doubtKeysOf(key) }];
    });
    return sums.length === 0 ? [] : [{ question, start, sums }];
  });
}

function queriesOf(asked: readonly Asked[]): readonly SumQuery[] {
  return asked.flatMap(({ start, sums }) =>
    sums.flatMap(({ key, doubts }) => [key, ...doubts].map(({ digest }) => ({ digest, start }))),
  );
}

/** Payments of an approval that are known already: do they stand for what it would move? */
export function isAmong(payment: Payment, known: readonly Pick<Payment, 'amountBase'>[]): boolean {
  return known.some(({ amountBase }) => amountBase === payment.amountBase);
}

type Own = Pick<StoredPayment, 'dimensions' | 'amountBase' | 'fiat' | 'isOpen' | 'at'>;

/** `found`: one per query, in their order. */
function answersTo(
  asked: readonly Asked[],
  found: readonly (SpendSum | null)[],
  own: readonly Own[],
): Record<string, SpendAnswer> {
  const answers: Record<string, SpendAnswer> = {};
  let next = 0;
  for (const { question, start, sums } of asked) {
    const under = sums.map(({ key, doubts }): SpendAnswer | null => {
      const [sum, ...inDoubt] = [key, ...doubts].map((one) => {
        const all = found[next] ?? null;
        next += 1;
        return all === null ? null : sumWithout(all, partOf(own, one, start));
      });
      if (sum === undefined || sum === null || inDoubt.includes(null)) return null;
      const count = inDoubt.reduce((total, doubt) => total + (doubt?.count ?? 0), 0);
      return count === 0 ? sum : { ...sum, inDoubt: count };
    });
    const known = under.filter((answer) => answer !== null);
    const [first, ...others] = known;
    if (first === undefined || known.length < under.length) continue;
    answers[questionKey(question)] = others.reduce(largestAnswer, first);
  }
  return answers;
}

const nothing: SpendSum = { count: 0, base: '0', withoutAmount: 0, fiat: '0', withoutPrice: 0 };

/** What a sum holds of the approval's own payments. */
function partOf(own: readonly Own[], key: SpendKey, start: Asked['start']): SpendSum {
  return own
    .filter(({ dimensions }) => isCounted(key.counter, key.values, dimensions))
    .filter(({ isOpen, at }) => isOpen || start.kind === 'always' || at > start.at)
    .reduce((sum, { amountBase, fiat }) => {
      const isPriced = fiat !== null && fiat.currency === key.currency;
      return {
        count: sum.count + 1,
        base: (BigInt(sum.base) + BigInt(amountBase ?? 0)).toString(),
        withoutAmount: sum.withoutAmount + (amountBase === null ? 1 : 0),
        fiat: isPriced ? addDecimals(sum.fiat, fiat.value) : sum.fiat,
        withoutPrice: sum.withoutPrice + (key.currency === null || isPriced ? 0 : 1),
      };
    }, nothing);
}
