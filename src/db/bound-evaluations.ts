// Evaluations bound to the audit log: what its rows say was stored, and whether that is what is stored now.
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { and, asc, desc, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from './connect.ts';
import type { Evaluation } from './evaluations.ts';
import { auditLog } from './schema.ts';

/** The event under which the audit log has every row of `evaluations`. */
export const evaluatedEvent = 'approval.evaluated';

/** `verdict` holds the row's other columns too: approval, content, rulebook and time. */
const evaluationParts = ['verdict', 'findings', 'observation', 'rulebookAnswer'] as const;
export type EvaluationPart = (typeof evaluationParts)[number];

/** SHA-256 of each part, 64 lower-case hex digits: the audit row has them under `sha256`. */
export type EvaluationDigests = Readonly<Record<EvaluationPart, string>>;

/** What the audit log vouches for, as far as its own chain is intact. */
export type Binding =
  | { readonly kind: 'bound'; readonly seq: number }
  | { readonly kind: 'altered'; readonly seq: number; readonly parts: readonly EvaluationPart[] }
  /** Its audit row was written before rows held digests: nothing vouches for what is stored. */
  | { readonly kind: 'unbound'; readonly seq: number }
  | { readonly kind: 'not-recorded' };

/** An audit row that speaks of an evaluation. */
export type Recorded = {
  readonly seq: number;
  readonly approvalId: string;
  readonly evaluationId: string;
  readonly digests: EvaluationDigests | null;
};

/** Of what the database will give back: pass texts through `storable` before. The order of keys does not matter. */
export function digestsOf(approvalId: string, evaluation: Omit<Evaluation, 'id'>): EvaluationDigests {
  const parts = partsOf(approvalId, evaluation);
  return {
    verdict: digestOf('verdict', parts),
    findings: digestOf('findings', parts),
    observation: digestOf('observation', parts),
    rulebookAnswer: digestOf('rulebookAnswer', parts),
  };
}

type Parts = Readonly<Record<EvaluationPart, unknown>>;

function partsOf(approvalId: string, evaluation: Omit<Evaluation, 'id'>): Parts {
  const { fingerprint, verdict, rulebookHash, evaluatedAt, findings, observation, rulebookAnswer } = evaluation;
  return {
    verdict: { approvalId, fingerprint, verdict, rulebookHash, evaluatedAt },
    findings,
    observation,
    rulebookAnswer,
  };
}

function digestOf(part: EvaluationPart, parts: Parts): string {
  const canonical = canonicalize(parts[part]);
  if (canonical === undefined) throw new Error('failed to canonicalise an evaluation', { cause: part });
  return createHash('sha256').update(`countersign/evaluation/v1/${part}\n`).update(canonical).digest('hex');
}

/** `recorded` is the row that may speak of it. */
export function bindingOf(recorded: Recorded | null, approvalId: string, evaluation: Evaluation): Binding {
  if (recorded?.evaluationId !== evaluation.id) return { kind: 'not-recorded' };
  const { seq, digests } = recorded;
  if (digests === null) return { kind: 'unbound', seq };
  const stored = partsOf(approvalId, evaluation);
  const parts = evaluationParts.filter((part) => !isAsRecorded(digests[part], part, stored));
  return parts.length === 0 ? { kind: 'bound', seq } : { kind: 'altered', seq, parts };
}

function isAsRecorded(recorded: string, part: EvaluationPart, stored: Parts): boolean {
  try {
    return digestOf(part, stored) === recorded;
  } catch {
    // What has no canonical form (a time at infinity, lists nested too deep) is not what was written.
    return false;
  }
}

/** Every evaluation of one approval that the audit log speaks of, oldest first. */
export async function recordedOf(db: Db, approvalId: string): Promise<readonly Recorded[]> {
  const rows = await db
    .select()
    .from(auditLog)
    .where(and(eq(auditLog.approvalId, approvalId), eq(auditLog.event, evaluatedEvent)))
    .orderBy(asc(auditLog.seq));
  return rows.flatMap((row) => recordedIn(row) ?? []);
}

/** The one that was written last, whatever the content was; null also where its audit row can't be read. */
export async function lastRecorded(db: Db, approvalId: string): Promise<Recorded | null> {
  const [row] = await db
    .select()
    .from(auditLog)
    .where(and(eq(auditLog.approvalId, approvalId), eq(auditLog.event, evaluatedEvent)))
    .orderBy(desc(auditLog.seq))
    .limit(1);
  return row === undefined ? null : recordedIn(row);
}

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** Strict: a digest of a part that this version does not know is not passed over. */
const details = z.object({
  evaluation: z.uuid(),
  sha256: z.strictObject({ verdict: digest, findings: digest, observation: digest, rulebookAnswer: digest }).optional(),
});

export function recordedIn(row: typeof auditLog.$inferSelect): Recorded | null {
  const read = details.safeParse(parsed(row.details));
  if (!read.success || row.approvalId === null) return null;
  const { evaluation, sha256 } = read.data;
  return { seq: row.seq, approvalId: row.approvalId, evaluationId: evaluation, digests: sha256 ?? null };
}

/** Written as JSON by ourselves; a row that was tampered with may hold anything. */
function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return null;
  }
}
