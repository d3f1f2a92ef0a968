// 7. submit-decision: read the approval again, check everything again, send, read again.
import { lockApproval, readApprovalRow, updateApproval, type ApprovalRow } from '../db/approvals.ts';
import type { Context } from '../context.ts';
import { liveDecision, markFirstAttempt, type StoredDecision } from '../db/decisions.ts';
import { addTasks } from '../db/outbox.ts';
import { finishSubmission, forgetRefusal, startSubmission, submissionsOf } from '../db/submissions.ts';
import { switchPositions } from '../db/switches.ts';
import { withdrawVotes } from '../db/votes.ts';
import type { EpochMs } from '../domain/amount.ts';
import type { Approval } from '../domain/approval.ts';
import { fingerprintOf } from '../domain/fingerprint.ts';
import type { SubmissionOutcome } from '../domain/decision.ts';
import type { PersonId } from '../domain/person.ts';
import type { PlatformConnection } from '../platforms/platform.ts';
import { closeForgotten, type Alone } from './close-forgotten.ts';
import { withdrawLiveDecision } from './decide.ts';
import { decisionReason } from './decision-reason.ts';
import { crashPoint } from './crash-points.ts';
import { recheckDecision } from './recheck-decision.ts';
import { applyReading } from './refresh-approval.ts';
import { moveTo, record, type FlowContext } from './record.ts';
import { isSameRulebook, rulebookInForce, type RulebookInForce } from './rulebook-in-force.ts';
import type { TaskResult } from './task-result.ts';

export type SubmitContext = FlowContext & Alone & Pick<Context, 'platforms' | 'checks' | 'readVoter'>;

/** How long to wait before an unknown outcome is asked about again; doubles with every attempt, up to the longest. */
const readAgainMs = 2000;
const longestReadAgainMs = 60_000;

/** However long the platform asks to be left alone. */
const longestWishMs = 5 * 60_000;

/** How long what was read and checked may be acted on: a process can be stopped at any line, and continued much later. */
const lookHoldsMs = 30_000;

/** The same from the last look at the switches to the sending. */
const lastLookHoldsMs = 5000;

/** What was found wanting is seldom mended at once, and another process may judge otherwise: no hot loop between them. */
const judgeAgainMs = 10_000;

/** How often an attempt that a pause caught half-way looks whether it may go on. */
const pausedLookMs = 10_000;

/** Idempotent: run twice, at the same time, or after a crash at any point, at most one vote takes effect. */
export async function submitDecision(ctx: SubmitContext, input: { approvalId: string }): Promise<TaskResult> {
  const decision = await liveDecision(ctx.db, input.approvalId);
  const row = await readApprovalRow(ctx.db, input.approvalId);
  if (decision === null || row === null || row.endedAt !== null || isSettled(row)) return { kind: 'done' };
  const platform = ctx.platforms.get(row.connection);
  if (platform === undefined)
    return { kind: 'failed', reason: 'the connection is not configured any more', retryAfterMs: null };
  if (ctx.now() < decision.sendAfter) return { kind: 'later', at: decision.sendAfter };

  // Counted before the platform is read: an attempt that was made since then is not in what we read.
  const attempts = await submissionsOf(ctx.db, row.id);
  const lookedAt = ctx.now();
  const fresh = await readFresh(ctx, row, platform);
  if (fresh.kind !== 'pending') return fresh.result;
  if (attempts.some((entry) => entry.outcome === 'accepted')) {
    return { kind: 'failed', reason: 'the platform accepted our vote and does not show it yet', retryAfterMs: null };
  }
  const open = attempts.find((entry) => entry.finishedAt === null) ?? null;
  if (open !== null) {
    const closed = await closeForgotten(ctx, { approvalId: row.id, open, platform });
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

  const { rulebook } = recheck;
  const looked = { at: lookedAt, fingerprint: fresh.fingerprint, attempts: attempts.length, rulebook };
  const started = await start(ctx, { decision, looked, platform });
  if (started.kind === 'not-started') return started.result;
  crashPoint('submission-started');
  const outcome = await send(ctx, { row, decision, started, platform });
  crashPoint('decision-sent');
  return finish(ctx, { row, started, outcome, platform });
}

/** Nothing is left for us to send: our vote stands, or was refused and waits for a person who sends it again. */
function isSettled(row: ApprovalRow): boolean {
  return row.state === 'sent' || row.state === 'blocked';
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

/** Before the first attempt the decision is taken back; after it, the value stands and only the sending stops. */
async function stop(
  ctx: SubmitContext,
  input: { row: ApprovalRow; decision: StoredDecision; why: string; voided: readonly PersonId[] },
): Promise<TaskResult> {
  await ctx.db.transaction(async (tx) => {
    const row = await lockApproval(tx, input.row.id);
    const live = await liveDecision(tx, input.row.id);
    // What was found concerns the decision that was looked at, and nothing that people decided since.
    if (row === null || row.endedAt !== null || live?.id !== input.decision.id) return;
    if ((await submissionsOf(tx, row.id)).some((attempt) => attempt.finishedAt === null)) return;
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
    const evaluate = { kind: 'evaluate', approvalId: row.id } as const;
    const tasks = [
      { kind: 'sync-card', approvalId: row.id } as const,
      { task: evaluate, notBefore: ctx.now() + judgeAgainMs },
    ];
    await addTasks(tx, tasks, ctx.now());
  });
  return { kind: 'done' };
}

type Started =
  | { readonly kind: 'started'; readonly submissionId: string; readonly attempt: number; readonly at: EpochMs }
  | { readonly kind: 'not-started'; readonly result: TaskResult };

/** The last look before sending, under the row lock: switches are read here and nowhere later. */
async function start(
  ctx: SubmitContext,
  input: {
    decision: StoredDecision;
    looked: { at: EpochMs; fingerprint: string; attempts: number; rulebook: RulebookInForce | null };
    platform: PlatformConnection;
  },
): Promise<Started> {
  const { decision, looked, platform } = input;
  return ctx.db.transaction(async (tx): Promise<Started> => {
    const again: Started = { kind: 'not-started', result: { kind: 'later', at: ctx.now() + readAgainMs } };
    const row = await lockApproval(tx, decision.approvalId);
    const live = await liveDecision(tx, decision.approvalId);
    if (row === null || row.endedAt !== null || isSettled(row) || live?.id !== decision.id)
      return { kind: 'not-started', result: { kind: 'done' } };
    if (row.fingerprint !== looked.fingerprint || row.fingerprint !== decision.fingerprint) return again;
    const at = ctx.now();
    // Looking took time: what was seen may be old by now, and the deadline near.
    if (at - looked.at > lookHoldsMs) return again;
    if (row.expiresAt !== null && row.expiresAt - at < platform.submissionMs) return again;
    const attempts = await submissionsOf(tx, row.id);
    if (attempts.length !== looked.attempts || attempts.some((attempt) => attempt.finishedAt === null)) return again;
    // Another rulebook was applied, or a rule fell back, while it was looked at: it is judged by that one.
    if (looked.rulebook !== null && !isSameRulebook(looked.rulebook, await rulebookInForce(ctx, tx))) return again;
    const switches = await switchPositions(tx);
    if (!maySend(switches, decision)) return again;
    const attempt = attempts.length + 1;
    const submissionId = await startSubmission(tx, {
      decisionId: decision.id,
      approvalId: row.id,
      attempt,
      now: at,
    });
    await markFirstAttempt(tx, decision.id, at);
    const details = { decision: decision.id, attempt, value: decision.basis.value, fingerprint: decision.fingerprint };
    if (row.state === 'sending')
      await record(ctx, tx, { event: 'submission.started', approvalId: row.id, actor: 'service-account', details });
    else
      await moveTo(ctx, tx, row, { state: 'sending', reason: 'sending our vote', actor: 'service-account', details });
    await addTasks(tx, [{ kind: 'sync-card', approvalId: row.id }], ctx.now());
    return { kind: 'started', submissionId, attempt, at };
  });
}

async function send(
  ctx: SubmitContext,
  input: { row: ApprovalRow; decision: StoredDecision; started: { at: EpochMs }; platform: PlatformConnection },
): Promise<SubmissionOutcome> {
  const { row, decision, started, platform } = input;
  if (ctx.now() - started.at > lastLookHoldsMs) {
    const reason = 'the process was held up after the last look';
    return { kind: 'not-sent', reason, retryAfterMs: null };
  }
  return platform.decide({
    approvalId: row.platformId,
    value: decision.basis.value,
    reason: decisionReason(ctx.config.people, decision, platform.capabilities.reasonMaxLength),
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
  const pauseMs = Math.min(longestReadAgainMs, readAgainMs * 2 ** Math.min(started.attempt - 1, 10));
  return { kind: 'later', at: ctx.now() + Math.min(retryAfterMs ?? pauseMs, longestWishMs) };
}
