import { describe, expect, it } from 'vitest';
import type { Approval } from '../../src/domain/approval.ts';
import { standingOf } from '../../src/domain/quorum.ts';
import { releaseOf } from '../../src/domain/release.ts';
import { anApproval, aGroup, aPolicy, aVote, aVotingRule, connection, serviceAccount } from '../builders.ts';

const votes = [aVote(), aVote({ id: 'v2', personId: 'bob', slackUser: 'T0ACME/U0BOB' })];

function release(approval: Approval) {
  const standing = standingOf({
    approval,
    connection,
    serviceAccount,
    rules: [aVotingRule()],
    votes,
    slackRefusals: () => [],
  });
  return releaseOf({ approval, standing, verdict: null, findings: [], serviceAccount, canVote: true });
}

const anyone = (quorum: number) =>
  aGroup({ key: 'plc-2/Anyone', policyId: 'plc-2', name: 'Anyone', quorum, approvers: { kind: 'anyone' } });

describe('our vote does not go out', () => {
  it('while it might be counted in a group of anybody, whose people have not voted', () => {
    const approval = anApproval({ policies: [aPolicy(), aPolicy({ id: 'plc-2', groups: [anyone(1)] })] });

    expect(release(approval).kind).toBe('wait');
    const voted = { account: 'us-erin', value: 'approved', reason: null, decidedAt: null } as const;
    expect(release({ ...approval, decisions: [voted] }).kind).toBe('approve');
  });

  it.each(['denied', 'unknown'] as const)('while somebody’s vote on the platform is %s', (value) => {
    const decisions = [{ account: 'us-erin', value, reason: null, decidedAt: null }];

    expect(release(anApproval({ decisions })).kind).toBe('wait');
  });

  it('when nobody known asked for it', () => {
    expect(release(anApproval({ initiator: null })).kind).toBe('cannot-vote');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1.5, 1e21])('when the platform asks for %s approvals', (quorum) => {
    const policies = [aPolicy({ groups: [aGroup({ quorum })] })];

    expect(release(anApproval({ policies })).kind).toBe('wait');
  });

  it('when the number of approvals did not survive the storage', () => {
    const stored: Approval = JSON.parse(
      JSON.stringify(anApproval({ policies: [aPolicy({ groups: [aGroup({ quorum: Number.NaN })] })] })),
    );

    expect(release(stored).kind).toBe('wait');
  });
});
