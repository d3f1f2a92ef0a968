// 3. evaluate-approval: run every check, evaluate the rulebook → a verdict with reasons; decide at once if it may.
import { lockApproval, readApprovalRow, type ApprovalRow } from '../db/approvals.ts';
import type { Context } from '../context.ts';
import type { Db } from '../db/connect.ts';
import { saveEvaluation, type Evaluation } from '../db/evaluations.ts';
import { addTasks } from '../db/outbox.ts';
import { readSnapshot } from '../db/snapshots.ts';
import type { Approval } from '../domain/approval.ts';
import type { PlatformConnection } from '../platforms/platform.ts';
import { askPeople } from './ask-people.ts';
import { crashPoint } from './crash-points.ts';
import { decideToApprove } from './decide.ts';
import { findFacts, type Facts } from './find-facts.ts';
import { readStanding } from './read-standing.ts';
import { record, type FlowContext } from './record.ts';
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

  const facts = await findFacts(ctx, { approvalId: seen.id, connection: seen.connection, approval, platform });

  const { fingerprint } = seen;
  await ctx.db.transaction(async (tx) => {
    const row = await lockApproval(tx, seen.id);
    // Checks take time: content that changed meanwhile has its own evaluation coming.
    if (row?.state !== 'pending' || row.fingerprint !== fingerprint) return;
    const current = await readSnapshot(tx, row.id, fingerprint);
    if (current !== null) await settle(ctx, tx, { row, approval: current, fingerprint, platform, facts });
  });
  crashPoint('evaluation-written');
  return { kind: 'done' };
}

async function settle(
  ctx: FlowContext,
  tx: Db,
  input: { row: ApprovalRow; approval: Approval; fingerprint: string; platform: PlatformConnection; facts: Facts },
): Promise<void> {
  const { row, approval, fingerprint, platform, facts } = input;
  const standing = await readStanding(ctx, tx, { row, approval, fingerprint, platform, findings: facts.findings });
  const evaluationId = await keep(ctx, tx, { row, fingerprint, facts, last: standing.evaluation });
  const result = await decideToApprove(ctx, tx, {
    row,
    approval,
    fingerprint,
    platform,
    standing,
    verdict: facts.verdict,
    findings: facts.findings,
    evaluationId,
  });
  if (result.kind === 'decided') return;
  ctx.log.info({ approvalId: row.id, reasons: result.reasons }, 'approval not decided');
  await askPeople(ctx, tx, { row, approval, standing });
  await addTasks(tx, [{ kind: 'sync-card', approvalId: row.id }], ctx.now());
}

/** One row per answer: an evaluation that says the same as the last one is not kept again. */
async function keep(
  ctx: FlowContext,
  tx: Db,
  input: { row: ApprovalRow; fingerprint: string; facts: Facts; last: Evaluation | null },
): Promise<string> {
  const { facts, last } = input;
  if (last !== null && saysTheSame(last, facts)) return last.id;
  const evaluation = {
    fingerprint: input.fingerprint,
    verdict: facts.verdict,
    findings: facts.findings,
    rulebookHash: ctx.config.rulebook?.hash ?? null,
    evaluatedAt: ctx.now(),
  };
  const id = await saveEvaluation(tx, input.row.id, evaluation);
  await record(ctx, tx, {
    event: 'approval.evaluated',
    approvalId: input.row.id,
    actor: 'service-account',
    details: {
      evaluation: id,
      fingerprint: input.fingerprint,
      verdict: facts.verdict.kind,
      reasons: facts.verdict.reasons,
      rulebook: evaluation.rulebookHash,
    },
  });
  return id;
}

function saysTheSame(last: Evaluation, facts: Facts): boolean {
  return essence(last) === essence(facts);
}

function essence(of: Pick<Evaluation, 'verdict' | 'findings'>): string {
  return JSON.stringify([of.verdict, of.findings.map((finding) => [finding.check, finding.outcome, finding.words])]);
}
