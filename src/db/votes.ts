// Votes: one live vote per person, group and fingerprint, held by a unique index.
import { and, eq, isNull } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import type { Fingerprint } from '../domain/fingerprint.ts';
import type { PersonId } from '../domain/person.ts';
import type { Vote } from '../domain/vote.ts';
import type { Db } from './connect.ts';
import { votes } from './schema.ts';
import { storable } from './storable.ts';

/** A person's later vote replaces the earlier one. */
export async function saveVote(tx: Db, vote: Omit<Vote, 'id'>): Promise<void> {
  const row = { ...storable(vote), castAt: new Date(vote.castAt), withdrawnAt: null };
  await tx
    .insert(votes)
    .values(row)
    .onConflictDoUpdate({ target: [votes.approvalId, votes.groupKey, votes.fingerprint, votes.personId], set: row });
}

/** Live votes on this content, oldest first. */
export async function liveVotes(db: Db, approvalId: string, fingerprint: Fingerprint): Promise<Vote[]> {
  const rows = await db
    .select()
    .from(votes)
    .where(and(eq(votes.approvalId, approvalId), eq(votes.fingerprint, fingerprint), isNull(votes.withdrawnAt)))
    .orderBy(votes.castAt, votes.groupKey);
  return rows.map((row) => ({ ...row, castAt: row.castAt.getTime() }));
}

/** Takes back everybody's votes on an approval; returns whose they were. */
export async function voidVotes(tx: Db, input: { approvalId: string; now: EpochMs }): Promise<readonly PersonId[]> {
  const voided = await tx
    .update(votes)
    .set({ withdrawnAt: new Date(input.now) })
    .where(and(eq(votes.approvalId, input.approvalId), isNull(votes.withdrawnAt)))
    .returning({ personId: votes.personId });
  return [...new Set(voided.map((vote) => vote.personId))].toSorted();
}

/** Takes back all of a person's votes on an approval; returns how many there were. */
export async function withdrawVotes(
  tx: Db,
  input: { approvalId: string; personId: string; now: EpochMs },
): Promise<number> {
  const withdrawn = await tx
    .update(votes)
    .set({ withdrawnAt: new Date(input.now) })
    .where(and(eq(votes.approvalId, input.approvalId), eq(votes.personId, input.personId), isNull(votes.withdrawnAt)))
    .returning({ id: votes.id });
  return withdrawn.length;
}
