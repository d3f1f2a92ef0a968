// 8. sweep: find what webhooks and jobs lost. The sweep is the guarantee; the webhook is the speed-up.
import { openApprovals, type ApprovalRow } from '../db/approvals.ts';
import type { Context } from '../context.ts';
import { liveDecision } from '../db/decisions.ts';
import { addMissingTasks } from '../db/outbox.ts';
import type { ScheduledTask, Task } from '../domain/task.ts';
import { recordTransfers } from './record-payment.ts';
import type { FlowContext } from './record.ts';

export type SweepResult = {
  readonly connections: number;
  readonly pending: number;
  readonly unavailable: readonly string[];
};

/** Idempotent, and harmless on several processes at once: it only asks for work. */
export async function sweep(ctx: FlowContext & Pick<Context, 'platforms'>): Promise<SweepResult> {
  const unavailable: string[] = [];
  await recordTransfers(ctx);
  let pending = 0;
  for (const [connection, platform] of ctx.platforms) {
    const listing = await platform.listPending();
    const open = await openApprovals(ctx.db, connection);
    const ids = new Set(open.map((row) => row.platformId));
    if (listing.kind === 'listed') for (const id of listing.ids) ids.add(id);
    else {
      unavailable.push(connection);
      ctx.log.warn({ connection, reason: listing.reason }, 'pending approvals not listed');
    }
    pending += ids.size;
    const refreshes = [...ids].map((platformId): Task => ({ kind: 'refresh', connection, platformId }));
    await addMissingTasks(ctx.db, [...refreshes, ...(await forgottenWork(ctx, open))], ctx.now());
  }
  return { connections: ctx.platforms.size, pending, unavailable };
}

/** What a lost job would have done: every state that waits for us has its task, whatever became of the first one. */
async function forgottenWork(
  ctx: FlowContext,
  open: readonly ApprovalRow[],
): Promise<readonly (Task | ScheduledTask)[]> {
  const work: (Task | ScheduledTask)[] = [];
  for (const { id, state } of open) {
    if (state === 'pending') work.push({ kind: 'evaluate', approvalId: id });
    if (state === 'deciding' || state === 'sending') {
      const decision = await liveDecision(ctx.db, id);
      work.push({ task: { kind: 'submit', approvalId: id }, notBefore: decision?.sendAfter ?? null });
    }
    work.push({ kind: 'sync-card', approvalId: id });
  }
  return work;
}
