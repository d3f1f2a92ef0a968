// Sends a refused decision once more, after a person has mended what refused it: same value, same basis, checked afresh.
import { lockApproval } from '../db/approvals.ts';
import { addTasks } from '../db/outbox.ts';
import { moveTo, record, type FlowContext } from './record.ts';

export type RetryResult =
  | { readonly kind: 'retried' }
  | { readonly kind: 'refused'; readonly reason: 'not-an-admin' | 'not-blocked' };

export async function retrySubmission(
  ctx: FlowContext,
  input: { approvalId: string; personId: string },
): Promise<RetryResult> {
  if (!ctx.config.admins.includes(input.personId)) return { kind: 'refused', reason: 'not-an-admin' };
  return ctx.db.transaction(async (tx): Promise<RetryResult> => {
    const row = await lockApproval(tx, input.approvalId);
    if (row?.state !== 'blocked') return { kind: 'refused', reason: 'not-blocked' };
    await record(ctx, tx, { event: 'submission.retried', approvalId: row.id, actor: input.personId, details: {} });
    const change = { mayNotVote: null };
    await moveTo(ctx, tx, row, { state: 'sending', reason: 'sending our vote again', actor: input.personId, change });
    const tasks = [{ kind: 'submit', approvalId: row.id } as const, { kind: 'sync-card', approvalId: row.id } as const];
    await addTasks(tx, tasks, ctx.now());
    return { kind: 'retried' };
  });
}
