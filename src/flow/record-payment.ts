// Feeds the history of payments: what we decided, what ended approved whoever approved it, what needed no approval.
import { lockChain } from '../db/audit-log.ts';
import type { Context } from '../context.ts';
import type { ApprovalRow } from '../db/approvals.ts';
import type { Db } from '../db/connect.ts';
import { markSearched, takeUnsearched } from '../db/spend-deliveries.ts';
import {
  addPayments,
  attachPayment,
  ownPayments,
  releasePayment,
  releasePayments,
  settlePayments,
} from '../db/spend-payments.ts';
import { reservePayment } from '../db/spend-reserve.ts';
import type { EpochMs } from '../domain/amount.ts';
import type { Approval } from '../domain/approval.ts';
import type { State } from '../domain/lifecycle.ts';
import type { Payment } from '../domain/spend.ts';
import type { ReleasedTransfer } from '../platforms/platform.ts';
import { isAmong, paymentOf } from './read-spend.ts';

/** Counts what we just decided to approve, in the same transaction: it is on its way from now on. */
export async function reserveDecided(
  tx: Db,
  input: { row: ApprovalRow; approval: Approval; now: EpochMs },
): Promise<void> {
  const { row, approval, now } = input;
  const payment = paymentOf(approval, row.connection, now);
  if (payment === null) return;
  await lockChain(tx);
  const { paymentId } = await reservePayment(tx, { payment, approvalId: row.id });
  if (paymentId !== null) return;
  await attachPayment(tx, payment, row.id);
  const { connection, reference } = payment;
  const known = await ownPayments(tx, { connection, reference, approvalId: row.id });
  if (isAmong(payment, known)) return;
  // What goes by its reference is another payment. Counted under our name of it: twice at worst, but not never.
  await reservePayment(tx, { payment: { ...payment, reference: `approval:${row.id}` }, approvalId: row.id });
}

/** What was reserved to be looked at, and nothing was decided on it. */
export async function forgetReserved(tx: Db, paymentId: number): Promise<void> {
  await lockChain(tx);
  await releasePayment(tx, paymentId);
}

/** The decision never left, or the platform says that nothing will move. */
export async function forgetDecided(tx: Db, approvalId: string): Promise<void> {
  await lockChain(tx);
  await releasePayments(tx, approvalId);
}

/** The approval ended: what the platform released is a payment, whoever approved it; anything else is none. */
export async function recordEnd(
  tx: Db,
  input: { row: ApprovalRow; approval: Approval; state: State; now: EpochMs },
): Promise<void> {
  const { row, approval, state, now } = input;
  // What failed may have failed after it was broadcast: nobody can say that the money did not move.
  if (state !== 'approved' && state !== 'failed') return forgetDecided(tx, row.id);
  await lockChain(tx);
  if (await settlePayments(tx, row.id, now)) return;
  const payment = paymentOf(approval, row.connection, now);
  if (payment !== null) await addPayments(tx, { payments: [payment], source: 'approval', approvalId: row.id });
}

const batchSize = 100;

/**
 * Looks through deliveries that name no approval for transfers that the platform released, and counts them. They only
 * ever add: nothing that a webhook says takes a payment away. Safe on several processes at once, and to run again.
 */
export async function recordTransfers(ctx: Pick<Context, 'db' | 'log' | 'now' | 'platforms'>): Promise<number> {
  const connections = [...ctx.platforms.keys()].toSorted();
  let added = 0;
  for (;;) {
    const batch = await ctx.db.transaction(async (tx) => {
      const now = ctx.now();
      const taken = await takeUnsearched(tx, { connections, limit: batchSize });
      let count = 0;
      for (const connection of connections) {
        const platform = ctx.platforms.get(connection);
        const payments = taken
          .filter((delivery) => delivery.connection === connection)
          .flatMap(({ body }) => platform?.readTransfer?.(body) ?? [])
          .flatMap((transfer) => paymentOfTransfer(transfer, connection, now) ?? []);
        if (payments.length > 0) count += await addPayments(tx, { payments, source: 'transfer' });
      }
      await markSearched(
        tx,
        taken.map(({ id }) => id),
        now,
      );
      return { taken: taken.length, added: count };
    });
    added += batch.added;
    if (batch.taken < batchSize) break;
  }
  if (added > 0) ctx.log.info({ added }, 'transfers counted');
  return added;
}

/** The same values as the payment of an approval has, so that one transfer told in both ways is counted once. */
export function paymentOfTransfer(transfer: ReleasedTransfer, connection: string, at: EpochMs): Payment | null {
  const { activity, initiator, platform, createdAt } = transfer;
  return paymentOf(
    {
      platform,
      id: transfer.id,
      initiator: initiator === null ? null : { account: initiator, serviceAccount: null },
      activity: { ...activity, subjectId: transfer.id },
      createdAt,
    },
    connection,
    at,
  );
}
