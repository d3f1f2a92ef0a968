// How an approval ends on our side: the platform said so, and nothing that we hold outlives it.
import type { ApprovalRow } from '../db/approvals.ts';
import type { Context } from '../context.ts';
import type { Db } from '../db/connect.ts';
import { liveDecision } from '../db/decisions.ts';
import { addTasks } from '../db/outbox.ts';
import { releaseReservations, settleReservations } from '../db/spend.ts';
import { finishSubmission, submissionsOf } from '../db/submissions.ts';
import type { Approval } from '../domain/approval.ts';
import type { State } from '../domain/lifecycle.ts';
import { withdrawLiveDecision } from './decide.ts';
import { demoteDenied } from './demote-rule.ts';
import { recordEnd } from './record-payment.ts';
import { moveTo, type FlowContext } from './record.ts';

export async function endApproval(
  ctx: FlowContext & Pick<Context, 'platforms'>,
  tx: Db,
  input: { row: ApprovalRow; approval: Approval; state: State },
): Promise<ApprovalRow> {
  const { approval, state } = input;
  const now = ctx.now();
  const account = ctx.platforms.get(input.row.connection)?.serviceAccount;
  const ourVote = approval.decisions.find((decision) => decision.account === account);
  const attempts = await submissionsOf(tx, input.row.id);
  for (const attempt of attempts.filter((entry) => entry.finishedAt === null)) {
    const outcome = ourVote === undefined ? 'not-sent' : 'accepted';
    await finishSubmission(tx, { id: attempt.id, outcome, reason: 'read back after the approval ended', now });
  }
  const why = `it ended on the platform (${approval.statusText})`;
  const row = (await withdrawLiveDecision(ctx, tx, { row: input.row, why, actor: 'platform' })) ?? input.row;
  // Spent budget stays spent when the money moved, and also when nobody can say that it did not.
  if (state === 'approved' || state === 'failed') await settleReservations(tx, row.id, now);
  else await releaseReservations(tx, row.id, why, now);
  await recordEnd(tx, { row, approval, state, now });
  const decision = await liveDecision(tx, row.id);
  const byUs = ourVote !== undefined && decision !== null && attempts.length > 0;
  const moved = await moveTo(ctx, tx, row, {
    state,
    reason: why,
    actor: 'platform',
    change: { endedElsewhere: !byUs && state !== 'expired' },
    details: {
      platformDecisions: approval.decisions.map((entry) => ({ account: entry.account, value: entry.value })),
      ours: byUs,
    },
  });
  if (state === 'denied') await demoteDenied(ctx, tx, { row: moved, approval, decision });
  await addTasks(
    tx,
    [
      { kind: 'sync-card', approvalId: row.id },
      { kind: 'tell-outcome', approvalId: row.id },
    ],
    now,
  );
  return moved;
}
