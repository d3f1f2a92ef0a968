import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Approval, ApprovalGroup, PlatformDecision } from '../../src/domain/approval.ts';
import { isServed, minimumPeople, shapeOf, standingOf, type GroupStanding } from '../../src/domain/quorum.ts';
import type { Vote } from '../../src/domain/vote.ts';
import { ruleFor, type VotingRule } from '../../src/domain/voting-rule.ts';
import { aGroup, anApproval, aPolicy, aVote, aVotingRule, connection, serviceAccount } from '../builders.ts';

type Given = {
  readonly approval?: Approval;
  readonly votes?: readonly Vote[];
  readonly rules?: readonly VotingRule[];
  readonly refusals?: readonly string[];
};

function standings({ approval = anApproval(), votes = [], rules = [aVotingRule()], refusals = [] }: Given = {}) {
  return standingOf({ approval, connection, serviceAccount, rules, votes, slackRefusals: () => refusals });
}

function standing(given: Given = {}): GroupStanding {
  const [only] = standings(given);
  if (only === undefined) throw new Error('the approval has no group');
  return only;
}

function withGroup(group: Partial<ApprovalGroup>, decisions: readonly PlatformDecision[] = []): Approval {
  return anApproval({ policies: [aPolicy({ groups: [aGroup(group)] })], decisions });
}

function decided(account: string, value: PlatformDecision['value'] = 'approved'): PlatformDecision {
  return { account, value, reason: null, decidedAt: null };
}

const listed = (...accounts: readonly string[]) => ({ approvers: { kind: 'listed', accounts } }) as const;

describe('what kind of control a group is', () => {
  test.each([
    ['the service account and people, one is enough', listed(serviceAccount, 'us-1'), 'any-one-may-approve'],
    ['the service account and people, two are needed', { ...listed(serviceAccount, 'us-1'), quorum: 2 }, 'mixed'],
    ['the service account alone', listed(serviceAccount), 'service-account-alone'],
    ['people only', listed('us-1', 'us-2'), 'people-only'],
    [
      'a service account that the group does not let approve',
      { ...listed(serviceAccount, 'us-1'), serviceAccountsCanApprove: false },
      'people-only',
    ],
    ['anyone', { approvers: { kind: 'anyone' } }, 'anyone-in-the-organisation'],
  ] as const)('%s', (_, group, shape) => {
    expect(shapeOf(aGroup(group), serviceAccount)).toBe(shape);
  });

  test.each([
    ['listed and allowed', listed(serviceAccount), true],
    ['listed and not allowed', { ...listed(serviceAccount), serviceAccountsCanApprove: false }, false],
    ['not listed', listed('us-1'), false],
    ['anyone may vote: our account is not listed by name', { approvers: { kind: 'anyone' } }, false],
  ] as const)('our vote counts when the account is %s', (_, group, served) => {
    expect(isServed(aGroup(group), serviceAccount)).toBe(served);
  });
});

describe('our quorum', () => {
  test.each([
    [1, 2, 2],
    [3, 2, 3],
    [2, 2, 2],
    [0, 0, 1],
    [-5, -1, 1],
  ])('with %i on the platform and %i here is %i, never below the platform', (platform, ours, quorum) => {
    const given = { approval: withGroup({ quorum: platform }), rules: [aVotingRule({ quorum: ours })] };

    expect(standing(given).quorum).toBe(quorum);
  });

  test('is at least one where no rule names the group', () => {
    expect(standing({ approval: withGroup({ quorum: 0 }), rules: [] }).quorum).toBe(1);
  });

  test('is never met by nobody, whatever both numbers are', () => {
    const numbers = fc.oneof(fc.integer(), fc.double());

    fc.assert(
      fc.property(numbers, numbers, (platform, ours) => {
        const { quorum, approvedBy } = standing({
          approval: withGroup({ quorum: platform }),
          rules: [aVotingRule({ quorum: ours })],
        });

        expect(approvedBy.length >= quorum).toBe(false);
      }),
    );
  });

  test('two people stand behind every release', () => {
    expect(minimumPeople).toBe(2);
  });
});

describe('votes', () => {
  test('count a person once, whatever their number of accounts and clicks', () => {
    const votes = ['T0ACME/U0ALICE', 'T0ACME/U0ALICE2', 'T0OTHER/U0ALICE'].map((slackUser, index) =>
      aVote({ id: String(index), slackUser }),
    );

    expect(standing({ votes }).approvedBy).toEqual(['alice']);
  });

  test('count only in the group that they were cast in', () => {
    const votes = [aVote({ groupKey: 'another' })];

    expect(standing({ votes }).approvedBy).toEqual([]);
  });

  test('keep approvals and rejections apart', () => {
    const votes = [aVote(), aVote({ personId: 'bob', choice: 'deny' })];

    expect(standing({ votes })).toMatchObject({ approvedBy: ['alice'], deniedBy: ['bob'] });
  });

  test('their order changes nothing', () => {
    const vote = fc.record({
      personId: fc.constantFrom('alice', 'bob', 'carol'),
      choice: fc.constantFrom('approve' as const, 'deny' as const),
      slackUser: fc.constantFrom('T0A/U0A', 'T0A/U0B'),
    });
    const permuted = fc
      .array(vote, { maxLength: 8 })
      .chain((votes) => fc.tuple(fc.constant(votes), fc.shuffledSubarray(votes, { minLength: votes.length })));

    fc.assert(
      fc.property(permuted, ([votes, others]) => {
        expect(standing({ votes: others.map(aVote) })).toEqual(standing({ votes: votes.map(aVote) }));
      }),
    );
  });

  test('one vote per group: a person in two groups counts once in each', () => {
    const groups = [aGroup(), aGroup({ key: 'second', name: 'Risk' })];
    const approval = anApproval({ policies: [aPolicy({ groups })] });
    const votes = [aVote(), aVote({ groupKey: 'second' })];

    const approvedBy = standings({ approval, votes, rules: [aVotingRule(), aVotingRule({ name: 'Risk' })] });

    expect(approvedBy.map((group) => group.approvedBy)).toEqual([['alice'], ['alice']]);
  });
});

describe('where the people of a group vote', () => {
  test('in Slack, when its rule says so and our vote counts there', () => {
    expect(standing().route).toEqual({ kind: 'slack' });
  });

  test.each<readonly [string, Given, string]>([
    ['no rule names it', { rules: [] }, 'no entry in "groups" for "Treasury"'],
    [
      'a rule of another connection does',
      { rules: [aVotingRule({ connection: 'ops' })] },
      'no entry in "groups" for "Treasury"',
    ],
    ['its rule says platform', { rules: [aVotingRule({ votes: 'platform' })] }, 'this group votes on the platform'],
    [
      'our account has no vote there',
      { approval: withGroup(listed('us-1')) },
      'the service account has no vote in this group',
    ],
    [
      'anyone may approve there',
      { approval: withGroup({ approvers: { kind: 'anyone' } }) },
      'the service account has no vote in this group',
    ],
    ['the approval may not be released in Slack', { refusals: ['no price'] }, 'no price'],
  ])('on the platform, when %s', (_, given, reason) => {
    expect(standing(given).route).toEqual({ kind: 'platform', reasons: [reason] });
  });
});

describe('what the platform still wants', () => {
  const three = { quorum: 3, ...listed(serviceAccount, 'us-1', 'us-2', 'us-3') };

  test.each<readonly [string, readonly PlatformDecision[], number]>([
    ['nobody decided', [], 3],
    ['one listed account approved', [decided('us-1')], 2],
    ['one approved twice', [decided('us-1'), decided('us-1')], 2],
    ['a stranger approved', [decided('us-9')], 3],
    ['one denied', [decided('us-1', 'denied')], 3],
    ['one said something unknown', [decided('us-1', 'unknown')], 3],
    ['our account approved', [decided(serviceAccount)], 2],
    ['four approved', [decided('us-1'), decided('us-2'), decided('us-3'), decided(serviceAccount)], 0],
  ])('when %s', (_, decisions, missing) => {
    expect(standing({ approval: withGroup(three, decisions) }).platformMissing).toBe(missing);
  });

  test('the initiator counts only where the group lets them', () => {
    const initiator = { account: 'us-1', serviceAccount: false };
    const strict = { ...withGroup(three, [decided('us-1')]), initiator };
    const lenient = { ...withGroup({ ...three, initiatorCanApprove: true }, [decided('us-1')]), initiator };

    expect(standing({ approval: strict }).platformMissing).toBe(3);
    expect(standing({ approval: lenient }).platformMissing).toBe(2);
  });

  test('our account counts only where service accounts may approve', () => {
    const group = { ...three, serviceAccountsCanApprove: false };

    expect(standing({ approval: withGroup(group, [decided(serviceAccount)]) }).platformMissing).toBe(3);
  });
});

describe('which rule a group has', () => {
  const byName = aVotingRule({ quorum: 2 });
  const byPolicy = aVotingRule({ quorum: 3, policy: aGroup().policyId });

  test('the one that names the policy, in whatever order they stand', () => {
    expect(ruleFor([byName, byPolicy], connection, aGroup())).toBe(byPolicy);
    expect(ruleFor([byPolicy, byName], connection, aGroup())).toBe(byPolicy);
  });

  test('the one that names only the group, when no other names the policy', () => {
    expect(ruleFor([byPolicy, byName], connection, aGroup({ policyId: 'plc-other' }))).toBe(byName);
  });

  test.each([
    ['of another connection', aVotingRule({ connection: 'ops' })],
    ['of another name', aVotingRule({ name: 'treasury' })],
    ['of another policy', aVotingRule({ policy: 'plc-other' })],
  ])('never one %s', (_, rule) => {
    expect(ruleFor([rule], connection, aGroup())).toBeNull();
  });
});
