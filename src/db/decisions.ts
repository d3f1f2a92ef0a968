// Decisions: written once, at most one alive per approval (a unique index), withdrawn only before the first attempt.
import { and, eq, isNull } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import type { Decision, DecisionBasis } from '../domain/decision.ts';
import type { Fingerprint } from '../domain/fingerprint.ts';
import type { Db } from './connect.ts';
import { decisions } from './schema.ts';
import { storable, storableText } from './storable.ts';

export type StoredDecision = Decision & { readonly auditSeq: number; readonly auditMac: string };

/** Fails on the unique index when a live decision exists: that is the guard, not a fault to work around. */
export async function writeDecision(
  tx: Db,
  decision: {
    readonly id: string;
    readonly approvalId: string;
    readonly fingerprint: Fingerprint;
    readonly basis: DecisionBasis;
    readonly decidedAt: EpochMs;
    readonly sendAfter: EpochMs;
    readonly auditSeq: number;
    readonly auditMac: string;
  },
): Promise<void> {
  await tx.insert(decisions).values({
    ...storable(decision),
    value: decision.basis.value,
    decidedAt: new Date(decision.decidedAt),
    sendAfter: new Date(decision.sendAfter),
  });
}

export async function liveDecision(db: Db, approvalId: string): Promise<StoredDecision | null> {
  const [row] = await db
    .select()
    .from(decisions)
    .where(and(eq(decisions.approvalId, approvalId), isNull(decisions.withdrawnAt)));
  return row === undefined ? null : toDecision(row);
}

/** True when it was withdrawn; false when an attempt had started, after which nothing changes any more. */
export async function withdrawDecision(tx: Db, input: { id: string; why: string; now: EpochMs }): Promise<boolean> {
  const withdrawn = await tx
    .update(decisions)
    .set({ withdrawnAt: new Date(input.now), withdrawnWhy: storableText(input.why) })
    .where(and(eq(decisions.id, input.id), isNull(decisions.firstAttemptAt), isNull(decisions.withdrawnAt)))
    .returning({ id: decisions.id });
  return withdrawn.length > 0;
}

export async function markFirstAttempt(tx: Db, id: string, now: EpochMs): Promise<void> {
  await tx
    .update(decisions)
    .set({ firstAttemptAt: new Date(now) })
    .where(and(eq(decisions.id, id), isNull(decisions.firstAttemptAt)));
}

function toDecision(row: typeof decisions.$inferSelect): StoredDecision {
  return {
    ...row,
    decidedAt: row.decidedAt.getTime(),
    sendAfter: row.sendAfter.getTime(),
    firstAttemptAt: row.firstAttemptAt?.getTime() ?? null,
    withdrawnAt: row.withdrawnAt?.getTime() ?? null,
  };
}
