// How the sandbox's custody platform counts: groups, quorum, one vote per user, deny wins.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bot, payoutsBot, people, policyIds } from '../../src/sandbox/company.ts';
import { startCustody } from '../../src/sandbox/custody/index.ts';
import type { Custody } from '../../src/sandbox/custody/index.ts';
import { decideByHand, errorOf } from './custody-client.ts';

const { alice, bob, carol, dave, erin } = people;

const assumed: Record<string, { error: { status: number; message: string } }> = JSON.parse(
  readFileSync(new URL('../fixtures/dfns/errors/decision-conflicts.ASSUMED.json', import.meta.url), 'utf8'),
).cases;

let custody: Custody;

beforeEach(async () => {
  custody = await startCustody();
});

afterEach(() => custody.stop());

const statusOf = (approvalId: string): string | undefined =>
  custody.ledger().approvals.find(({ approval }) => approval.id === approvalId)?.approval.status;

const approve = (approvalId: string, person: { userId: string }) =>
  custody.decide(approvalId, { userId: person.userId, value: 'Approved' });
const deny = (approvalId: string, person: { userId: string }) =>
  custody.decide(approvalId, { userId: person.userId, value: 'Denied', reason: 'no' });

const treasuryOf = (quorum: number, more: object = {}) => ({
  action: {
    kind: 'RequestApproval',
    approvalGroups: [
      {
        name: 'Treasury',
        quorum,
        approvers: { userId: { in: [bot, alice, bob, carol, dave].map((each) => each.userId) } },
        serviceAccountsCanApprove: true,
        ...more,
      },
    ],
  },
});

describe('quorum', () => {
  it('approves when the only group has its quorum, and not before', () => {
    custody.editPolicy(policyIds.large, treasuryOf(2));
    const { approvalId } = custody.play('large-transfer');

    approve(approvalId, alice);
    const afterOne = statusOf(approvalId);
    approve(approvalId, bob);

    expect([afterOne, statusOf(approvalId)]).toEqual(['Pending', 'Approved']);
  });

  it('asks every group of every triggered policy', () => {
    const { approvalId } = custody.play('compliance-too');

    approve(approvalId, bob);
    const afterTreasury = statusOf(approvalId);
    approve(approvalId, erin);

    const [record] = custody.ledger().approvals;
    expect(record?.approval.policyEvaluations.filter((each) => each.triggered)).toHaveLength(2);
    expect([afterTreasury, statusOf(approvalId)]).toEqual(['Pending', 'Approved']);
  });

  it('counts one vote in every group that its voter belongs to', () => {
    const { approvalId } = custody.play('compliance-too');

    approve(approvalId, carol);

    expect(statusOf(approvalId)).toBe('Approved');
  });

  it('does not count a service account in a people-only group', () => {
    const { approvalId } = custody.play('compliance-too');

    custody.decide(approvalId, { userId: bot.userId, value: 'Approved' });

    expect(statusOf(approvalId)).toBe('Pending');
  });

  it('lets anyone in the organisation vote in an open group, except service accounts', () => {
    custody.editPolicy(policyIds.large, treasuryOf(1, { approvers: {} }));
    const { approvalId } = custody.play('large-transfer');

    const byBot = custody.decide(approvalId, { userId: bot.userId, value: 'Approved' });
    approve(approvalId, erin);

    expect(byBot.kind).toBe('refused');
    expect(statusOf(approvalId)).toBe('Approved');
  });

  it('counts by the policy as it stands when the vote is cast', () => {
    const { approvalId } = custody.play('large-transfer');
    custody.editPolicy(policyIds.large, treasuryOf(3));

    approve(approvalId, alice);

    expect(statusOf(approvalId)).toBe('Pending');
  });
});

describe('refused decisions', () => {
  const bodyOf = (name: string) => assumed[name]?.error;

  it('refuses a second vote of the same user', async () => {
    custody.editPolicy(policyIds.large, treasuryOf(2));
    const { approvalId } = custody.play('large-transfer');
    await decideByHand(custody.url, approvalId, 'Approved');

    const again = await decideByHand(custody.url, approvalId, 'Denied');

    expect(again.status).toBe(bodyOf('alreadyDecided')?.status);
    expect(errorOf(again)).toBe(bodyOf('alreadyDecided')?.message);
    expect(statusOf(approvalId)).toBe('Pending');
  });

  it('refuses a vote on what is resolved', async () => {
    const { approvalId } = custody.play('routine-payout');
    deny(approvalId, alice);

    const late = await decideByHand(custody.url, approvalId, 'Approved');

    expect(late.status).toBe(bodyOf('alreadyResolved')?.status);
    expect(errorOf(late)).toBe(bodyOf('alreadyResolved')?.message);
    expect(statusOf(approvalId)).toBe('Denied');
  });

  it('refuses the service account while Dfns has not activated service accounts', async () => {
    custody.setOrganisation({ serviceAccountsActivated: false });
    const { approvalId } = custody.play('routine-payout');

    const reply = await decideByHand(custody.url, approvalId, 'Approved');

    expect(reply.status).toBe(bodyOf('serviceAccountNotEnabled')?.status);
    expect(errorOf(reply)).toBe(bodyOf('serviceAccountNotEnabled')?.message);
  });

  it('refuses a service account that is in no group', async () => {
    const { approvalId } = custody.play('policy-change');

    const reply = await decideByHand(custody.url, approvalId, 'Approved');

    expect(reply.status).toBe(bodyOf('notAnApprover')?.status);
    expect(errorOf(reply)).toBe(bodyOf('notAnApprover')?.message);
  });

  it('refuses the initiator’s approval, also when the service account is the initiator', async () => {
    const byDave = custody.play('large-transfer').approvalId;
    const byBot = custody.play('large-transfer', { initiatorId: 'bot' }).approvalId;

    const dave1 = approve(byDave, dave);
    const bot1 = await decideByHand(custody.url, byBot, 'Approved');

    expect(dave1).toMatchObject({ kind: 'refused', status: bodyOf('initiator')?.status });
    expect(bot1.status).toBe(bodyOf('initiator')?.status);
    expect(errorOf(bot1)).toBe(bodyOf('initiator')?.message);
  });

  it('lets the initiator approve where the group allows it', () => {
    custody.editPolicy(policyIds.large, treasuryOf(1, { initiatorCanApprove: true }));
    const { approvalId } = custody.play('large-transfer');

    approve(approvalId, dave);

    expect(statusOf(approvalId)).toBe('Approved');
  });

  it('refuses a value that is not in the language, and members that are not either', async () => {
    const { approvalId } = custody.play('routine-payout');

    const rejected = await decideByHand(custody.url, approvalId, 'Rejected');

    expect(rejected.status).toBe(400);
    expect(custody.ledger().decisionCalls).toMatchObject([{ value: 'Rejected', status: 400, applied: false }]);
  });

  it('answers 404 for an approval that does not exist', async () => {
    const reply = await decideByHand(custody.url, 'ap-none', 'Approved');

    expect(reply.status).toBe(404);
  });
});

describe('denial', () => {
  it.each([
    ['a person', alice.userId],
    ['the service account', bot.userId],
    ['the initiator, who cancels', payoutsBot.userId],
  ])('resolves the whole approval at once when it comes from %s', (_, userId) => {
    const { approvalId } = custody.play('routine-payout');

    custody.decide(approvalId, { userId, value: 'Denied' });

    expect(statusOf(approvalId)).toBe('Denied');
  });

  it('wins over approvals that were there before', () => {
    custody.editPolicy(policyIds.large, treasuryOf(3));
    const { approvalId } = custody.play('large-transfer');
    approve(approvalId, alice);
    approve(approvalId, bob);

    deny(approvalId, carol);

    expect(statusOf(approvalId)).toBe('Denied');
  });

  it('is refused to a stranger', () => {
    const { approvalId } = custody.play('routine-payout');

    const outcome = deny(approvalId, erin);

    expect(outcome.kind).toBe('refused');
    expect(statusOf(approvalId)).toBe('Pending');
  });
});
