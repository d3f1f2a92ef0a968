// Every stored evaluation against the audit row that was written with it, whatever their number.
import { and, asc, count, eq, gt, sql } from 'drizzle-orm';
import { bindingOf, evaluatedEvent, recordedIn, type EvaluationPart } from './bound-evaluations.ts';
import type { Db } from './connect.ts';
import { evaluationsById } from './evaluations.ts';
import { auditLog, evaluations } from './schema.ts';

/** An evaluation that is not as the audit log has it. */
export type EvaluationFault =
  | {
      readonly kind: 'altered';
      readonly seq: number;
      readonly approvalId: string;
      readonly evaluationId: string;
      readonly parts: readonly EvaluationPart[];
    }
  | { readonly kind: 'missing'; readonly seq: number; readonly approvalId: string; readonly evaluationId: string }
  | { readonly kind: 'not-recorded'; readonly approvalId: string; readonly evaluationId: string }
  /** An audit row that this version can't read. */
  | { readonly kind: 'unreadable'; readonly seq: number };

export type EvaluationsVerification = {
  /** Stored as the audit log says. */
  readonly bound: number;
  /** From before evaluations were bound: nothing vouches for what is stored. */
  readonly unbound: number;
  readonly faults: number;
  /** Some of the faults, for whoever looks where to begin. */
  readonly first: readonly EvaluationFault[];
};

/** Observations may be large: so many are held at a time. */
const pageSize = 200;

const mostNamed = 10;

/**
 * It believes the audit rows: verify the chain before, in the same snapshot of the database. `onProgress` gets the
 * number of audit rows looked at so far.
 */
export async function verifyEvaluations(
  db: Db,
  onProgress: (rows: number) => void = () => {},
): Promise<EvaluationsVerification> {
  const tally = { bound: 0, unbound: 0, missing: 0, faults: 0 };
  const first: EvaluationFault[] = [];
  let seen = 0;
  let page = await nextPage(db, 0);
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    for (const { found } of page) {
      if (found === 'bound' || found === 'unbound') tally[found] += 1;
      else {
        tally.faults += 1;
        if (found.kind === 'missing' || found.kind === 'unreadable') tally.missing += 1;
        if (first.length < mostNamed) first.push(found);
      }
    }
    seen += page.length;
    onProgress(seen);
    page = await nextPage(db, last.seq);
  }
  const notRecorded = (await countStored(db)) - (seen - tally.missing);
  if (notRecorded > 0) first.push(...(await findNotRecorded(db)));
  return { bound: tally.bound, unbound: tally.unbound, faults: tally.faults + Math.max(0, notRecorded), first };
}

type Looked = { readonly seq: number; readonly found: 'bound' | 'unbound' | EvaluationFault };

async function nextPage(db: Db, after: number): Promise<readonly Looked[]> {
  const rows = await db
    .select()
    .from(auditLog)
    .where(and(eq(auditLog.event, evaluatedEvent), gt(auditLog.seq, after)))
    .orderBy(asc(auditLog.seq))
    .limit(pageSize);
  const page = rows.map((row) => ({ seq: row.seq, recorded: recordedIn(row) }));
  const ids = page.flatMap(({ recorded }) => recorded?.evaluationId ?? []);
  const stored = await evaluationsById(db, ids);
  return page.map(({ seq, recorded }): Looked => {
    if (recorded === null) return { seq, found: { kind: 'unreadable', seq } };
    const { approvalId, evaluationId } = recorded;
    const row = stored.get(evaluationId);
    if (row === undefined) return { seq, found: { kind: 'missing', seq, approvalId, evaluationId } };
    const binding = bindingOf(recorded, row.approvalId, row.evaluation);
    switch (binding.kind) {
      case 'bound':
      case 'unbound':
        return { seq, found: binding.kind };
      case 'altered':
        return { seq, found: { kind: 'altered', seq, approvalId, evaluationId, parts: binding.parts } };
      case 'not-recorded':
        return { seq, found: { kind: 'not-recorded', approvalId, evaluationId } };
    }
  });
}

async function countStored(db: Db): Promise<number> {
  const [row] = await db.select({ stored: count() }).from(evaluations);
  return row?.stored ?? 0;
}

/** Slipped in past the audit log. Looked for only where there are more evaluations than rows that speak of them. */
async function findNotRecorded(db: Db): Promise<readonly EvaluationFault[]> {
  // In canonical JSON a quotation mark inside a text is escaped, so that no reason can pass for this field.
  const field = sql`'"evaluation":"' || ${evaluations.id} || '"'`;
  const spokenOf = sql`exists (select 1 from ${auditLog} where ${auditLog.approvalId} = ${evaluations.approvalId}
    and ${auditLog.event} = ${evaluatedEvent} and strpos(${auditLog.details}, ${field}) > 0)`;
  const rows = await db
    .select({ evaluationId: evaluations.id, approvalId: evaluations.approvalId })
    .from(evaluations)
    .where(sql`not ${spokenOf}`)
    .orderBy(asc(evaluations.evaluatedAt), asc(evaluations.id))
    .limit(mostNamed);
  return rows.map((row) => ({ kind: 'not-recorded', ...row }));
}
