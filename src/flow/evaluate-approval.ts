// 3. evaluate-approval: run every check, evaluate the rulebook → a verdict with reasons; decide at once if it may.
import { lockApproval, readApprovalRow, type ApprovalRow } from '../db/approvals.ts';
import type { Context } from '../context.ts';
import type { Db } from '../db/connect.ts';
import { addTasks } from '../db/outbox.ts';
import { readSnapshot } from '../db/snapshots.ts';
import type { Approval } from '../domain/approval.ts';
import type { PlatformConnection } from '../platforms/platform.ts';
import { askPeople } from './ask-people.ts';
import { crashPoint } from './crash-points.ts';
import { decideToApprove } from './decide.ts';
import { lookAround, reserveAndJudge, type Looked } from './find-facts.ts';
import { keepEvaluation } from './keep-evaluation.ts';
import { readStanding } from './read-standing.ts';
import { forgetReserved, recordTransfers } from './record-payment.ts';
import type { FlowContext } from './record.ts';
import { isSameRulebook, rulebookInForce } from './rulebook-in-force.ts';
import type { TaskResult } from './task-result.ts';

export async function evaluateApproval(
  ctx: FlowContext & Pick<Context, 'platforms' | 'checks'>,
  input: { approvalId: string },
): Promise<TaskResult> {
  const seen = await readApprovalRow(ctx.db, input.approvalId);
  if (seen?.state !== 'pending' || seen.fingerprint === null) return { kind: 'done' };
  const platform = ctx.platforms.get(seen.connection);
  const approval = await readSnapshot(ctx.db, seen.id, seen.fingerprint);
  if (platform === undefined || approval === null) return { kind: 'done' };

  await recordTransfers(ctx);
  const looked = await lookAround(ctx, { approvalId: seen.id, connection: seen.connection, approval, platform });

  const { fingerprint } = seen;
  await ctx.db.transaction(async (tx) => {
    const row = await lockApproval(tx, seen.id);
    // Checks take time: content that changed meanwhile has its own evaluation coming.
    if (row?.state !== 'pending' || row.fingerprint !== fingerprint) return;
    const current = await readSnapshot(tx, row.id, fingerprint);
    if (current !== null) await settle(ctx, tx, { row, approval: current, fingerprint, platform, looked });
  });
  crashPoint('evaluation-written');
  return { kind: 'done' };
}

async function settle(
  ctx: FlowContext,
  tx: Db,
  input: { row: ApprovalRow; approval: Approval; fingerprint: string; platform: PlatformConnection; looked: Looked },
): Promise<void> {
  const { row, approval, fingerprint, platform, looked } = input;
  // Checks take time: what another rulebook, or another rule in shadow, says has its own evaluation coming.
  if (!isSameRulebook(looked.asked.rulebook, await rulebookInForce(ctx, tx))) {
    await addTasks(tx, [{ kind: 'evaluate', approvalId: row.id }], ctx.now());
    return;
  }
  const { facts, reserved } = await reserveAndJudge(tx, looked);
  const standing = await readStanding(ctx, tx, { row, approval, fingerprint, platform, findings: facts.findings });
  const evaluationId = await keepEvaluation(ctx, tx, { approvalId: row.id, fingerprint, facts });
  const result = await decideToApprove(ctx, tx, {
    row,
    approval,
    fingerprint,
    platform,
    standing,
    verdict: facts.verdict,
    findings: facts.findings,
    evaluationId,
    isReserved: reserved !== null,
  });
  if (result.kind === 'decided') return;
  if (reserved !== null) await forgetReserved(tx, reserved);
  ctx.log.info({ approvalId: row.id, reasons: result.reasons }, 'approval not decided');
  await askPeople(ctx, tx, { row, approval, standing });
  await addTasks(tx, [{ kind: 'sync-card', approvalId: row.id }], ctx.now());
}
