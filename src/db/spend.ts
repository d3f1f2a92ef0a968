// Spend: what automation and Slack votes have used of their budgets and ceilings, in rolling windows.
import { and, eq, gt, isNull, lte, ne, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import type { EpochMs, Fiat } from '../domain/amount.ts';
import type { Spend } from '../domain/budget.ts';
import type { Db } from './connect.ts';
import { approvals, reservations } from './schema.ts';
import { storableText } from './storable.ts';

/**
 * Locks the keys until the caller's transaction ends, in one order for everybody: two requests that are each under a
 * limit but together over it can't both pass.
 */
export async function lockSpendKeys(tx: Db, keys: readonly string[]): Promise<void> {
  for (const key of [...new Set(keys)].toSorted()) {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`);
  }
}

/**
 * What a key used since `since`, one decision's own reservation left out when its submission is checked again. What is
 * still on its way counts however old it is: the money moves later than it was decided.
 */
export async function spendSince(
  db: Db,
  input: { key: string; currency: string; since: EpochMs; exceptDecision: string | null },
): Promise<Spend> {
  const since = new Date(input.since);
  const held = and(
    eq(reservations.key, input.key),
    eq(reservations.currency, input.currency),
    isNull(reservations.releasedAt),
    input.exceptDecision === null ? undefined : ne(reservations.decisionId, input.exceptDecision),
  );
  const amount = reservations.amount;
  const inWindow = db
    .select({ amount })
    .from(reservations)
    .where(and(held, gt(reservations.reservedAt, since)));
  const onTheWay = db
    .select({ amount })
    .from(reservations)
    .innerJoin(approvals, eq(approvals.id, reservations.approvalId))
    .where(and(held, lte(reservations.reservedAt, since), isNull(approvals.endedAt)));
  const counted = unionAll(inWindow, onTheWay).as('counted');
  const [row] = await db
    .select({ count: sql<number>`count(*)::int`, amount: sql<string>`coalesce(sum(${counted.amount}), 0)::text` })
    .from(counted);
  return row ?? { count: 0, amount: '0' };
}

export async function reserve(
  tx: Db,
  input: { keys: readonly string[]; approvalId: string; decisionId: string; value: Fiat; now: EpochMs },
): Promise<void> {
  if (input.keys.length === 0) return;
  await tx.insert(reservations).values(
    [...new Set(input.keys)].map((key) => ({
      key,
      approvalId: input.approvalId,
      decisionId: input.decisionId,
      amount: input.value.value,
      currency: input.value.currency,
      reservedAt: new Date(input.now),
    })),
  );
}

/** The window begins when the platform released it, not when we decided. */
export async function settleReservations(tx: Db, approvalId: string, now: EpochMs): Promise<void> {
  await tx
    .update(reservations)
    .set({ reservedAt: new Date(now) })
    .where(and(eq(reservations.approvalId, approvalId), isNull(reservations.releasedAt)));
}

/** Only when the platform says that the money will not move, or when the decision never left. */
export async function releaseReservations(tx: Db, approvalId: string, why: string, now: EpochMs): Promise<void> {
  await tx
    .update(reservations)
    .set({ releasedAt: new Date(now), releasedWhy: storableText(why) })
    .where(and(eq(reservations.approvalId, approvalId), isNull(reservations.releasedAt)));
}
