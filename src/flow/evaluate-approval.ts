// 3. evaluate-approval: run every check, evaluate the rulebook → a verdict with reasons; decide at once if it may.
import { lockApproval, readApprovalRow, type ApprovalRow } from '../db/approvals.ts';
import type { Context } from '../context.ts';
import type { Db } from '../db/connect.ts';
import { saveEvaluation, type Evaluation } from '../db/evaluations.ts';
import { addTasks } from '../db/outbox.ts';
import { readSnapshot } from '../db/snapshots.ts';
import type { Approval } from '../domain/approval.ts';
import type { Finding } from '../domain/finding.ts';
import type { PlatformConnection } from '../platforms/platform.ts';
import { askPeople } from './ask-people.ts';
import { crashPoint } from './crash-points.ts';
import { decideToApprove } from './decide.ts';
import { judge, lookAround, type Facts, type Looked } from './find-facts.ts';
import { readStanding } from './read-standing.ts';
import { recordTransfers } from './record-payment.ts';
import { record, type FlowContext } from './record.ts';
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
  const facts = await judge(tx, looked);
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
  const { rulebook, observation, rulebookAnswer } = facts.judged;
  if (last !== null && saysTheSame(last, facts)) return last.id;
  const evaluation = {
    fingerprint: input.fingerprint,
    verdict: facts.verdict,
    findings: facts.findings,
    rulebookHash: rulebook.kind === 'in-force' ? rulebook.hash : null,
    observation,
    rulebookAnswer,
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
      rulebookId: rulebook.kind === 'in-force' ? rulebook.id : null,
    },
  });
  return id;
}

/**
 * An approval may come of it: then it is kept with exactly what it was judged by, evidence included. Otherwise only
 * what people read counts, or every minute that passes would be another answer.
 */
function saysTheSame(last: Evaluation, facts: Facts): boolean {
  if (essence(last) !== essence(facts)) return false;
  if (facts.verdict.kind === 'abstain') return true;
  return last.rulebookAnswer === facts.judged.rulebookAnswer && proof(last) === proof(facts);
}

function essence(of: Pick<Evaluation, 'verdict' | 'findings'>): string {
  const said = of.findings.map(({ check, outcome, words, evidence }) => [check, outcome, words, versionIn(evidence)]);
  return JSON.stringify([of.verdict, said]);
}

/** On which data: the list of today is not the list of yesterday, also where both say the same. */
function proof({ findings }: Pick<Evaluation, 'findings'>): string {
  return JSON.stringify(findings.map(({ evidence, dataAt }) => [inOrder(evidence), dataAt]));
}

/** The database gives keys back in an order of its own. */
function inOrder(evidence: Finding['evidence']): readonly (readonly [string, string])[] {
  return Object.entries(evidence).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Which row of the rulebook spoke: the same words of another one are another answer. */
function versionIn(evidence: Readonly<Record<string, string>>): readonly (string | undefined)[] {
  return [evidence['rulebook'], evidence['version']];
}
