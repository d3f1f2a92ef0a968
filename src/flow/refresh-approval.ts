// 2. refresh-approval: ask the platform for the truth; snapshot it and the triggered policies; fingerprint.
import { findApproval, lockOrCreate, updateApproval, type ApprovalRow } from '../db/approvals.ts';
import type { Context } from '../context.ts';
import type { Db } from '../db/connect.ts';
import { liveDecision } from '../db/decisions.ts';
import { addTasks } from '../db/outbox.ts';
import { readSnapshot, saveSnapshot } from '../db/snapshots.ts';
import { rememberedRefusal, submissionsOf } from '../db/submissions.ts';
import { voidVotes } from '../db/votes.ts';
import type { EpochMs } from '../domain/amount.ts';
import type { Approval } from '../domain/approval.ts';
import { describeChanges } from '../domain/changes.ts';
import { fingerprintOf } from '../domain/fingerprint.ts';
import { endOf, isTerminal } from '../domain/lifecycle.ts';
import type { Task } from '../domain/task.ts';
import type { ApprovalReading } from '../platforms/platform.ts';
import { crashPoint } from './crash-points.ts';
import { withdrawLiveDecision } from './decide.ts';
import { endApproval } from './end-approval.ts';
import { freezeAfterForeignDecision } from './switches.ts';
import { moveTo, record, type FlowContext } from './record.ts';
import type { TaskResult } from './task-result.ts';

/** How soon after its deadline the platform is asked how it ended: expiry may come without an event. */
const afterExpiryMs = 2000;

/** How long a refusal of our account is believed without being tried again: it may have been mended unseen. */
const refusalHoldsMs = 24 * 60 * 60 * 1000;

export async function refreshApproval(
  ctx: FlowContext & Pick<Context, 'platforms'>,
  input: { connection: string; platformId: string },
): Promise<TaskResult> {
  const platform = ctx.platforms.get(input.connection);
  if (platform === undefined) {
    ctx.log.warn({ connection: input.connection }, 'refresh skipped: the connection is not configured any more');
    return { kind: 'done' };
  }
  const readAt = ctx.now();
  const reading = await platform.readApproval(input.platformId);
  crashPoint('approval-read');
  const row = await applyReading(ctx, { ...input, reading, readAt });
  if (reading.kind === 'unavailable') {
    return { kind: 'failed', reason: reading.reason, retryAfterMs: reading.retryAfterMs };
  }
  const expiresAt = row?.expiresAt ?? null;
  if (row === null || isTerminal(row.state) || expiresAt === null) return { kind: 'done' };
  const again = expiresAt + afterExpiryMs;
  return again > ctx.now() ? { kind: 'later', at: again } : { kind: 'done' };
}

/**
 * Applies one reading to the row, in one transaction. A reading that started before the one that the row reflects
 * changes nothing, and a terminal state absorbs everything. Returns null when there is nothing to keep a row for.
 */
export async function applyReading(
  ctx: FlowContext & Pick<Context, 'platforms'>,
  input: { connection: string; platformId: string; reading: ApprovalReading; readAt: EpochMs },
): Promise<ApprovalRow | null> {
  const { reading, readAt } = input;
  if (reading.kind === 'unavailable') return findApproval(ctx.db, input);
  if (reading.kind === 'absent' && (await findApproval(ctx.db, input)) === null) return null;
  return ctx.db.transaction(async (tx) => {
    const row = await lockOrCreate(tx, { connection: input.connection, platformId: input.platformId }, ctx.now());
    if (isTerminal(row.state)) return row;
    // An end is final, so it is never out of date: clocks of two processes may differ.
    const isEnd = reading.kind === 'read' && endOf(reading.approval.status) !== null;
    if (row.readAt !== null && row.readAt > readAt && !isEnd) return row;
    switch (reading.kind) {
      case 'absent':
        return applyUnreadable(ctx, tx, row, 'the platform does not know this approval', readAt);
      case 'unreadable':
        return applyUnreadable(ctx, tx, row, reading.reason, readAt);
      case 'read':
        return applyApproval(ctx, tx, { row, approval: reading.approval, readAt });
    }
  });
}

async function applyUnreadable(
  ctx: FlowContext,
  tx: Db,
  row: ApprovalRow,
  reason: string,
  readAt: EpochMs,
): Promise<ApprovalRow> {
  const withdrawn =
    (await withdrawLiveDecision(ctx, tx, { row, why: `it can't be read: ${reason}`, actor: 'system' })) ?? row;
  const canMove = ['received', 'pending', 'deciding'].includes(withdrawn.state);
  const moved = canMove
    ? await moveTo(ctx, tx, withdrawn, { state: 'unreadable', reason, actor: 'platform', change: { readAt } })
    : withdrawn;
  if (!canMove) await updateApproval(tx, row.id, { readAt }, ctx.now());
  if (canMove || row.state !== moved.state) await addTasks(tx, [{ kind: 'sync-card', approvalId: row.id }], ctx.now());
  return moved;
}

async function applyApproval(
  ctx: FlowContext & Pick<Context, 'platforms'>,
  tx: Db,
  input: { row: ApprovalRow; approval: Approval; readAt: EpochMs },
): Promise<ApprovalRow> {
  const { approval, readAt } = input;
  const fingerprint = fingerprintOf(approval);
  const before = input.row.fingerprint === null ? null : await readSnapshot(tx, input.row.id, input.row.fingerprint);
  await saveSnapshot(tx, { approvalId: input.row.id, fingerprint, approval, readAt });
  const changed = input.row.fingerprint !== null && input.row.fingerprint !== fingerprint;
  const follow: Task[] = [{ kind: 'sync-card', approvalId: input.row.id }];

  let row = input.row;
  // Before anything is recorded: it locks the switches, and the chain's lock comes last everywhere.
  await noticeForeignDecision(ctx, tx, row, approval);
  if (changed)
    row = (await withdrawLiveDecision(ctx, tx, { row, why: 'its content changed', actor: 'platform' })) ?? row;
  const change = {
    fingerprint,
    readAt,
    platformStatus: approval.statusText,
    expiresAt: approval.expiresAt,
    ...(changed ? { revision: row.revision + 1, changes: describeChanges(before, approval) } : {}),
  };
  await updateApproval(tx, row.id, change, ctx.now());
  row = { ...row, ...change };

  const end = endOf(approval.status);
  if (end !== null) return endApproval(ctx, tx, { row, approval, state: end });

  if (changed) await voidOldVotes(ctx, tx, row.id);
  row = await settlePending(ctx, tx, row, approval, changed);
  const votesMoved = before !== null && before.decisions.length !== approval.decisions.length;
  if (changed || input.row.fingerprint === null || votesMoved) follow.push({ kind: 'evaluate', approvalId: row.id });
  if (changed || row.state !== input.row.state || votesMoved) await addTasks(tx, follow, ctx.now());
  return row;
}

/** For good: content that changes back does not bring votes back that people were told are void. */
async function voidOldVotes(ctx: FlowContext, tx: Db, approvalId: string): Promise<void> {
  const people = await voidVotes(tx, { approvalId, now: ctx.now() });
  if (people.length === 0) return;
  await record(ctx, tx, { event: 'votes.voided', approvalId, actor: 'platform', details: { people } });
}

/** The platform still waits: the row is pending, or our vote already stands there. */
async function settlePending(
  ctx: FlowContext & Pick<Context, 'platforms'>,
  tx: Db,
  row: ApprovalRow,
  approval: Approval,
  changed: boolean,
): Promise<ApprovalRow> {
  const account = ctx.platforms.get(row.connection)?.serviceAccount;
  const ours = approval.decisions.some((decision) => decision.account === account);
  if (ours && row.state !== 'sent') {
    const withdrawn =
      (await withdrawLiveDecision(ctx, tx, {
        row,
        why: 'our vote already stands on the platform',
        actor: 'platform',
      })) ?? row;
    // From `received` and `unreadable`, by way of `pending`: the lifecycle knows no shortcut.
    const from =
      withdrawn.state === 'received' || withdrawn.state === 'unreadable'
        ? await moveTo(ctx, tx, withdrawn, { state: 'pending', reason: null, actor: 'platform' })
        : withdrawn;
    return moveTo(ctx, tx, from, {
      state: 'sent',
      reason: 'our vote stands, the platform waits for others',
      actor: 'platform',
    });
  }
  if (row.state === 'received' || row.state === 'unreadable') {
    const mayNotVote = row.mayNotVote ?? (await rememberedRefusal(tx, row.connection, ctx.now() - refusalHoldsMs));
    return moveTo(ctx, tx, row, {
      state: 'pending',
      reason: null,
      actor: 'platform',
      change: { mayNotVote },
      details: { fingerprint: row.fingerprint },
    });
  }
  if (changed)
    return moveTo(ctx, tx, row, {
      state: row.state,
      reason: 'its content changed',
      actor: 'platform',
      details: { fingerprint: row.fingerprint, changes: row.changes },
    });
  return row;
}

/** A vote under our account that we did not cast means that somebody else has our key. */
async function noticeForeignDecision(
  ctx: FlowContext & Pick<Context, 'platforms'>,
  tx: Db,
  row: ApprovalRow,
  approval: Approval,
): Promise<void> {
  const account = ctx.platforms.get(row.connection)?.serviceAccount;
  const votes = approval.decisions.filter((decision) => decision.account === account);
  if (votes.length === 0 || row.state === 'sent') return;
  // An attempt that is known not to have arrived explains no vote.
  const mayBeOurs = (await submissionsOf(tx, row.id)).some(
    ({ outcome }) => outcome !== 'not-sent' && outcome !== 'refused',
  );
  const decision = await liveDecision(tx, row.id);
  const value = votes[0]?.value ?? 'unknown';
  if (mayBeOurs && decision?.basis.value === value) return;
  await freezeAfterForeignDecision(ctx, tx, { row, value });
}
