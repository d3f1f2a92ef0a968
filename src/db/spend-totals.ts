// Running totals: sums of a window as the difference of two rows, and the rows of a key made anew out of its payments.
import { sql, type SQL } from 'drizzle-orm';
import { addDecimals, type EpochMs } from '../domain/amount.ts';
import type { SpendSum, WindowStart } from '../domain/spend.ts';
import type { Db } from './connect.ts';
import { tagOf, type SpendKey } from './spend-match.ts';
import { executePrepared } from './spend-prepared.ts';

export type SumQuery = {
  readonly digest: string;
  readonly start: Exclude<WindowStart, { kind: 'unknown' }>;
};

export type SumRow = {
  readonly place: number;
  readonly counted: string;
  readonly base: string;
  readonly without_amount: string;
  readonly value: string;
  readonly without_price: string;
};

/** One sum per query, in their order; null for a key that does not exist. A look: nothing is locked. */
export async function sumsOf(db: Db, queries: readonly SumQuery[]): Promise<readonly (SpendSum | null)[]> {
  if (queries.length === 0) return [];
  const text = `select * from spend_sums(string_to_array($1, ','), string_to_array($2, ',')::timestamptz[])`;
  return sumsIn(await executePrepared<SumRow>(db, text, askedOf(queries)), queries);
}

/** Exact, as all sums are. */
export function sumWithout(sum: SpendSum, own: SpendSum): SpendSum {
  return {
    count: sum.count - own.count,
    base: (BigInt(sum.base) - BigInt(own.base)).toString(),
    withoutAmount: sum.withoutAmount - own.withoutAmount,
    fiat: addDecimals(sum.fiat, `-${own.fiat}`),
    withoutPrice: sum.withoutPrice - own.withoutPrice,
  };
}

/** Questions as the database's functions take them: digests, and where their windows begin, joined by commas. */
export function askedOf(queries: readonly SumQuery[]): readonly [string, string] {
  const starts = queries.map(({ start }) => (start.kind === 'after' ? new Date(start.at).toISOString() : '-infinity'));
  return [queries.map(({ digest }) => digest).join(','), starts.join(',')];
}

/** The answers in the order of the questions. */
export function sumsIn(rows: readonly SumRow[] | null, queries: readonly SumQuery[]): readonly (SpendSum | null)[] {
  const found = new Map(rows?.map((row) => [row.place, row]));
  return queries.map((_, place): SpendSum | null => {
    const row = found.get(place);
    if (row === undefined) return null;
    return {
      count: Number(row.counted),
      base: row.base,
      withoutAmount: Number(row.without_amount),
      fiat: row.value,
      withoutPrice: Number(row.without_price),
    };
  });
}

/**
 * Writes the totals of a locked key anew from its payments: all of them, or those from an instant on, before which
 * nothing changed. Of one instant the last total is the one that counts most: what was reserved first, and so has the
 * smaller id, may be released last.
 */
export async function rebuildTotals(
  tx: Db,
  key: SpendKey & { readonly id: number },
  from: EpochMs | null,
): Promise<void> {
  const since = from === null ? sql`'-infinity'::timestamptz` : sql`${new Date(from).toISOString()}::timestamptz`;
  const price = pricedIn(key.currency);
  await tx.execute(sql`delete from spend_totals where key_id = ${key.id} and at >= ${since}`);
  await tx.execute(sql`
    insert into spend_totals (key_id, at, payment_id, counted, base, without_amount, value, without_price)
    select ${key.id}::bigint, p.at, p.id,
      coalesce(b.counted, 0) + count(*) over upto,
      coalesce(b.base, 0) + coalesce(sum(p.amount_base) over upto, 0),
      coalesce(b.without_amount, 0) + count(*) filter (where p.amount_base is null) over upto,
      coalesce(b.value, 0) + coalesce(sum(p.value) filter (where ${price.has}) over upto, 0),
      coalesce(b.without_price, 0) + count(*) filter (where ${price.lacks}) over upto
    from payments p
    left join (
      select * from spend_totals where key_id = ${key.id} order by at desc, counted desc limit 1
    ) b on true
    where ${countedUnder(key)} and not p.is_open and p.at >= ${since}
    window upto as (order by p.at, p.id rows between unbounded preceding and current row)`);
  await tx.execute(sql`
    update spend_keys k set
      last_at = t.at, counted = coalesce(t.counted, 0), base = coalesce(t.base, 0),
      without_amount = coalesce(t.without_amount, 0), value = coalesce(t.value, 0),
      without_price = coalesce(t.without_price, 0),
      open_counted = o.counted, open_base = o.base, open_without_amount = o.without_amount,
      open_value = o.value, open_without_price = o.without_price
    from (
      select count(*) as counted, coalesce(sum(p.amount_base), 0) as base,
        count(*) filter (where p.amount_base is null) as without_amount,
        coalesce(sum(p.value) filter (where ${price.has}), 0) as value,
        count(*) filter (where ${price.lacks}) as without_price
      from payments p where ${countedUnder(key)} and p.is_open
    ) o
    left join (
      select * from spend_totals where key_id = ${key.id} order by at desc, counted desc limit 1
    ) t on true
    where k.id = ${key.id}`);
}

/** The payments that a key counts, by the index of their tags. */
function countedUnder({ connection, counter, values }: SpendKey): SQL {
  const own = counter.per.map((dimension) => tagOf(dimension, values[dimension] ?? ''));
  const conditions = [
    sql`p.connection = ${connection}`,
    ...(own.length === 0 ? [] : [sql`p.tags @> ${listOf(own)}`]),
    ...counter.only.map(
      ({ dimension, values: listed }) => sql`p.tags && ${listOf(listed.map((value) => tagOf(dimension, value)))}`,
    ),
  ];
  return sql.join(conditions, sql` and `);
}

/** Digests have no commas. */
function listOf(digests: readonly string[]): SQL {
  return sql`string_to_array(${digests.join(',')}, ',')`;
}

function pricedIn(currency: string | null): { readonly has: SQL; readonly lacks: SQL } {
  if (currency === null) return { has: sql`false`, lacks: sql`false` };
  return {
    has: sql`p.currency = ${currency}`,
    lacks: sql`p.currency is distinct from ${currency}`,
  };
}
