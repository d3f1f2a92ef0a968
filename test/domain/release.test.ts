import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Approval, ApprovalGroup, PlatformDecision } from '../../src/domain/approval.ts';
import { standingOf } from '../../src/domain/quorum.ts';
import { releaseOf, type Release } from '../../src/domain/release.ts';
import type { Verdict } from '../../src/domain/verdict.ts';
import type { Vote } from '../../src/domain/vote.ts';
import type { VotingRule } from '../../src/domain/voting-rule.ts';
import {
  aFinding,
  aGroup,
  alice,
  anApproval,
  aPolicy,
  aVote,
  aVotingRule,
  connection,
  serviceAccount,
} from '../builders.ts';

const approve: Verdict = { kind: 'approve', rule: 'routine', reasons: [] };
const both = [aVote(), aVote({ personId: 'bob' })];
const peopleOnly = aGroup({ key: 'people', name: 'People', approvers: { kind: 'listed', accounts: ['us-1', 'us-2'] } });
const second = aGroup({ key: 'second', name: 'Risk' });

type Given = Partial<Omit<Parameters<typeof releaseOf>[0], 'standing'>> & {
  readonly votes?: readonly Vote[];
  readonly rules?: readonly VotingRule[];
};

function release({ approval = anApproval(), votes = [], rules = [aVotingRule()], ...given }: Given = {}): Release {
  const standing = standingOf({ approval, connection, serviceAccount, rules, votes, slackRefusals: () => [] });
  return releaseOf({ approval, standing, verdict: null, findings: [], serviceAccount, canVote: true, ...given });
}

function withGroups(...groups: readonly ApprovalGroup[]): Approval {
  return anApproval({ policies: [aPolicy({ groups })] });
}

function decided(account: string): PlatformDecision {
  return { account, value: 'approved', reason: null, decidedAt: null };
}

describe('whether our vote may go out', () => {
  test('yes, with a quorum of votes', () => {
    expect(release({ votes: both })).toEqual({ kind: 'approve', coverage: [{ groupKey: aGroup().key, by: 'votes' }] });
  });

  test('yes, with a verdict where the group allows automation', () => {
    expect(release({ verdict: approve })).toEqual({
      kind: 'approve',
      coverage: [{ groupKey: aGroup().key, by: 'verdict' }],
    });
  });

  test.each<readonly [string, Given, Release]>([
    ['nobody voted', {}, { kind: 'wait', reasons: ['"Treasury" has 0 of 2 approvals'] }],
    ['one vote is missing', { votes: [aVote()] }, { kind: 'wait', reasons: ['"Treasury" has 1 of 2 approvals'] }],
    [
      'one person voted with two accounts',
      { votes: [aVote(), aVote({ slackUser: 'T0ACME/U0ALICE2' })] },
      { kind: 'wait', reasons: ['"Treasury" has 1 of 2 approvals'] },
    ],
    [
      'the quorum is one and one person voted: two must stand behind it',
      { votes: [aVote()], rules: [aVotingRule({ quorum: 1 })] },
      { kind: 'wait', reasons: ['at least two different people must approve'] },
    ],
    [
      'the verdict abstains',
      { verdict: { kind: 'abstain', reasons: ['no rule'] } },
      { kind: 'wait', reasons: ['"Treasury" has 0 of 2 approvals'] },
    ],
    [
      'the group does not allow automation',
      { verdict: approve, rules: [aVotingRule({ automation: false })] },
      { kind: 'wait', reasons: ['"Treasury" has 0 of 2 approvals'] },
    ],
    [
      'the group has no rule',
      { verdict: approve, votes: both, rules: [] },
      { kind: 'wait', reasons: ['"Treasury" is decided on the platform (no entry in "groups" for "Treasury")'] },
    ],
    [
      'a finding stops it, in spite of votes and a verdict',
      { verdict: approve, votes: both, findings: [aFinding({ outcome: 'stop', title: 'Payload', words: 'differs' })] },
      { kind: 'wait', reasons: ['Payload: differs'] },
    ],
    [
      'somebody rejected it, in spite of a quorum',
      { votes: [...both, aVote({ personId: 'carol', choice: 'deny' })] },
      { kind: 'wait', reasons: ['somebody rejected it'] },
    ],
    [
      'somebody rejected it, in spite of a verdict',
      { verdict: approve, votes: [aVote({ personId: 'carol', choice: 'deny' })] },
      { kind: 'wait', reasons: ['somebody rejected it'] },
    ],
    [
      'our account may not vote',
      { votes: both, canVote: false },
      { kind: 'cannot-vote', reason: 'the service account may not vote here' },
    ],
    [
      'our account asked for it, whatever the group lets initiators do',
      {
        votes: both,
        verdict: approve,
        approval: {
          ...withGroups(aGroup({ initiatorCanApprove: true })),
          initiator: { account: serviceAccount, serviceAccount: true },
        },
      },
      { kind: 'cannot-vote', reason: 'the service account asked for it itself' },
    ],
    [
      'groups are alternatives',
      { votes: both, approval: anApproval({ groupLogic: 'any' }) },
      { kind: 'cannot-vote', reason: 'alternative groups are decided on the platform' },
    ],
    [
      'no group lists our account',
      { votes: both, approval: withGroups(peopleOnly) },
      { kind: 'cannot-vote', reason: 'no triggered group lists the service account' },
    ],
    [
      'no group triggered',
      { verdict: approve, approval: withGroups() },
      { kind: 'cannot-vote', reason: 'no triggered group lists the service account' },
    ],
    [
      'our vote is spent',
      { votes: both, approval: anApproval({ decisions: [decided(serviceAccount)] }) },
      { kind: 'spent' },
    ],
    [
      'our vote is spent as a denial',
      { votes: both, approval: anApproval({ decisions: [{ ...decided(serviceAccount), value: 'denied' }] }) },
      { kind: 'spent' },
    ],
  ])('no, when %s', (_, given, expected) => {
    expect(release(given)).toEqual(expected);
  });

  test('every group that our vote counts in must be covered', () => {
    const approval = withGroups(aGroup(), second);
    const rules = [aVotingRule(), aVotingRule({ name: 'Risk', automation: false })];
    const riskVotes = [aVote({ groupKey: 'second' }), aVote({ groupKey: 'second', personId: 'bob' })];

    expect(release({ approval, rules, votes: both })).toEqual({
      kind: 'wait',
      reasons: ['"Risk" has 0 of 2 approvals'],
    });
    expect(release({ approval, rules, votes: both, verdict: approve }).kind).toBe('wait');
    expect(release({ approval, rules, votes: [...both, ...riskVotes] })).toEqual({
      kind: 'approve',
      coverage: [
        { groupKey: aGroup().key, by: 'votes' },
        { groupKey: 'second', by: 'votes' },
      ],
    });
  });

  test('one group by votes and another by a verdict is covered, and the verdict makes it go last', () => {
    const approval = withGroups(aGroup(), second, peopleOnly);
    const rules = [aVotingRule({ automation: false }), aVotingRule({ name: 'Risk' })];

    expect(release({ approval, rules, votes: both, verdict: approve })).toEqual({
      kind: 'wait',
      reasons: ['"People" needs 1 more on the platform first'],
    });
    const last = { ...approval, decisions: [decided('us-1')] };
    expect(release({ approval: last, rules, votes: both, verdict: approve })).toEqual({
      kind: 'approve',
      coverage: [
        { groupKey: aGroup().key, by: 'votes' },
        { groupKey: 'second', by: 'verdict' },
      ],
    });
  });

  test("a verdict's vote waits for the other seats of its own group", () => {
    const approval = withGroups(aGroup({ quorum: 2 }));
    const [seat = ''] = alice.accounts[connection] ?? [];

    expect(release({ approval, verdict: approve })).toEqual({
      kind: 'wait',
      reasons: ['"Treasury" needs 1 more on the platform first'],
    });
    expect(release({ approval: { ...approval, decisions: [decided(seat)] }, verdict: approve }).kind).toBe('approve');
  });

  test('votes need not go last: people may still decide on the platform afterwards', () => {
    expect(release({ approval: withGroups(aGroup(), peopleOnly), votes: both }).kind).toBe('approve');
  });

  test('taking an approval away never turns waiting into approving; a rejection never does either', () => {
    const vote = fc.record({
      personId: fc.constantFrom('alice', 'bob', 'carol'),
      groupKey: fc.constantFrom(aGroup().key, 'second'),
    });
    const rules = [aVotingRule(), aVotingRule({ name: 'Risk', quorum: 3 })];
    const approval = withGroups(aGroup(), second);

    fc.assert(
      fc.property(fc.array(vote, { maxLength: 8 }), fc.nat(7), fc.boolean(), (given, drop, automatic) => {
        const votes = given.map((change) => aVote(change));
        const verdict = automatic ? approve : null;
        const before = release({ approval, rules, votes, verdict }).kind;
        const fewer = votes.filter((_, index) => index !== drop);
        const rejected = [...votes, aVote({ personId: 'dave', choice: 'deny' })];

        expect([before, release({ approval, rules, votes: fewer, verdict }).kind]).not.toEqual(['wait', 'approve']);
        expect(release({ approval, rules, votes: rejected, verdict }).kind).toBe('wait');
      }),
    );
  });

  test('the order of votes changes nothing', () => {
    const votes = [aVote(), aVote({ personId: 'bob' }), aVote({ personId: 'carol' })];

    fc.assert(
      fc.property(fc.shuffledSubarray(votes), (some) => {
        expect(release({ votes: some })).toEqual(release({ votes: some.toReversed() }));
        expect(release({ votes: some }).kind).toBe(some.length >= 2 ? 'approve' : 'wait');
      }),
    );
  });
});
