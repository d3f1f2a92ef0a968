// 6. decide: write the decision once, with its audit line and its reservations, in the transaction that caused it.
import { randomUUID } from 'node:crypto';
import type { ApprovalRow } from '../db/approvals.ts';
import { lockChain } from '../db/audit-log.ts';
import type { Db } from '../db/connect.ts';
import { liveDecision, withdrawDecision, writeDecision } from '../db/decisions.ts';
import { addTasks } from '../db/outbox.ts';
import { lockSpendKeys, releaseReservations, reserve, spendSince } from '../db/spend.ts';
import { switchPositions } from '../db/switches.ts';
import type { Fiat } from '../domain/amount.ts';
import { readPlainTransfer } from '../domain/activity.ts';
import type { Approval } from '../domain/approval.ts';
import { overBudget, type Budget } from '../domain/budget.ts';
import type { DecisionBasis } from '../domain/decision.ts';
import type { GroupStanding } from '../domain/quorum.ts';
import { releaseOf, slackReleaseRefusals, valueOf, type Coverage } from '../domain/release.ts';
import type { Finding } from '../domain/finding.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { PlatformConnection } from '../platforms/platform.ts';
import { ceilingKey, dayMs, type Standing } from './read-standing.ts';
import { forgetDecided, reserveDecided } from './record-payment.ts';
import { moveTo, record, type FlowContext } from './record.ts';

export type DecideInput = {
  readonly row: ApprovalRow;
  readonly approval: Approval;
  readonly fingerprint: string;
  readonly platform: PlatformConnection;
  readonly standing: Standing;
  /** Null on the path of a person's vote: a verdict is only acted on where it was just reached. */
  readonly verdict: Verdict | null;
  readonly findings: readonly Finding[];
  readonly evaluationId: string | null;
  /** Whether what it spends was reserved in this transaction, when the verdict was reached. */
  readonly isReserved: boolean;
};

export type DecideResult =
  | { readonly kind: 'decided'; readonly row: ApprovalRow; readonly sendAfter: number }
  | { readonly kind: 'not-decided'; readonly reasons: readonly string[] };

/** Approves when everything that our one vote serves is covered. Takes the row lock from the caller. */
export async function decideToApprove(ctx: FlowContext, tx: Db, input: DecideInput): Promise<DecideResult> {
  const { row, approval, platform, standing } = input;
  const refusal = await reasonToWait(ctx, tx, input);
  if (refusal !== null) return { kind: 'not-decided', reasons: [refusal] };
  const release = releaseOf({
    approval,
    standing: standing.groups,
    verdict: input.verdict,
    findings: input.findings,
    serviceAccount: platform.serviceAccount,
    canVote: platform.capabilities.canVote && row.mayNotVote === null,
  });
  if (release.kind === 'wait') return { kind: 'not-decided', reasons: release.reasons };
  if (release.kind !== 'approve')
    return { kind: 'not-decided', reasons: [release.kind === 'spent' ? 'our vote is spent' : release.reason] };

  const switches = await switchPositions(tx);
  const byVerdict = release.coverage.some((entry) => entry.by === 'verdict');
  if (!switches.approvals) return { kind: 'not-decided', reasons: ['approvals are paused'] };
  if (byVerdict && !switches.automation) return { kind: 'not-decided', reasons: ['automatic approvals are paused'] };

  const limits = await checkLimits(ctx, tx, input, release.coverage);
  if (limits.kind === 'over') return { kind: 'not-decided', reasons: limits.reasons };

  const people = [
    ...new Set(
      standing.groups
        .filter((group) => release.coverage.some((entry) => entry.groupKey === group.group.key && entry.by === 'votes'))
        .flatMap((group) => group.approvedBy),
    ),
  ];
  const basis: DecisionBasis = {
    value: 'approved',
    coverage: release.coverage,
    people,
    voteIds: standing.counted
      .filter((vote) => vote.choice === 'approve' && people.includes(vote.personId))
      .map((vote) => vote.id),
    evaluationId: input.evaluationId,
  };
  const pauseMs = release.coverage.some((entry) => entry.by === 'votes') ? ctx.config.timing.approveAfterMs : 0;
  return write(ctx, tx, {
    row,
    fingerprint: input.fingerprint,
    basis,
    pauseMs,
    approved: { approval, keys: limits.keys, value: limits.value, isReserved: input.isReserved },
  });
}

/** Writes a denial that people chose. The type of the basis leaves no room for any other origin. */
export async function decideToDeny(
  ctx: FlowContext,
  tx: Db,
  input: {
    row: ApprovalRow;
    fingerprint: string;
    people: readonly [string, ...string[]];
    reason: string;
    cancelledByInitiator: boolean;
  },
): Promise<DecideResult> {
  const { people, reason, cancelledByInitiator } = input;
  const basis: DecisionBasis = { value: 'denied', people, reason, cancelledByInitiator };
  const pauseMs = ctx.config.timing.denyAfterMs;
  return write(ctx, tx, { row: input.row, fingerprint: input.fingerprint, basis, pauseMs, approved: null });
}

/** Takes a decision back before its first attempt: the vote reopens. False when there is nothing to take back. */
export async function withdrawLiveDecision(
  ctx: FlowContext,
  tx: Db,
  input: { row: ApprovalRow; why: string; actor: string },
): Promise<ApprovalRow | null> {
  const decision = await liveDecision(tx, input.row.id);
  if (decision === null) return null;
  const now = ctx.now();
  if (!(await withdrawDecision(tx, { id: decision.id, why: input.why, now }))) return null;
  await releaseReservations(tx, input.row.id, input.why, now);
  await forgetDecided(tx, input.row.id);
  await record(ctx, tx, {
    event: 'decision.withdrawn',
    approvalId: input.row.id,
    actor: input.actor,
    details: { decision: decision.id, value: decision.basis.value, why: input.why },
  });
  if (input.row.state !== 'deciding') return input.row;
  return moveTo(ctx, tx, input.row, { state: 'pending', reason: input.why, actor: input.actor });
}

/** The longest pause that this decision could wait out: people's votes may be taken back, a verdict has nobody to do so. */
function pauseOf(ctx: FlowContext, input: DecideInput): number {
  return input.standing.counted.length > 0 ? ctx.config.timing.approveAfterMs : 0;
}

async function reasonToWait(ctx: FlowContext, tx: Db, input: DecideInput): Promise<string | null> {
  const connection = ctx.config.connections.find((entry) => entry.name === input.row.connection);
  if (connection?.mode !== 'vote') return 'this connection does not vote';
  if (input.row.state !== 'pending') return `it is ${input.row.state}`;
  if (input.approval.status !== 'pending') return 'the platform does not wait for it';
  if (input.standing.holds.length > 0) return 'somebody rejected it';
  const { expiresAt } = input.approval;
  if (expiresAt !== null && expiresAt - ctx.now() < input.platform.submissionMs + pauseOf(ctx, input))
    return 'too little time is left to send it';
  if ((await liveDecision(tx, input.row.id)) !== null) return 'it is decided';
  return null;
}

type Limits =
  | { readonly kind: 'over'; readonly reasons: readonly string[] }
  | { readonly kind: 'within'; readonly keys: readonly string[]; readonly value: Fiat | null };

/** Locks every key that this approval would spend from, then looks: two parallel approvals can't both fit. */
async function checkLimits(
  ctx: FlowContext,
  tx: Db,
  input: DecideInput,
  coverage: readonly Coverage[],
): Promise<Limits> {
  const { row, approval, standing } = input;
  const now = ctx.now();
  const budgets = coverage.some((entry) => entry.by === 'verdict')
    ? budgetsFor(ctx.config.budgets, row.connection, approval)
    : [];
  const byVotes = standing.groups.filter((group) =>
    coverage.some((entry) => entry.groupKey === group.group.key && entry.by === 'votes'),
  );
  const ceilings = byVotes.flatMap((group) =>
    group.rule === null ? [] : [{ group, key: ceilingKey(row.connection, group.group, group.rule) }],
  );
  if (coverage.some((entry) => entry.by === 'verdict') && budgets.length === 0) {
    return { kind: 'over', reasons: ['no budget is configured for automatic approvals'] };
  }
  const keys = [...budgets.map((entry) => entry.key), ...ceilings.map((entry) => entry.key)];
  // A vote was recorded before it came here, an evaluation perhaps not: both must take the two locks in one order.
  await lockChain(tx);
  await lockSpendKeys(tx, keys);
  const value = valueOf(approval, now);
  if (value.kind === 'unknown') return { kind: 'over', reasons: [`its value is unknown: ${value.reason}`] };
  const reasons: string[] = [];
  for (const { budget, key } of budgets) {
    const spend = await spendSince(tx, {
      key,
      currency: value.fiat.currency,
      since: now - budget.windowMs,
      exceptDecision: null,
    });
    const over = overBudget(budget, spend, value.fiat);
    if (over !== null) reasons.push(over);
  }
  for (const { group, key } of ceilings) reasons.push(...(await overCeiling(ctx, tx, input, group, key)));
  return reasons.length > 0 ? { kind: 'over', reasons } : { kind: 'within', keys, value: value.fiat };
}

async function overCeiling(
  ctx: FlowContext,
  tx: Db,
  input: DecideInput,
  group: GroupStanding,
  key: string,
): Promise<readonly string[]> {
  const ceiling = group.rule?.ceiling ?? null;
  if (ceiling === null) return ['no ceiling is configured for this group'];
  const now = ctx.now();
  const spent = await spendSince(tx, {
    key,
    currency: ceiling.per24h.currency,
    since: now - dayMs,
    exceptDecision: null,
  });
  return slackReleaseRefusals({
    approval: input.approval,
    ceiling,
    spent24h: spent.amount,
    findings: input.findings,
    now,
  });
}

/** Every budget that applies, with the key that it is summed under. An automatic approval must fit into all of them. */
function budgetsFor(
  budgets: readonly Budget[],
  connection: string,
  approval: Approval,
): { budget: Budget; key: string }[] {
  const reading = readPlainTransfer(approval.activity);
  if (reading.kind === 'not-plain') return [];
  const { walletId, network, to } = reading.transfer;
  return budgets
    .filter((budget) => budget.connection === connection)
    .map((budget) => {
      const subject = { connection: '', wallet: walletId, recipient: `${network}/${to.toLowerCase()}` }[budget.per];
      return { budget, key: `budget/${connection}/${budget.per}/${subject}` };
    });
}

async function write(
  ctx: FlowContext,
  tx: Db,
  input: {
    row: ApprovalRow;
    fingerprint: string;
    basis: DecisionBasis;
    pauseMs: number;
    /** What an approval spends; null for a denial. */
    approved: { approval: Approval; keys: readonly string[]; value: Fiat | null; isReserved: boolean } | null;
  },
): Promise<DecideResult> {
  const { row, basis, fingerprint, approved } = input;
  const now = ctx.now();
  const id = randomUUID();
  const sendAfter = now + input.pauseMs;
  const { seq, mac } = await record(ctx, tx, {
    event: 'decision.written',
    approvalId: row.id,
    actor: basis.people.length > 0 ? basis.people.join(',') : 'service-account',
    details: { decision: id, fingerprint, ...basis, sendAfter: new Date(sendAfter).toISOString() },
  });
  await writeDecision(tx, {
    id,
    approvalId: row.id,
    fingerprint,
    basis,
    decidedAt: now,
    sendAfter,
    auditSeq: seq,
    auditMac: mac,
  });
  if (approved !== null) {
    const { approval, keys, value, isReserved } = approved;
    if (value !== null) await reserve(tx, { keys, approvalId: row.id, decisionId: id, value, now });
    if (!isReserved) await reserveDecided(tx, { row, approval, now });
  }
  const reason = basis.value === 'approved' ? 'approval decided' : 'rejection decided';
  const moved = await moveTo(ctx, tx, row, { state: 'deciding', reason, actor: 'system' });
  await addTasks(
    tx,
    [
      { task: { kind: 'submit', approvalId: row.id }, notBefore: sendAfter },
      { kind: 'sync-card', approvalId: row.id },
    ],
    now,
  );
  return { kind: 'decided', row: moved, sendAfter };
}
