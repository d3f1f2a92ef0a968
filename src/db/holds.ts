// Holds: a rejection stops the service account's approval until it is lifted.
import { and, eq, isNull } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import type { Db } from './connect.ts';
import { holds } from './schema.ts';
import { storable, storableText } from './storable.ts';

export type Hold = {
  readonly id: string;
  readonly approvalId: string;
  readonly personId: string;
  readonly reason: string;
  readonly byInitiator: boolean;
  readonly placedAt: EpochMs;
  readonly liftAskedBy: string | null;
};

export async function placeHold(
  tx: Db,
  hold: Pick<Hold, 'approvalId' | 'personId' | 'reason' | 'byInitiator'>,
  now: EpochMs,
): Promise<void> {
  await tx
    .insert(holds)
    .values({ ...storable(hold), placedAt: new Date(now) })
    .onConflictDoUpdate({
      target: [holds.approvalId, holds.personId],
      targetWhere: isNull(holds.liftedAt),
      // Rejecting again is said knowing that somebody asked to lift it.
      set: { reason: storableText(hold.reason), liftAskedBy: null },
    });
}

export async function liveHolds(db: Db, approvalId: string): Promise<Hold[]> {
  const rows = await db
    .select()
    .from(holds)
    .where(and(eq(holds.approvalId, approvalId), isNull(holds.liftedAt)))
    .orderBy(holds.placedAt);
  return rows.map((row) => ({ ...row, placedAt: row.placedAt.getTime() }));
}

export async function liftHold(tx: Db, input: { id: string; by: string; now: EpochMs }): Promise<void> {
  await tx
    .update(holds)
    .set({ liftedAt: new Date(input.now), liftedBy: input.by })
    .where(eq(holds.id, input.id));
}

export async function askToLift(tx: Db, id: string, adminId: string): Promise<void> {
  await tx.update(holds).set({ liftAskedBy: adminId }).where(eq(holds.id, id));
}
