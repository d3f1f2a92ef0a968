// Figures for the metrics, read from the database so that they are right however many processes there are.
import { sql } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import type { Db } from './connect.ts';
import { approvals, evaluations, outbox, submissions, votes } from './schema.ts';

const count = sql<number>`count(*)::int`;

/** One snapshot of everything that is counted; no ids and no content. */
export async function readFigures(db: Db, now: EpochMs) {
  const [open, verdicts, cast, sent, work] = await Promise.all([
    db
      .select({ connection: approvals.connection, state: approvals.state, count, oldest: oldestOf(approvals.seenAt) })
      .from(approvals)
      .where(sql`${approvals.endedAt} is null`)
      .groupBy(approvals.connection, approvals.state),
    db.select({ verdict: evaluations.verdict, count }).from(evaluations).groupBy(evaluations.verdict),
    db.select({ choice: votes.choice, count }).from(votes).groupBy(votes.choice),
    db.select({ outcome: submissions.outcome, count }).from(submissions).groupBy(submissions.outcome),
    db
      .select({
        kind: outbox.kind,
        count,
        failing: sql<number>`(count(*) filter (where ${outbox.attempts} > 0))::int`,
        overdue: oldestOf(outbox.notBefore),
      })
      .from(outbox)
      .groupBy(outbox.kind),
  ]);
  const secondsSince = (at: EpochMs): number => Math.max(0, (now - at) / 1000);
  return {
    open: open.map(({ oldest, ...row }) => ({ ...row, oldestSeconds: secondsSince(oldest) })),
    verdicts,
    votes: cast,
    // An attempt without an outcome runs at this moment, or its process was lost; it is read again.
    submissions: sent.map((row) => ({ ...row, outcome: row.outcome ?? 'open' })),
    tasks: work.map(({ overdue, ...row }) => ({ ...row, overdueSeconds: secondsSince(overdue) })),
  };
}

function oldestOf(column: typeof approvals.seenAt | typeof outbox.notBefore) {
  return sql<EpochMs>`(extract(epoch from min(${column})) * 1000)::float8`;
}
