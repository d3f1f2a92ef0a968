// Payments: reserved when we decide, counted when the platform released them, forgotten when it never will.
import { and, eq, isNull, or, sql, type SQL } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import type { Payment } from '../domain/spend.ts';
import type { Db } from './connect.ts';
import { payments } from './schema.ts';
import { lockSpend, type LockedKey, type LockedSpend } from './spend-keys.ts';
import { tagsOf } from './spend-match.ts';
import { executePrepared } from './spend-prepared.ts';
import { storable } from './storable.ts';

const noValues: Payment['dimensions'] = {
  wallet: [],
  network: [],
  asset: [],
  recipient: [],
  initiator: [],
  activity: [],
  method: [],
  'transaction-type': [],
  counterparty: [],
  credential: [],
};

type Amounts = Pick<Payment, 'amountBase' | 'fiat'>;

export type StoredPayment = Payment & { readonly id: number; readonly isOpen: boolean };

/**
 * Counts a payment that an approval of ours decided on and that the platform has not released yet, under every key
 * that it belongs to. One that is known already (by a webhook, say) is counted once.
 */
export async function reservePayment(
  tx: Db,
  input: { readonly payment: Payment; readonly approvalId: string; readonly locked?: LockedSpend },
): Promise<void> {
  const { payment, approvalId } = input;
  const keys = (input.locked ?? (await lockFor(tx, [payment]))).of(payment);
  const { rowCount } = await write(tx, { payment, approvalId, isOpen: true, source: 'approval', at: payment.at, keys });
  if (rowCount === 0) await attach(tx, payment, approvalId);
}

/**
 * Counts payments that the platform released, from now on, or later where the order of commits asks for it. Returns
 * how many were not known before.
 */
export async function addPayments(
  tx: Db,
  input: {
    readonly payments: readonly Payment[];
    readonly source: 'approval' | 'transfer';
    readonly approvalId?: string;
    readonly locked?: LockedSpend;
  },
): Promise<number> {
  const { source, approvalId = null } = input;
  // In one order, so that two transactions that bring the same payments never wait for each other.
  const sorted = input.payments.toSorted((a, b) => (a.reference < b.reference ? -1 : 1));
  const locked = input.locked ?? (await lockFor(tx, sorted));
  const clock = new Map(locked.keys.map((key) => [key.id, key.lastAt ?? Number.NEGATIVE_INFINITY]));
  let added = 0;
  for (const payment of sorted) {
    const keys = locked.of(payment);
    const at = Math.max(payment.at, ...keys.map((key) => clock.get(key.id) ?? Number.NEGATIVE_INFINITY));
    const { rowCount } = await write(tx, { payment, approvalId, isOpen: false, source, at, keys });
    if (rowCount === 0) {
      if (approvalId !== null) await attach(tx, payment, approvalId);
      continue;
    }
    for (const key of keys) clock.set(key.id, at);
    added += 1;
  }
  return added;
}

/** The platform released what was reserved: its window begins now. False when nothing was reserved. */
export async function settlePayments(tx: Db, approvalId: string, now: EpochMs): Promise<boolean> {
  const open = await openPaymentsOf(tx, approvalId);
  if (open.length === 0) return false;
  const locked = await lockFor(tx, open);
  for (const payment of open) {
    const keys = locked.of(payment);
    const at = Math.max(now, ...keys.map((key) => key.lastAt ?? Number.NEGATIVE_INFINITY));
    await tx.execute(sql`
      with moved as (
        update spend_keys k set ${openChange(payment, -1)}, ${totalChange(payment)}, last_at = ${instant(at)}
        where ${among(keys)}
        returning k.*
      ), settled as (
        update payments set is_open = false, at = ${instant(at)} where id = ${payment.id}
      )
      ${totalsOf(sql`moved`, at, sql`${payment.id}::bigint`)}`);
  }
  return true;
}

/** The platform will never release it, or the decision never left: as if it had not been reserved. */
export async function releasePayments(tx: Db, approvalId: string): Promise<void> {
  const open = await openPaymentsOf(tx, approvalId);
  if (open.length === 0) return;
  const locked = await lockFor(tx, open);
  for (const payment of open) {
    await tx.execute(sql`
      with gone as (delete from payments where id = ${payment.id})
      update spend_keys k set ${openChange(payment, -1)} where ${among(locked.of(payment))}`);
  }
}

/** What is counted already of the approval that asks: by the platform's reference, or by our approval. */
export async function ownPayments(
  db: Db,
  input: { readonly connection: string; readonly reference: string; readonly approvalId: string | null },
): Promise<readonly StoredPayment[]> {
  const { connection, reference, approvalId } = input;
  const same = eq(payments.reference, reference);
  const belongs = approvalId === null ? same : or(same, eq(payments.approvalId, approvalId));
  const rows = await db
    .select()
    .from(payments)
    .where(and(eq(payments.connection, connection), belongs));
  return rows.map(toPayment);
}

async function openPaymentsOf(tx: Db, approvalId: string): Promise<readonly StoredPayment[]> {
  const rows = await tx
    .select()
    .from(payments)
    .where(and(eq(payments.approvalId, approvalId), eq(payments.isOpen, true)));
  return rows.map(toPayment);
}

async function lockFor(tx: Db, list: readonly Payment[]): Promise<LockedSpend> {
  const connection = list[0]?.connection ?? '';
  return lockSpend(tx, { connection, keys: [], payments: list });
}

/** A payment that came by another way first stays where it is; the approval is noted on it. */
async function attach(tx: Db, payment: Payment, approvalId: string): Promise<void> {
  await tx
    .update(payments)
    .set({ approvalId })
    .where(
      and(
        eq(payments.connection, payment.connection),
        eq(payments.reference, storable(payment.reference)),
        isNull(payments.approvalId),
      ),
    );
}

type Written = {
  readonly payment: Payment;
  readonly approvalId: string | null;
  readonly isOpen: boolean;
  readonly source: 'approval' | 'transfer';
  readonly at: EpochMs;
  readonly keys: readonly LockedKey[];
};

/** One statement: the payment, and what it adds to each key; nothing at all where its reference is known. */
async function write(
  tx: Db,
  { payment, approvalId, isOpen, source, at, keys }: Written,
): Promise<{ rowCount: number }> {
  const { amountBase, fiat } = payment;
  const change = isOpen ? openChange(payment, 1) : sql`${totalChange(payment)}, last_at = ${instant(at)}`;
  const moved = sql`moved as (
    update spend_keys k set ${change} from paid where ${among(keys)} returning k.*, paid.id as payment_id
  )`;
  const statement = sql`
    with paid as (
      insert into payments
        (connection, reference, approval_id, dimensions, tags, amount_base, value, currency, is_open, source, at)
      values (
        ${payment.connection}, ${storable(payment.reference)}, ${approvalId}::uuid,
        ${JSON.stringify(storable(payment.dimensions))}::jsonb, string_to_array(${tagsOf(payment.dimensions).join(',')}, ','),
        ${amountBase}::numeric, ${fiat?.value ?? null}::numeric, ${fiat?.currency ?? null}, ${isOpen}, ${source},
        ${instant(at)}
      )
      on conflict (connection, reference) do nothing
      returning id
    )
    ${keys.length === 0 ? sql`` : sql`, ${moved}`}
    ${keys.length === 0 || isOpen ? sql`` : sql`, kept as (${totalsOf(sql`moved`, at, sql`moved.payment_id`)})`}
    select id from paid`;
  const rows = await executePrepared(tx, statement);
  return { rowCount: rows.length };
}

function among(keys: readonly LockedKey[]): SQL {
  return sql`k.id = any(string_to_array(${keys.map((key) => key.id).join(',')}, ',')::bigint[])`;
}

/** What a payment adds to the totals of a key, `k`, which may be in another currency. */
function totalChange({ amountBase, fiat }: Amounts): SQL {
  return sql`counted = k.counted + 1,
    base = k.base + coalesce(${amountBase}::numeric, 0),
    without_amount = k.without_amount + ${amountBase === null ? 1 : 0}::int,
    value = k.value + ${valueIn(fiat)},
    without_price = k.without_price + ${lacksValueIn(fiat)}`;
}

function openChange({ amountBase, fiat }: Amounts, sign: 1 | -1): SQL {
  const by = sql`${sign}::int`;
  return sql`open_counted = k.open_counted + ${by},
    open_base = k.open_base + ${by} * coalesce(${amountBase}::numeric, 0),
    open_without_amount = k.open_without_amount + ${by} * ${amountBase === null ? 1 : 0}::int,
    open_value = k.open_value + ${by} * ${valueIn(fiat)},
    open_without_price = k.open_without_price + ${by} * ${lacksValueIn(fiat)}`;
}

function valueIn(fiat: Payment['fiat']): SQL {
  return fiat === null ? sql`0` : sql`case when k.currency = ${fiat.currency} then ${fiat.value}::numeric else 0 end`;
}

function lacksValueIn(fiat: Payment['fiat']): SQL {
  return sql`case when k.currency is null or k.currency = ${fiat?.currency ?? ''} then 0 else 1 end`;
}

/** One running total per key that moved. */
function totalsOf(moved: SQL, at: EpochMs, paymentId: SQL): SQL {
  return sql`insert into spend_totals (key_id, at, payment_id, counted, base, without_amount, value, without_price)
    select moved.id, ${instant(at)}, ${paymentId}, moved.counted, moved.base, moved.without_amount, moved.value,
      moved.without_price
    from ${moved}`;
}

function instant(at: EpochMs): SQL {
  return sql`${new Date(at).toISOString()}::timestamptz`;
}

function toPayment(row: typeof payments.$inferSelect): StoredPayment {
  const { value, currency } = row;
  return {
    id: row.id,
    connection: row.connection,
    reference: row.reference,
    // Rows of an older version lack dimensions that came later.
    dimensions: { ...noValues, ...row.dimensions },
    amountBase: row.amountBase,
    fiat: value === null || currency === null ? null : { value, currency },
    isOpen: row.isOpen,
    at: row.at.getTime(),
  };
}
