// What was spent before an approval: the payment that it would be, and the sums that a rulebook asks for.
import { createHash } from 'node:crypto';
import { lockChain } from '../db/audit-log.ts';
import type { Db } from '../db/connect.ts';
import { lockSpend, prepareKeys } from '../db/spend-keys.ts';
import { combinations, spendKeyOf, type SpendKey } from '../db/spend-match.ts';
import { ownPayments, type StoredPayment } from '../db/spend-payments.ts';
import { sumWithout } from '../db/spend-totals.ts';
import { storable } from '../db/storable.ts';
import { isGovernance } from '../domain/activity.ts';
import { addDecimals, compareDecimals, type EpochMs } from '../domain/amount.ts';
import { valueOf } from '../domain/release.ts';
import type { Observation } from '../domain/rulebook.ts';
import {
  isCounted,
  questionKey,
  windowStart,
  type Payment,
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
  const keys = answerable(input).flatMap((asked) => asked.keys);
  await prepareKeys(db, input.connection, keys);
}

/**
 * The answers by `questionKey`. A question that can't be answered has none: a value that it is per is unknown.
 * Everything that the answers rest on stays as it is until the caller's transaction ends, so that what is decided on
 * them can be reserved there; the approval's row must be locked before. Outside a transaction it is a look.
 */
export async function readSpend(db: Db, input: SpendInput): Promise<Record<string, SpendSum>> {
  const asked = answerable(input);
  const payment = paymentOf(input.approval, input.connection, input.now);
  if (asked.length === 0 || payment === null) return {};
  const { connection, approvalId } = input;
  return db.transaction(async (tx) => {
    await lockChain(tx);
    const keys = asked.flatMap((entry) => entry.keys);
    const queries = asked.flatMap(({ start, keys: under }) => under.map(({ digest }) => ({ digest, start })));
    const locked = await lockSpend(tx, { connection, keys, payments: [payment], sums: queries });
    // Whoever adds to what these keys count needs their locks, so this is what the sums hold.
    const own = await ownPayments(tx, { connection, reference: payment.reference, approvalId });
    const answers: Record<string, SpendSum> = {};
    let next = 0;
    for (const { question, start, keys: under } of asked) {
      const found = under.flatMap((key, place) => {
        const sum = locked.sums[next + place] ?? null;
        return sum === null ? [] : [sumWithout(sum, partOf(own, key, start))];
      });
      next += under.length;
      const [first, ...others] = found;
      if (first === undefined || found.length < under.length) continue;
      answers[questionKey(question)] = others.reduce(largest, first);
    }
    return answers;
  });
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
  readonly keys: readonly SpendKey[];
};

function answerable({ connection, approval, questions, now }: SpendInput): readonly Asked[] {
  const payment = paymentOf(approval, connection, now);
  if (payment === null) return [];
  return questions.flatMap((question) => {
    const start = windowStart(question.window, now);
    if (start.kind === 'unknown') return [];
    const { per } = question.counter;
    const keys = combinations(per.map((dimension) => payment.dimensions[dimension])).flatMap((values) => {
      const own = Object.fromEntries(per.map((dimension, place) => [dimension, values[place]]));
      return spendKeyOf(connection, question, own) ?? [];
    });
    return keys.length === 0 ? [] : [{ question, start, keys }];
  });
}

const nothing: SpendSum = { count: 0, base: '0', withoutAmount: 0, fiat: '0', withoutPrice: 0 };

/** What a sum holds of the approval's own payments. */
function partOf(own: readonly StoredPayment[], key: SpendKey, start: Asked['start']): SpendSum {
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

function largest(a: SpendSum, b: SpendSum): SpendSum {
  return {
    count: Math.max(a.count, b.count),
    base: BigInt(a.base) > BigInt(b.base) ? a.base : b.base,
    withoutAmount: Math.max(a.withoutAmount, b.withoutAmount),
    fiat: compareDecimals(a.fiat, b.fiat) > 0 ? a.fiat : b.fiat,
    withoutPrice: Math.max(a.withoutPrice, b.withoutPrice),
  };
}
