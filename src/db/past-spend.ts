// What was spent before an instant of the past, summed from the payments themselves: running totals only know today.
import { sql, type SQL } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import {
  unknownValue,
  type SpendAnswer,
  type SpendQuestion,
  type SpendSum,
  type SpendValues,
} from '../domain/spend.ts';
import type { Db } from './connect.ts';
import { payments } from './schema-spend.ts';
import { tagOf } from './spend-match.ts';

/**
 * Payments later than `after` (null: all) and before `before`, without the one that is asked about. As slow as they are
 * many; exact as the history is now, in which a payment stands at the instant of its release.
 */
export async function spentBefore(
  db: Db,
  input: {
    readonly connection: string;
    readonly question: SpendQuestion;
    readonly values: SpendValues;
    readonly after: EpochMs | null;
    readonly before: EpochMs;
    readonly except: { readonly reference: string; readonly approvalId: string | null };
  },
): Promise<SpendAnswer> {
  const { per, only } = input.question.counter;
  const { currency } = input.question;
  const isPriced =
    currency === null ? sql`true` : sql`(${payments.value} is not null and ${payments.currency} = ${currency})`;
  const wanted = [
    sql`${payments.connection} = ${input.connection}`,
    sql`${payments.at} < ${iso(input.before)}`,
    // What is still on its way counts however old it is.
    ...(input.after === null ? [] : [sql`(${payments.at} > ${iso(input.after)} or ${payments.isOpen})`]),
    sql`${payments.reference} <> ${input.except.reference}`,
    ...(input.except.approvalId === null
      ? []
      : [sql`${payments.approvalId} is distinct from ${input.except.approvalId}`]),
  ];
  // What has each value that it must have, or in whose place nobody knows any.
  const values = [
    ...per.map((dimension) => [tagOf(dimension, input.values[dimension] ?? ''), tagOf(dimension, unknownValue)]),
    ...only.map(({ dimension, values: listed }) => [...listed, unknownValue].map((value) => tagOf(dimension, value))),
  ];
  const isKnown = values.map((tags) => sql`${payments.tags} && ${arrayOf(tags.slice(0, -1))}`);
  const isPossible = values.map((tags) => sql`${payments.tags} && ${arrayOf(tags)}`);
  const counts = isKnown.length === 0 ? sql`true` : sql`(${sql.join(isKnown, sql` and `)})`;
  const [row] = await db.execute<SpendSum & { inDoubt: number }>(sql`
    select (count(*) filter (where ${counts}))::int as "count",
      coalesce(sum(${payments.amountBase}) filter (where ${counts}), 0)::text as "base",
      (count(*) filter (where ${counts} and ${payments.amountBase} is null))::int as "withoutAmount",
      coalesce(sum(${payments.value}) filter (where ${counts} and ${currency === null ? sql`false` : isPriced}), 0)::text
        as "fiat",
      (count(*) filter (where ${counts} and not ${isPriced}))::int as "withoutPrice",
      (count(*) filter (where not ${counts}))::int as "inDoubt"
    from ${payments}
    where ${sql.join([...wanted, ...isPossible], sql` and `)}`);
  if (row === undefined) throw new Error('failed to sum up payments', { cause: input.question });
  const { inDoubt, ...sum } = row;
  return inDoubt === 0 ? sum : { ...sum, inDoubt };
}

function arrayOf(tags: readonly string[]): SQL {
  return sql`array[${sql.join(
    tags.map((tag) => sql`${tag}`),
    sql`, `,
  )}]::text[]`;
}

function iso(at: EpochMs): string {
  return new Date(at).toISOString();
}
