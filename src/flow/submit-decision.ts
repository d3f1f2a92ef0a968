// 7. submit-decision: read the approval again, check everything again, send, read again.
import { lockApproval, readApprovalRow, updateApproval, type ApprovalRow } from '../db/approvals.ts';
import type { Context } from '../context.ts';
import { liveDecision, markFirstAttempt, type StoredDecision } from '../db/decisions.ts';
import { addTasks } from '../db/outbox.ts';
import { finishSubmission, forgetRefusal, startSubmission, submissionsOf, type Submission } from '../db/submissions.ts';
import { switchPositions } from '../db/switches.ts';
import { withdrawVotes } from '../db/votes.ts';
import type { Approval } from '../domain/approval.ts';
import { fingerprintOf } from '../domain/fingerprint.ts';
import type { SubmissionOutcome } from '../domain/decision.ts';
import type { PersonId } from '../domain/person.ts';
import type { PlatformConnection } from '../platforms/platform.ts';
import { withdrawLiveDecision } from './decide.ts';
import { decisionReason } from './decision-reason.ts';
import { crashPoint } from './crash-points.ts';
import { recheckDecision } from './recheck-decision.ts';
import { applyReading } from './refresh-approval.ts';
import { moveTo, record, type FlowContext } from './record.ts';
import type { TaskResult } from './task-result.ts';

export type SubmitContext = FlowContext & Pick<Context, 'platforms' | 'checks' | 'readVoter'>;

/** How long to wait before an unknown outcome is asked about again. */
const readAgainMs = 2000;

/** How often an attempt that a pause caught half-way looks whether it may go on. */
const pausedLookMs = 10_000;

/** Idempotent: run twice, at the same time, or after a crash at any point, at most one vote takes effect. */
export async function submitDecision(ctx: SubmitContext, input: { approvalId: string }): Promise<TaskResult> {
  const decision = await liveDecision(ctx.db, input.approvalId);
  const row = await readApprovalRow(ctx.db, input.approvalId);
  if (decision === null || row === null || row.endedAt !== null || row.state === 'sent') return { kind: 'done' };
  const platform = ctx.platforms.get(row.connection);
  if (platform === undefined)
    return { kind: 'failed', reason: 'the connection is not configured any more', retryAfterMs: null };
  if (ctx.now() < decision.sendAfter) return { kind: 'later', at: decision.sendAfter };

  // Counted before the platform is read: an attempt that was made since then is not in what we read.
  const attempts = await submissionsOf(ctx.db, row.id);
  const fresh = await readFresh(ctx, row, platform);
  if (fresh.kind !== 'pending') return fresh.result;
  const open = attempts.find((entry) => entry.finishedAt === null) ?? null;
  if (open !== null) {
    const closed = await closeForgotten(ctx, row, open, platform);
    if (closed !== null) return closed;
  }
  if (!maySend(await switchPositions(ctx.db), decision)) {
    return decision.firstAttemptAt === null
      ? stop(ctx, { row, decision, why: 'approvals are paused', voided: [] })
      : { kind: 'later', at: ctx.now() + pausedLookMs };
  }
  const recheck = await recheckDecision(ctx, {
    row,
    decision,
    approval: fresh.approval,
    fingerprint: fresh.fingerprint,
    platform,
  });
  if (recheck.kind === 'wait') return { kind: 'later', at: ctx.now() + recheck.retryAfterMs };
  if (recheck.kind === 'stop') return stop(ctx, { row, decision, why: recheck.why, voided: recheck.voided });

  const started = await start(ctx, { decision, fingerprint: fresh.fingerprint, attempts: attempts.length });
  if (started.kind === 'not-started') return started.result;
  crashPoint('submission-started');
  const outcome = await platform.decide({
    approvalId: row.platformId,
    value: decision.basis.value,
    reason: decisionReason(ctx.config.people, decision, platform.capabilities.reasonMaxLength),
  });
  crashPoint('decision-sent');
  return finish(ctx, { row, started, outcome, platform });
}

type Fresh =
  | { readonly kind: 'pending'; readonly approval: Approval; readonly fingerprint: string }
  | { readonly kind: 'settled'; readonly result: TaskResult };

/** Reads the platform, applies what it says, and goes on only while it still waits without our vote. */
async function readFresh(ctx: SubmitContext, row: ApprovalRow, platform: PlatformConnection): Promise<Fresh> {
  const readAt = ctx.now();
  const reading = await platform.readApproval(row.platformId);
  crashPoint('read-before-write');
  await applyReading(ctx, { connection: row.connection, platformId: row.platformId, reading, readAt });
  if (reading.kind === 'unavailable') {
    return { kind: 'settled', result: { kind: 'failed', reason: reading.reason, retryAfterMs: reading.retryAfterMs } };
  }
  if (reading.kind !== 'read' || reading.approval.status !== 'pending')
    return { kind: 'settled', result: { kind: 'done' } };
  const voted = reading.approval.decisions.some((decision) => decision.account === platform.serviceAccount);
  if (voted) return { kind: 'settled', result: { kind: 'done' } };
  return { kind: 'pending', approval: reading.approval, fingerprint: fingerprintOf(reading.approval) };
}

/**
 * An attempt that nobody finished: its process died, or it is running in another one right now. After the longest
 * time that a submission may take, a fresh read without our vote says that it did not arrive.
 */
async function closeForgotten(
  ctx: SubmitContext,
  row: ApprovalRow,
  open: Submission,
  platform: PlatformConnection,
): Promise<TaskResult | null> {
  const forgottenAt = open.startedAt + 2 * platform.submissionMs;
  if (ctx.now() < forgottenAt) return { kind: 'later', at: forgottenAt };
  await ctx.db.transaction(async (tx) => {
    await lockApproval(tx, row.id);
    const reason = 'nobody recorded its outcome, and the platform does not show our vote';
    if (await finishSubmission(tx, { id: open.id, outcome: 'unknown', reason, now: ctx.now() })) {
      await record(ctx, tx, {
        event: 'submission.unknown',
        approvalId: row.id,
        actor: 'system',
        details: { attempt: open.attempt, reason },
      });
    }
  });
  return null;
}

/** Before the first attempt the decision is taken back; after it, the value stands and only the sending stops. */
async function stop(
  ctx: SubmitContext,
  input: { row: ApprovalRow; decision: StoredDecision; why: string; voided: readonly PersonId[] },
): Promise<TaskResult> {
  await ctx.db.transaction(async (tx) => {
    const row = await lockApproval(tx, input.row.id);
    if (row === null || row.endedAt !== null) return;
    for (const personId of input.voided) {
      await withdrawVotes(tx, { approvalId: row.id, personId, now: ctx.now() });
      await record(ctx, tx, {
        event: 'vote.voided',
        approvalId: row.id,
        actor: 'system',
        details: { personId, why: input.why },
      });
    }
    const withdrawn = await withdrawLiveDecision(ctx, tx, { row, why: input.why, actor: 'system' });
    if (withdrawn === null && (row.state === 'sending' || row.state === 'deciding')) {
      await moveTo(ctx, tx, row, { state: 'blocked', reason: input.why, actor: 'system' });
    }
    const tasks = [
      { kind: 'sync-card', approvalId: row.id } as const,
      { kind: 'evaluate', approvalId: row.id } as const,
    ];
    await addTasks(tx, tasks, ctx.now());
  });
  return { kind: 'done' };
}

type Started =
  | { readonly kind: 'started'; readonly submissionId: string; readonly attempt: number }
  | { readonly kind: 'not-started'; readonly result: TaskResult };

/** The last look before sending, under the row lock: switches are read here and nowhere later. */
async function start(
  ctx: SubmitContext,
  input: { decision: StoredDecision; fingerprint: string; attempts: number },
): Promise<Started> {
  const { decision } = input;
  return ctx.db.transaction(async (tx): Promise<Started> => {
    const again: Started = { kind: 'not-started', result: { kind: 'later', at: ctx.now() + readAgainMs } };
    const row = await lockApproval(tx, decision.approvalId);
    const live = await liveDecision(tx, decision.approvalId);
    if (row === null || row.endedAt !== null || live?.id !== decision.id)
      return { kind: 'not-started', result: { kind: 'done' } };
    if (row.fingerprint !== input.fingerprint || row.fingerprint !== decision.fingerprint) return again;
    const attempts = await submissionsOf(tx, row.id);
    if (attempts.length !== input.attempts || attempts.some((attempt) => attempt.finishedAt === null)) return again;
    const switches = await switchPositions(tx);
    if (!maySend(switches, decision)) return again;
    const attempt = attempts.length + 1;
    const submissionId = await startSubmission(tx, {
      decisionId: decision.id,
      approvalId: row.id,
      attempt,
      now: ctx.now(),
    });
    await markFirstAttempt(tx, decision.id, ctx.now());
    const details = { decision: decision.id, attempt, value: decision.basis.value, fingerprint: decision.fingerprint };
    if (row.state === 'sending')
      await record(ctx, tx, { event: 'submission.started', approvalId: row.id, actor: 'service-account', details });
    else
      await moveTo(ctx, tx, row, { state: 'sending', reason: 'sending our vote', actor: 'service-account', details });
    await addTasks(tx, [{ kind: 'sync-card', approvalId: row.id }], ctx.now());
    return { kind: 'started', submissionId, attempt };
  });
}

function maySend(switches: { automation: boolean; approvals: boolean }, decision: StoredDecision): boolean {
  if (decision.basis.value === 'denied') return true;
  const byVerdict = decision.basis.coverage.some((entry) => entry.by === 'verdict');
  return switches.approvals && (!byVerdict || switches.automation);
}

async function finish(
  ctx: SubmitContext,
  input: {
    row: ApprovalRow;
    started: { submissionId: string; attempt: number };
    outcome: SubmissionOutcome;
    platform: PlatformConnection;
  },
): Promise<TaskResult> {
  const { row, started, outcome, platform } = input;
  const reason = outcome.kind === 'accepted' ? null : outcome.reason;
  await ctx.db.transaction(async (tx) => {
    const current = await lockApproval(tx, row.id);
    if (current === null) return;
    const finished = await finishSubmission(tx, {
      id: started.submissionId,
      outcome: outcome.kind,
      reason,
      now: ctx.now(),
    });
    if (!finished) return;
    await record(ctx, tx, {
      event: `submission.${outcome.kind}`,
      approvalId: row.id,
      actor: 'platform',
      details: { attempt: started.attempt, reason },
    });
    if (outcome.kind === 'refused' && current.endedAt === null) {
      if (outcome.mayNotVote) await updateApproval(tx, row.id, { mayNotVote: outcome.reason }, ctx.now());
      if (current.state === 'sending') {
        await moveTo(ctx, tx, current, { state: 'blocked', reason: outcome.reason, actor: 'platform' });
      }
    }
    await addTasks(tx, [{ kind: 'sync-card', approvalId: row.id }], ctx.now());
  });
  crashPoint('outcome-recorded');
  // In a statement of its own: other approvals' rows are never waited for while the audit chain is held.
  if (outcome.kind === 'accepted') await forgetRefusal(ctx.db, row.connection);
  const readAt = ctx.now();
  const reading = await platform.readApproval(row.platformId);
  await applyReading(ctx, { connection: row.connection, platformId: row.platformId, reading, readAt });
  if (outcome.kind === 'accepted' || outcome.kind === 'refused') return { kind: 'done' };
  const retryAfterMs = outcome.kind === 'not-sent' ? outcome.retryAfterMs : null;
  return { kind: 'later', at: ctx.now() + (retryAfterMs ?? readAgainMs) };
}
