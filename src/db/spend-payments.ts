// Payments: reserved when we decide, counted when the platform released them, forgotten when it never will.
import { and, eq, isNull, ne, or, type SQL } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import type { Payment } from '../domain/spend.ts';
import type { Db } from './connect.ts';
import { payments } from './schema.ts';
import { lockSpend, type LockedKey, type LockedSpend } from './spend-keys.ts';
import { tagsOf } from './spend-match.ts';
import { callPrepared } from './spend-prepared.ts';
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

export type StoredPayment = Payment & { readonly id: number; readonly isOpen: boolean };

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
    const isNew = await write(tx, { payment, approvalId, isOpen: false, source, at, keys });
    if (!isNew) {
      // What we reserved was released: whatever becomes of our decision, it is not forgotten with it.
      const { connection, reference } = payment;
      const same = and(eq(payments.connection, connection), eq(payments.reference, storable(reference)));
      await settle(tx, await openPaymentsOf(tx, same), at);
      if (approvalId !== null) await attachPayment(tx, payment, approvalId);
      continue;
    }
    for (const key of keys) clock.set(key.id, at);
    added += 1;
  }
  return added;
}

/** The platform released what was reserved: its window begins now. False when nothing was reserved. */
export async function settlePayments(tx: Db, approvalId: string, now: EpochMs): Promise<boolean> {
  const open = await openPaymentsOf(tx, eq(payments.approvalId, approvalId));
  await settle(tx, open, now);
  return open.length > 0;
}

async function settle(tx: Db, open: readonly StoredPayment[], now: EpochMs): Promise<void> {
  if (open.length === 0) return;
  const locked = await lockFor(tx, open);
  for (const payment of open) {
    const keys = locked.of(payment);
    const at = Math.max(now, ...keys.map((key) => key.lastAt ?? Number.NEGATIVE_INFINITY));
    await callPrepared(tx, `spend_settle($1, $2, string_to_array($3, ',')::bigint[])`, [
      payment.id,
      new Date(at).toISOString(),
      idsOf(keys),
    ]);
  }
}

/** The platform will never release it, or the decision never left: as if it had not been reserved. */
export async function releasePayments(tx: Db, approvalId: string): Promise<void> {
  await release(tx, await openPaymentsOf(tx, eq(payments.approvalId, approvalId)));
}

/** One reservation, by its id: nothing was decided on it after all. */
export async function releasePayment(tx: Db, id: number): Promise<void> {
  await release(tx, await openPaymentsOf(tx, eq(payments.id, id)));
}

async function release(tx: Db, open: readonly StoredPayment[]): Promise<void> {
  if (open.length === 0) return;
  const locked = await lockFor(tx, open);
  for (const payment of open) {
    await callPrepared(tx, `spend_release($1, string_to_array($2, ',')::bigint[])`, [
      payment.id,
      idsOf(locked.of(payment)),
    ]);
  }
}

/**
 * What is counted already of the approval that asks: by our approval, or by the platform's reference where it belongs to
 * no other. What was imported is left out: it may not be in the sums yet.
 */
export async function ownPayments(
  db: Db,
  input: { readonly connection: string; readonly reference: string; readonly approvalId: string | null },
): Promise<readonly StoredPayment[]> {
  const { connection, reference, approvalId } = input;
  const told = and(
    eq(payments.reference, storable(reference)),
    approvalId === null ? undefined : isNull(payments.approvalId),
  );
  const belongs = approvalId === null ? told : or(told, eq(payments.approvalId, approvalId));
  const rows = await db
    .select()
    .from(payments)
    .where(and(eq(payments.connection, connection), ne(payments.source, 'import'), belongs));
  return rows.map(toPayment);
}

async function openPaymentsOf(tx: Db, wanted: SQL | undefined): Promise<readonly StoredPayment[]> {
  const rows = await tx
    .select()
    .from(payments)
    .where(and(wanted, eq(payments.isOpen, true)));
  return rows.map(toPayment);
}

async function lockFor(tx: Db, list: readonly Payment[]): Promise<LockedSpend> {
  const connection = list[0]?.connection ?? '';
  return lockSpend(tx, { connection, payments: list });
}

/** A payment that came by another way first stays where it is; the approval is noted on it. */
export async function attachPayment(
  tx: Db,
  payment: Pick<Payment, 'connection' | 'reference'>,
  approvalId: string,
): Promise<void> {
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

/** The payment, and what it adds to each key. False, and nothing at all, where its reference is known. */
async function write(tx: Db, { payment, approvalId, isOpen, source, at, keys }: Written): Promise<boolean> {
  const { connection, reference, dimensions, amountBase, fiat } = payment;
  return callPrepared<boolean>(tx, payCall, [
    connection,
    storable(reference),
    approvalId,
    JSON.stringify(storable(dimensions)),
    tagsOf(dimensions).join(','),
    amountBase,
    fiat?.value ?? null,
    fiat?.currency ?? null,
    isOpen,
    source,
    new Date(at).toISOString(),
    idsOf(keys),
  ]);
}

const payCall = `spend_pay(
  $1, $2, $3, $4, string_to_array($5, ','), $6, $7, $8, $9, $10, $11, string_to_array($12, ',')::bigint[])`;

function idsOf(keys: readonly LockedKey[]): string {
  return keys.map((key) => key.id).join(',');
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
