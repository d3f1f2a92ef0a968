// What was spent before an instant of the past, summed from the payments themselves: running totals only know today.
import { sql } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import type { SpendQuestion, SpendSum, SpendValues } from '../domain/spend.ts';
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
): Promise<SpendSum> {
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
    ...per.map(
      (dimension) => sql`${payments.tags} @> array[${tagOf(dimension, input.values[dimension] ?? '')}]::text[]`,
    ),
    ...only.map(
      ({ dimension, values }) =>
        sql`${payments.tags} && array[${sql.join(
          values.map((value) => sql`${tagOf(dimension, value)}`),
          sql`, `,
        )}]::text[]`,
    ),
  ];
  const [row] = await db.execute<SpendSum>(sql`
    select count(*)::int as "count",
      coalesce(sum(${payments.amountBase}), 0)::text as "base",
      (count(*) filter (where ${payments.amountBase} is null))::int as "withoutAmount",
      coalesce(sum(${payments.value}) filter (where ${currency === null ? sql`false` : isPriced}), 0)::text as "fiat",
      (count(*) filter (where not ${isPriced}))::int as "withoutPrice"
    from ${payments}
    where ${sql.join(wanted, sql` and `)}`);
  if (row === undefined) throw new Error('failed to sum up payments', { cause: input.question });
  return { ...row };
}

function iso(at: EpochMs): string {
  return new Date(at).toISOString();
}
