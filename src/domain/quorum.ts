// Who stands where on one approval: per group, our votes and the platform's, and whether our one vote may go out.
import { groupsOf, isListed, mayVoteOnPlatform, type Approval, type ApprovalGroup } from './approval.ts';
import type { PersonId } from './person.ts';
import type { Vote } from './vote.ts';
import { ruleFor, type VotingRule } from './voting-rule.ts';

/** At least two distinct people stand behind every release by Slack votes, whatever the configuration says. */
export const minimumPeople = 2;

/** What kind of control a group is; `doctor` and the card say so in words. */
export type GroupShape =
  | 'service-account-alone'
  | 'any-one-may-approve'
  | 'mixed'
  | 'people-only'
  | 'anyone-in-the-organisation';

export type GroupStanding = {
  readonly group: ApprovalGroup;
  readonly rule: VotingRule | null;
  readonly shape: GroupShape;
  /** Our service account's vote counts here. */
  readonly served: boolean;
  /** Where its people vote on this approval, and why not in Slack. */
  readonly route: { readonly kind: 'slack' } | { readonly kind: 'platform'; readonly reasons: readonly string[] };
  /** Our own quorum: never below the platform's. */
  readonly quorum: number;
  readonly approvedBy: readonly PersonId[];
  readonly deniedBy: readonly PersonId[];
  readonly platformApproved: number;
  /** Votes that the platform still wants in this group. */
  readonly platformMissing: number;
};

export function shapeOf(group: ApprovalGroup, serviceAccount: string): GroupShape {
  if (group.approvers.kind === 'anyone') return 'anyone-in-the-organisation';
  if (!isListed(group, serviceAccount) || !group.serviceAccountsCanApprove) return 'people-only';
  if (group.approvers.accounts.length === 1) return 'service-account-alone';
  return group.quorum <= 1 ? 'any-one-may-approve' : 'mixed';
}

/** Our vote counts in a group that lists our account by name and lets service accounts approve. */
export function isServed(group: ApprovalGroup, serviceAccount: string): boolean {
  return group.serviceAccountsCanApprove && isListed(group, serviceAccount);
}

export function standingOf(input: {
  readonly approval: Approval;
  readonly connection: string;
  readonly serviceAccount: string;
  readonly rules: readonly VotingRule[];
  /** Live votes on the current fingerprint by people who may count. */
  readonly votes: readonly Vote[];
  /** Why Slack votes may not release this approval at all; empty when they may (see `domain/release.ts`). */
  readonly slackRefusals: (group: ApprovalGroup, rule: VotingRule) => readonly string[];
}): readonly GroupStanding[] {
  const { approval, connection, serviceAccount } = input;
  return groupsOf(approval).map((group) => {
    const rule = ruleFor(input.rules, connection, group);
    const served = isServed(group, serviceAccount);
    const votes = input.votes.filter((vote) => vote.groupKey === group.key);
    const platformApproved = approvedOnPlatform(approval, group, serviceAccount);
    return {
      group,
      rule,
      shape: shapeOf(group, serviceAccount),
      served,
      route: routeOf(group, rule, served, input.slackRefusals),
      quorum: Math.max(countOf(group.quorum), rule?.quorum ?? 1, 1),
      approvedBy: distinctPeople(votes, 'approve'),
      deniedBy: distinctPeople(votes, 'deny'),
      platformApproved,
      platformMissing: Math.max(0, countOf(group.quorum) - platformApproved),
    };
  });
}

/** Anything but a whole number is out of reach: nobody knows how many the platform asks for. */
function countOf(quorum: number): number {
  return Number.isSafeInteger(quorum) ? quorum : Number.POSITIVE_INFINITY;
}

function routeOf(
  group: ApprovalGroup,
  rule: VotingRule | null,
  served: boolean,
  slackRefusals: (group: ApprovalGroup, rule: VotingRule) => readonly string[],
): GroupStanding['route'] {
  if (rule === null) return { kind: 'platform', reasons: [`no entry in "groups" for "${group.name}"`] };
  if (rule.votes === 'platform') return { kind: 'platform', reasons: ['this group votes on the platform'] };
  if (!served) return { kind: 'platform', reasons: ['the service account has no vote in this group'] };
  const reasons = slackRefusals(group, rule);
  return reasons.length === 0 ? { kind: 'slack' } : { kind: 'platform', reasons };
}

/** Distinct accounts that the platform counts in this group; an estimate, the platform's status is the truth. */
function approvedOnPlatform(approval: Approval, group: ApprovalGroup, serviceAccount: string): number {
  const accounts = approval.decisions.filter((decision) => {
    if (decision.value !== 'approved' || !mayVoteOnPlatform(group, decision.account)) return false;
    if (decision.account === approval.initiator?.account && !group.initiatorCanApprove) return false;
    return decision.account !== serviceAccount || isServed(group, serviceAccount);
  });
  return new Set(accounts.map((decision) => decision.account)).size;
}

/** Distinct people, whatever their number of accounts or clicks. */
function distinctPeople(votes: readonly Vote[], choice: Vote['choice']): readonly PersonId[] {
  return [...new Set(votes.filter((vote) => vote.choice === choice).map((vote) => vote.personId))].toSorted();
}
