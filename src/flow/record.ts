// State changes and their audit rows: one transaction, one row, no exception.
import type { Context } from '../context.ts';
import { updateApproval, type ApprovalChange, type ApprovalRow } from '../db/approvals.ts';
import { appendAudit, type AuditEntry, type AuditHead } from '../db/audit-log.ts';
import type { Db } from '../db/connect.ts';
import { isTerminal, mayFollow, type State } from '../domain/lifecycle.ts';

export type FlowContext = Pick<Context, 'config' | 'log' | 'now' | 'db' | 'auditKey'>;

/** Appends last in a transaction: it serialises with every other transaction that appends. */
export async function record(ctx: FlowContext, tx: Db, entry: AuditEntry): Promise<AuditHead> {
  return appendAudit(tx, { key: ctx.auditKey, now: ctx.now(), configHash: ctx.config.hash }, entry);
}

/** Moves an approval to another state, with its audit row. Throws on a move that the lifecycle does not know. */
export async function moveTo(
  ctx: FlowContext,
  tx: Db,
  row: ApprovalRow,
  move: {
    state: State;
    reason: string | null;
    actor: string;
    change?: ApprovalChange;
    details?: Record<string, unknown>;
  },
): Promise<ApprovalRow> {
  if (!mayFollow(row.state, move.state)) {
    throw new Error(`failed to move an approval from ${row.state} to ${move.state}`, { cause: row.id });
  }
  const now = ctx.now();
  const change: ApprovalChange = {
    ...move.change,
    state: move.state,
    stateReason: move.reason,
    ...(isTerminal(move.state) && row.endedAt === null ? { endedAt: now } : {}),
  };
  await updateApproval(tx, row.id, change, now);
  await record(ctx, tx, {
    event: `approval.${move.state}`,
    approvalId: row.id,
    actor: move.actor,
    details: { from: row.state, reason: move.reason, ...move.details },
  });
  return { ...row, ...change };
}
