// One decision on one approval: who may make it, what it does at once, and when enough of them make a quorum.
import { z } from 'zod';
import { refused } from './answer.ts';
import type { Answer } from './answer.ts';
import { change, remember } from './approvals.ts';
import { decisionValues } from './ledger.ts';
import type { ApprovalGroup, DecisionValue } from './ledger.ts';
import { belongsTo, groupsOf, isListedIn } from './policies.ts';
import { expireIfDue, resolve } from './resolution.ts';
import { isoNow } from './world.ts';
import type { Approval, ApprovalRecord, Identity, World } from './world.ts';

export const decisionBodySchema = z.strictObject({
  value: z.enum(decisionValues),
  reason: z.string().max(1000).optional(),
});

export interface DecisionRequest {
  approvalId: string;
  identity: Identity;
  value: DecisionValue;
  reason?: string | undefined;
}

export type DecisionOutcome = { kind: 'applied'; record: ApprovalRecord } | { kind: 'refused'; answer: Answer };

export function decide(world: World, request: DecisionRequest): DecisionOutcome {
  const { identity, value } = request;
  const record = world.approvals.get(request.approvalId);
  if (record === undefined) {
    return no(refused(404, 'approval not found', { approvalId: request.approvalId, orgId: world.org.id }));
  }
  expireIfDue(world, record);
  const refusal = refusalOf(world, record.approval, identity, value);
  if (refusal) return no(refusal);

  remember(record);
  const decision = { userId: identity.userId, date: isoNow(world), reason: request.reason ?? null, value };
  change(world, record, { decisions: [...record.approval.decisions, decision] }, `${value} by ${identity.userId}`);
  if (value === 'Denied') resolve(world, record, 'Denied');
  else if (isSatisfied(world, record.approval)) resolve(world, record, 'Approved');
  return { kind: 'applied', record };
}

const no = (answer: Answer): DecisionOutcome => ({ kind: 'refused', answer });

// Dfns does not document these bodies: the status codes are a guess, and a client must not tell them apart by their text.
function refusalOf(world: World, approval: Approval, identity: Identity, value: DecisionValue): Answer | undefined {
  if (approval.status !== 'Pending') return refused(422, 'approval is not pending');
  if (approval.decisions.some((decision) => decision.userId === identity.userId)) {
    return refused(409, 'user already submitted a decision');
  }
  const groups = groupsOf(world, approval);
  const isInitiator = approval.initiatorId === identity.userId;
  // Denying one's own activity is how it is cancelled, whether or not one is in a group.
  if (isInitiator && value === 'Denied') return undefined;

  const memberships = groups.filter((group) => belongsTo(world, group, identity));
  if (memberships.length === 0) {
    const isListed = groups.some((group) => isListedIn(group, identity.userId));
    return identity.isServiceAccount && isListed
      ? refused(403, 'service accounts cannot approve')
      : refused(403, 'user is not part of any approval group');
  }
  if (isInitiator && !memberships.some((group) => group.initiatorCanApprove === true)) {
    return refused(403, 'initiator cannot approve their own activity');
  }
  return undefined;
}

/** Every group of every triggered policy has its quorum; one vote counts in each group that its voter belongs to. */
function isSatisfied(world: World, approval: Approval): boolean {
  return groupsOf(world, approval).every((group) => votesIn(world, approval, group) >= group.quorum);
}

function votesIn(world: World, approval: Approval, group: ApprovalGroup): number {
  const voters = approval.decisions.flatMap((decision) => {
    const identity = world.identities.get(decision.userId);
    if (decision.value !== 'Approved' || identity === undefined || !belongsTo(world, group, identity)) return [];
    const isInitiator = identity.userId === approval.initiatorId;
    return isInitiator && group.initiatorCanApprove !== true ? [] : [identity.userId];
  });
  return new Set(voters).size;
}
