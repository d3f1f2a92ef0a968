// Approvals of the past with everything that was known about each: read a page at a time, for whoever judges them again.
import { and, asc, count, eq, gt, gte, inArray, isNull } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import type { Approval } from '../domain/approval.ts';
import type { DecisionBasis } from '../domain/decision.ts';
import type { Finding } from '../domain/finding.ts';
import type { Fingerprint } from '../domain/fingerprint.ts';
import type { State } from '../domain/lifecycle.ts';
import type { PersonId } from '../domain/person.ts';
import type { Observation } from '../domain/rulebook.ts';
import type { Db } from './connect.ts';
import { approvals, decisions, evaluations, holds, snapshots, votes } from './schema.ts';

export type PastEvaluation = {
  readonly fingerprint: Fingerprint;
  readonly verdict: 'approve' | 'abstain';
  readonly findings: readonly Finding[];
  /** Null for what was evaluated without a rulebook, or before observations were kept. */
  readonly observation: Observation | null;
  readonly evaluatedAt: EpochMs;
};

export type PastApproval = {
  readonly id: string;
  readonly connection: string;
  readonly platformId: string;
  readonly state: State;
  readonly endedElsewhere: boolean;
  readonly fingerprint: Fingerprint | null;
  readonly seenAt: EpochMs;
  /** Every content that it ever had, as last read. */
  readonly snapshots: readonly {
    readonly fingerprint: Fingerprint;
    readonly approval: Omit<Approval, 'decisive'>;
    readonly firstReadAt: EpochMs;
  }[];
  /** Oldest first. */
  readonly evaluations: readonly PastEvaluation[];
  /** What the live decision rests on. */
  readonly basis: DecisionBasis | null;
  /** People who rejected it in Slack and did not take it back; `cancelled` by who asked for it. */
  readonly rejections: readonly { readonly person: PersonId; readonly cancelled: boolean }[];
};

export type PastQuery = { readonly since: EpochMs; readonly connection: string | null };

export async function countPast(db: Db, query: PastQuery): Promise<number> {
  const [row] = await db.select({ count: count() }).from(approvals).where(matching(query));
  return row?.count ?? 0;
}

/** In the order of ids, which says nothing about time: begin with `after: null`, and end when a page is empty. */
export async function pageOfPast(
  db: Db,
  query: PastQuery & { readonly after: string | null; readonly limit: number },
): Promise<readonly PastApproval[]> {
  const rows = await db
    .select()
    .from(approvals)
    .where(and(matching(query), query.after === null ? undefined : gt(approvals.id, query.after)))
    .orderBy(asc(approvals.id))
    .limit(query.limit);
  return withPast(db, rows);
}

/** Null when there is no such approval. */
export async function pastOf(db: Db, id: string): Promise<PastApproval | null> {
  const [past] = await withPast(db, await db.select().from(approvals).where(eq(approvals.id, id)));
  return past ?? null;
}

function matching({ since, connection }: PastQuery) {
  return and(
    gte(approvals.seenAt, new Date(since)),
    connection === null ? undefined : eq(approvals.connection, connection),
  );
}

async function withPast(db: Db, rows: readonly (typeof approvals.$inferSelect)[]): Promise<readonly PastApproval[]> {
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return [];
  const [documents, evaluated, decided, denied, held] = await Promise.all([
    db.select().from(snapshots).where(inArray(snapshots.approvalId, ids)),
    db.select().from(evaluations).where(inArray(evaluations.approvalId, ids)).orderBy(asc(evaluations.evaluatedAt)),
    db
      .select()
      .from(decisions)
      .where(and(inArray(decisions.approvalId, ids), isNull(decisions.withdrawnAt))),
    db
      .select()
      .from(votes)
      .where(and(inArray(votes.approvalId, ids), eq(votes.choice, 'deny'), isNull(votes.withdrawnAt))),
    db
      .select()
      .from(holds)
      .where(and(inArray(holds.approvalId, ids), isNull(holds.liftedAt))),
  ]);
  const grouped = {
    documents: byApproval(documents),
    evaluated: byApproval(evaluated),
    decided: byApproval(decided),
    denied: byApproval(denied),
    held: byApproval(held),
  };
  return rows.map(({ id, connection, platformId, state, endedElsewhere, fingerprint, seenAt }): PastApproval => {
    const cancelled = new Set((grouped.held.get(id) ?? []).filter((hold) => hold.byInitiator).map(personOf));
    const people = new Set([...(grouped.denied.get(id) ?? []), ...(grouped.held.get(id) ?? [])].map(personOf));
    return {
      id,
      connection,
      platformId,
      state,
      endedElsewhere,
      fingerprint,
      seenAt: seenAt.getTime(),
      snapshots: (grouped.documents.get(id) ?? []).map((row) => ({
        fingerprint: row.fingerprint,
        approval: row.document,
        firstReadAt: row.firstReadAt.getTime(),
      })),
      evaluations: (grouped.evaluated.get(id) ?? []).map((row) => ({
        fingerprint: row.fingerprint,
        verdict: row.verdict,
        findings: row.findings,
        observation: row.observation,
        evaluatedAt: row.evaluatedAt.getTime(),
      })),
      basis: grouped.decided.get(id)?.[0]?.basis ?? null,
      rejections: [...people].map((person) => ({ person, cancelled: cancelled.has(person) })),
    };
  });
}

function personOf({ personId }: { readonly personId: string }): string {
  return personId;
}

function byApproval<Row extends { approvalId: string }>(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const grouped = new Map<string, Row[]>();
  for (const row of rows) {
    const group = grouped.get(row.approvalId);
    if (group === undefined) grouped.set(row.approvalId, [row]);
    else group.push(row);
  }
  return grouped;
}
