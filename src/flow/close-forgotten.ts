// An attempt whose outcome nobody recorded: asked about again and again, and closed once it can't arrive any more.
import { lockApproval } from '../db/approvals.ts';
import { finishSubmission, type Submission } from '../db/submissions.ts';
import type { EpochMs } from '../domain/amount.ts';
import type { PlatformConnection } from '../platforms/platform.ts';
import { record, type FlowContext } from './record.ts';
import type { TaskResult } from './task-result.ts';

export type Alone = {
  /** Since when no other process can be at work on this database; left out where there may be several. */
  readonly aloneSince?: EpochMs;
};

/** Our vote may show at any moment, and then people must hear of it soon. */
const lookAgainMs = 2000;

/** How long the platform may still be at work on what a dead process sent with its last breath. */
const lastBreathMs = 10_000;

/**
 * Its process died, or it is running in another one right now. Null when it is closed: after the longest time that a
 * submission may take, a fresh read without our vote says that it did not arrive.
 */
export async function closeForgotten(
  ctx: FlowContext & Alone,
  input: { approvalId: string; open: Submission; platform: PlatformConnection },
): Promise<TaskResult | null> {
  const { approvalId, open, platform } = input;
  const now = ctx.now();
  const forgottenAt = forgottenFrom(ctx, open, platform);
  if (now < forgottenAt) return { kind: 'later', at: Math.min(forgottenAt, now + lookAgainMs) };
  await ctx.db.transaction(async (tx) => {
    await lockApproval(tx, approvalId);
    const reason = 'nobody recorded its outcome, and the platform does not show our vote';
    if (await finishSubmission(tx, { id: open.id, outcome: 'unknown', reason, now: ctx.now() })) {
      await record(ctx, tx, {
        event: 'submission.unknown',
        approvalId,
        actor: 'system',
        details: { attempt: open.attempt, reason },
      });
    }
  });
  return null;
}

function forgottenFrom({ aloneSince }: Alone, open: Submission, platform: PlatformConnection): EpochMs {
  const byTime = open.startedAt + 2 * platform.submissionMs;
  // Whoever started it before we were alone is dead, and sends nothing any more.
  const isOrphan = aloneSince !== undefined && open.startedAt < aloneSince;
  return isOrphan ? Math.min(byTime, aloneSince + lastBreathMs) : byTime;
}
