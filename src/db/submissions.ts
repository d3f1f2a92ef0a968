// Submissions: each attempt to send a decision, and its outcome. At most one attempt is open (a unique index).
import { and, asc, desc, eq, inArray, isNotNull, isNull } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import type { Db } from './connect.ts';
import { approvals, submissions } from './schema.ts';
import { storableText } from './storable.ts';

export type Submission = {
  readonly id: string;
  readonly decisionId: string;
  readonly attempt: number;
  readonly startedAt: EpochMs;
  readonly finishedAt: EpochMs | null;
  readonly outcome: 'accepted' | 'refused' | 'not-sent' | 'unknown' | null;
  readonly reason: string | null;
};

export async function submissionsOf(db: Db, approvalId: string): Promise<Submission[]> {
  const rows = await db
    .select()
    .from(submissions)
    .where(eq(submissions.approvalId, approvalId))
    .orderBy(asc(submissions.startedAt));
  return rows.map((row) => ({
    ...row,
    startedAt: row.startedAt.getTime(),
    finishedAt: row.finishedAt?.getTime() ?? null,
  }));
}

export async function startSubmission(
  tx: Db,
  input: { decisionId: string; approvalId: string; attempt: number; now: EpochMs },
): Promise<string> {
  const [row] = await tx
    .insert(submissions)
    .values({
      decisionId: input.decisionId,
      approvalId: input.approvalId,
      attempt: input.attempt,
      startedAt: new Date(input.now),
    })
    .returning({ id: submissions.id });
  if (row === undefined) throw new Error('failed to record a submission', { cause: input });
  return row.id;
}

/** True for the one caller that closes it: a second execution of the same attempt changes nothing. */
export async function finishSubmission(
  tx: Db,
  input: { id: string; outcome: NonNullable<Submission['outcome']>; reason: string | null; now: EpochMs },
): Promise<boolean> {
  const finished = await tx
    .update(submissions)
    .set({
      outcome: input.outcome,
      reason: input.reason === null ? null : storableText(input.reason.slice(0, 500)),
      finishedAt: new Date(input.now),
    })
    .where(and(eq(submissions.id, input.id), isNull(submissions.finishedAt)))
    .returning({ id: submissions.id });
  return finished.length > 0;
}

/**
 * Why our vote is not accepted on this connection, as its latest definite answer said: refused for what we are, and
 * nothing accepted since. Null when nothing is known against it, or only something older than `since`.
 */
export async function rememberedRefusal(db: Db, connection: string, since: EpochMs): Promise<string | null> {
  const [latest] = await db
    .select({ outcome: submissions.outcome, finishedAt: submissions.finishedAt, mayNotVote: approvals.mayNotVote })
    .from(submissions)
    .innerJoin(approvals, eq(approvals.id, submissions.approvalId))
    .where(and(eq(approvals.connection, connection), inArray(submissions.outcome, ['accepted', 'refused'])))
    .orderBy(desc(submissions.finishedAt))
    .limit(1);
  if (latest?.outcome !== 'refused' || latest.finishedAt === null || latest.finishedAt.getTime() < since) return null;
  return latest.mayNotVote;
}

/** An accepted vote shows that the account may vote: what waits needs no links any more. */
export async function forgetRefusal(tx: Db, connection: string): Promise<void> {
  await tx
    .update(approvals)
    .set({ mayNotVote: null })
    .where(and(eq(approvals.connection, connection), eq(approvals.state, 'pending'), isNotNull(approvals.mayNotVote)));
}
