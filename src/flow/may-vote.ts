// May this person's click become a vote, and where would it count? Asked by the form before the vote, and by the vote.
import { readApprovalRow, type ApprovalRow } from '../db/approvals.ts';
import type { Context } from '../context.ts';
import { readSnapshot } from '../db/snapshots.ts';
import type { Approval } from '../domain/approval.ts';
import { mayWithdraw } from '../domain/decision.ts';
import { accountsOf, isInitiator, type Person } from '../domain/person.ts';
import type { GroupStanding } from '../domain/quorum.ts';
import type { Choice, Refusal } from '../domain/vote.ts';
import type { PlatformConnection } from '../platforms/platform.ts';
import { readStanding, type Standing } from './read-standing.ts';
import type { FlowContext } from './record.ts';

type Judged = { readonly row: ApprovalRow; readonly approval: Approval; readonly standing: Standing };

type Click = { readonly choice: Choice; readonly person: Person; readonly platform: PlatformConnection };

export type VotePreview = {
  /** The groups in which this person's approval would count. */
  readonly groupKeys: readonly string[];
  /** Why an approval by this person would not be counted, as far as it lies with them. */
  readonly refusal: Refusal | null;
};

/** What a form says before anybody votes; the vote itself is judged again when it is cast. */
export async function previewVote(
  ctx: FlowContext & Pick<Context, 'platforms'>,
  input: { approvalId: string; person: Person },
): Promise<VotePreview> {
  const nowhere = { groupKeys: [], refusal: null };
  const row = await readApprovalRow(ctx.db, input.approvalId);
  const platform = row === null ? undefined : ctx.platforms.get(row.connection);
  if (row === null || row.fingerprint === null || platform === undefined) return nowhere;
  const approval = await readSnapshot(ctx.db, row.id, row.fingerprint);
  if (approval === null) return nowhere;
  const { fingerprint } = row;
  const standing = await readStanding(ctx, ctx.db, { row, approval, fingerprint, platform });
  const counts = whereItCounts({ row, approval, standing }, input.person);
  if (counts.kind === 'refused') return { groupKeys: [], refusal: counts.refusal };
  const groupKeys = counts.groups.map(({ group }) => group.key);
  const isRepeated = hasApproved(standing, input.person, groupKeys);
  return { groupKeys, refusal: isRepeated ? { kind: 'same-vote-already', choice: 'approve' } : null };
}

/** Why this click may not become a vote, whatever the choice; the order is from "too late" to "not you". */
export function refusalOf(ctx: FlowContext, judged: Judged, click: Click): Refusal | null {
  const { row, standing } = judged;
  const mode = ctx.config.connections.find((connection) => connection.name === row.connection)?.mode;
  if (mode !== 'vote') return { kind: 'platform-only', reasons: ['this connection does not vote'] };
  if (row.state === 'sending' || row.state === 'sent') return { kind: 'vote-spent' };
  if (row.state !== 'pending' && row.state !== 'deciding') return { kind: 'closed', state: row.state };
  if (row.mayNotVote !== null) return { kind: 'platform-only', reasons: [row.mayNotVote] };
  if (row.expiresAt !== null && row.expiresAt - ctx.now() < click.platform.submissionMs) return { kind: 'too-late' };
  const { decision } = standing;
  if (decision !== null && !mayWithdraw(decision)) return { kind: 'vote-spent' };
  if (click.choice === 'deny') return mayReject(judged, click) ? null : rejectRefusal(standing, click.person);
  if (decision !== null) return { kind: 'decided-already' };
  const counts = whereItCounts(judged, click.person);
  return counts.kind === 'refused' ? counts.refusal : null;
}

type Counts =
  | { readonly kind: 'groups'; readonly groups: readonly GroupStanding[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** The groups in which this person's approval would count, or the first reason why there is none. */
export function whereItCounts({ row, approval, standing }: Judged, person: Person): Counts {
  const groups: GroupStanding[] = [];
  const refusals: Refusal[] = [];
  for (const entry of standing.groups) {
    if (entry.rule === null) continue;
    const eligibility = standing.eligibility(entry.group, entry.rule, person);
    if (eligibility.kind === 'refused') refusals.push(eligibility.refusal);
    else if (entry.route.kind === 'platform') refusals.push({ kind: 'platform-only', reasons: entry.route.reasons });
    else groups.push(entry);
  }
  if (groups.length > 0) return { kind: 'groups', groups };
  return { kind: 'refused', refusal: ownRequest(row, approval, person) ?? mostTelling(refusals) };
}

export function hasApproved(standing: Standing, person: Person, groupKeys: readonly string[]): boolean {
  const own = standing.counted.filter((vote) => vote.personId === person.id && vote.choice === 'approve');
  return groupKeys.every((key) => own.some((vote) => vote.groupKey === key));
}

/** Also for whoever asked and is no approver at all: they can still cancel, and should hear so. */
function ownRequest(row: ApprovalRow, approval: Approval, person: Person): Refusal | null {
  if (approval.initiator === null) return null;
  const { account } = approval.initiator;
  if (accountsOf(person, row.connection).includes(account)) return { kind: 'initiator' };
  return isInitiator(person, row.connection, account) ? { kind: 'owns-initiator', account } : null;
}

/** "Not in this group" is the least useful thing to say; what lies with the person says more than what lies with a group. */
function mostTelling(refusals: readonly Refusal[]): Refusal {
  const personal = refusals.find(({ kind }) => kind !== 'not-an-approver' && kind !== 'platform-only');
  return personal ?? refusals.find(({ kind }) => kind === 'platform-only') ?? { kind: 'not-an-approver' };
}

/** An eligible approver of a group that our vote serves may reject, and the initiator may cancel. */
function mayReject({ row, approval, standing }: Judged, { person, platform }: Click): boolean {
  if (platform.capabilities.reject === 'none' || !standing.groups.some((entry) => entry.served)) return false;
  return rejectable(standing, person).length > 0 || mayCancel(row, approval, person);
}

export function rejectable(standing: Standing, person: Person): readonly GroupStanding[] {
  return standing.groups.filter(
    ({ served, rule, group }) =>
      served && rule?.votes === 'slack' && standing.eligibility(group, rule, person).kind === 'eligible',
  );
}

export function mayCancel(row: ApprovalRow, approval: Approval, person: Person): boolean {
  return approval.initiator !== null && isInitiator(person, row.connection, approval.initiator.account);
}

function rejectRefusal(standing: Standing, person: Person): Refusal {
  const refusals = standing.groups.flatMap(({ rule, group }): Refusal[] => {
    const eligibility = rule === null ? null : standing.eligibility(group, rule, person);
    return eligibility?.kind === 'refused' ? [eligibility.refusal] : [];
  });
  return refusals.length > 0
    ? mostTelling(refusals)
    : { kind: 'platform-only', reasons: ['it can only be rejected on the platform'] };
}
