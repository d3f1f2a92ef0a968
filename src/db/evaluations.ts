// Evaluations: what every check found and what automation said, kept for whoever asks "why" later.
import { and, desc, eq, inArray } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import type { Finding } from '../domain/finding.ts';
import type { Fingerprint } from '../domain/fingerprint.ts';
import type { Observation } from '../domain/rulebook.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { Db } from './connect.ts';
import { evaluations } from './schema.ts';
import { storable } from './storable.ts';

/** What the rulebook was asked and what it said, so that it can be asked again; null where none was in force. */
export type RulebookRecord = { readonly observation: Observation | null; readonly rulebookAnswer: string | null };

export type Evaluation = RulebookRecord & {
  readonly id: string;
  readonly fingerprint: Fingerprint;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly rulebookHash: string | null;
  readonly evaluatedAt: EpochMs;
};

export async function saveEvaluation(tx: Db, approvalId: string, evaluation: Omit<Evaluation, 'id'>): Promise<string> {
  const [row] = await tx
    .insert(evaluations)
    .values({
      approvalId,
      fingerprint: evaluation.fingerprint,
      verdict: evaluation.verdict.kind,
      rule: evaluation.verdict.kind === 'approve' ? evaluation.verdict.rule : null,
      reasons: storable(evaluation.verdict.reasons),
      findings: storable(evaluation.findings),
      rulebookHash: evaluation.rulebookHash,
      observation: evaluation.observation,
      rulebookAnswer: evaluation.rulebookAnswer,
      evaluatedAt: new Date(evaluation.evaluatedAt),
    })
    .returning({ id: evaluations.id });
  if (row === undefined) throw new Error('failed to record an evaluation', { cause: approvalId });
  return row.id;
}

export async function latestEvaluation(
  db: Db,
  approvalId: string,
  fingerprint: Fingerprint,
): Promise<Evaluation | null> {
  const [row] = await db
    .select()
    .from(evaluations)
    .where(and(eq(evaluations.approvalId, approvalId), eq(evaluations.fingerprint, fingerprint)))
    .orderBy(desc(evaluations.evaluatedAt))
    .limit(1);
  return row === undefined ? null : toEvaluation(row);
}

/** Newest first, whatever the content was. */
export async function evaluationsOf(db: Db, approvalId: string): Promise<readonly Evaluation[]> {
  const rows = await db
    .select()
    .from(evaluations)
    .where(eq(evaluations.approvalId, approvalId))
    .orderBy(desc(evaluations.evaluatedAt));
  return rows.map(toEvaluation);
}

/** When the newest one was written, whatever the content was; null before the first. */
export async function lastEvaluatedAt(db: Db, approvalId: string): Promise<EpochMs | null> {
  const [row] = await db
    .select({ evaluatedAt: evaluations.evaluatedAt })
    .from(evaluations)
    .where(eq(evaluations.approvalId, approvalId))
    .orderBy(desc(evaluations.evaluatedAt))
    .limit(1);
  return row?.evaluatedAt.getTime() ?? null;
}

/** By id, each with the approval that it is stored under. */
export async function evaluationsById(
  db: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { readonly approvalId: string; readonly evaluation: Evaluation }>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select()
    .from(evaluations)
    .where(inArray(evaluations.id, [...ids]));
  return new Map(rows.map((row) => [row.id, { approvalId: row.approvalId, evaluation: toEvaluation(row) }]));
}

function toEvaluation(row: typeof evaluations.$inferSelect): Evaluation {
  const verdict: Verdict =
    row.verdict === 'approve' && row.rule !== null
      ? { kind: 'approve', rule: row.rule, reasons: row.reasons }
      : { kind: 'abstain', reasons: row.reasons };
  return {
    id: row.id,
    fingerprint: row.fingerprint,
    verdict,
    findings: row.findings,
    rulebookHash: row.rulebookHash,
    observation: row.observation,
    rulebookAnswer: row.rulebookAnswer,
    evaluatedAt: row.evaluatedAt.getTime(),
  };
}
