// May this person's vote count in this group? Asked when the vote is cast, and again when the decision is sent.
import type { EpochMs } from './amount.ts';
import { mayVoteOnPlatform, type Approval, type ApprovalGroup } from './approval.ts';
import { accountsOf, isInitiator, type ChangedPeople, type Person } from './person.ts';
import type { Refusal } from './vote.ts';
import type { VotingRule } from './voting-rule.ts';

export type Eligibility = { readonly kind: 'eligible' } | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Everything but "who is this Slack user right now", which only Slack can say (`readVoter`). A person whose entry in
 * the configuration changed can't vote on approvals that were there before, nor until `coolingMs` have passed.
 */
export function mayCount(input: {
  readonly approval: Approval;
  readonly connection: string;
  readonly group: ApprovalGroup;
  readonly rule: VotingRule;
  readonly person: Person;
  readonly changedPeople: ChangedPeople;
  readonly seenAt: EpochMs;
  readonly coolingMs: number;
  readonly now: EpochMs;
}): Eligibility {
  const { approval, connection, group, rule, person } = input;
  if (!rule.approvers.includes(person.id)) return refused({ kind: 'not-an-approver' });
  if (approval.initiator === null) return refused({ kind: 'initiator-unknown' });
  const initiator = approval.initiator.account;
  if (accountsOf(person, connection).includes(initiator)) return refused({ kind: 'initiator' });
  if (isInitiator(person, connection, initiator)) return refused({ kind: 'owns-initiator', account: initiator });
  const accounts = accountsOf(person, connection);
  if (accounts.length === 0) return refused({ kind: 'no-account' });
  if (!accounts.some((account) => mayVoteOnPlatform(group, account)))
    return refused({ kind: 'not-listed-on-platform' });
  const changedAt = input.changedPeople.get(person.id);
  if (changedAt !== undefined) {
    const until = changedAt + input.coolingMs;
    if (input.now < until || input.seenAt < changedAt) return refused({ kind: 'recently-changed', until });
  }
  return { kind: 'eligible' };
}

function refused(refusal: Refusal): Eligibility {
  return { kind: 'refused', refusal };
}
