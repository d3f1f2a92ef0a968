// What time and a decision do to an approval of the sandbox's custody platform: expiry, execution, and changes in force.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bot, people, policyIds, wallets } from '../../src/sandbox/company.ts';
import { startCustody } from '../../src/sandbox/custody/index.ts';
import type { Custody } from '../../src/sandbox/custody/index.ts';
import { call } from './custody-client.ts';

const { alice, carol, erin } = people;
const hourMs = 3_600_000;

let custody: Custody;

beforeEach(async () => {
  custody = await startCustody({ broadcastAfterMs: 1000, confirmAfterMs: 3000 });
});

afterEach(() => custody.stop());

const statusOf = (approvalId: string): string | undefined =>
  custody.ledger().approvals.find(({ approval }) => approval.id === approvalId)?.approval.status;

const approve = (approvalId: string, person: { userId: string }) =>
  custody.decide(approvalId, { userId: person.userId, value: 'Approved' });
const deny = (approvalId: string, person: { userId: string }) =>
  custody.decide(approvalId, { userId: person.userId, value: 'Denied', reason: 'no' });

describe('expiry', () => {
  it('comes at expirationDate, by itself', async () => {
    const { approvalId } = custody.play('large-transfer', { expiresInMs: hourMs });

    await custody.advance(hourMs - 1000);
    const before = statusOf(approvalId);
    await custody.advance(2000);

    expect([before, statusOf(approvalId)]).toEqual(['Pending', 'Expired']);
  });

  it('is read from the policy in minutes', async () => {
    const { approvalId } = custody.play('large-transfer');

    await custody.advance(24 * hourMs);

    expect(statusOf(approvalId)).toBe('Expired');
  });

  it('never comes without an expirationDate', async () => {
    const { approvalId } = custody.play('large-transfer', { expiresInMs: null });

    await custody.advance(60 * 24 * hourMs);

    expect(custody.ledger().approvals[0]?.approval).not.toHaveProperty('expirationDate');
    expect(statusOf(approvalId)).toBe('Pending');
  });

  it('happens in real time too', async () => {
    const { approvalId } = custody.play('large-transfer', { expiresInMs: 30 });

    await expect.poll(() => statusOf(approvalId)).toBe('Expired');
  });
});

describe('what follows', () => {
  const requestStatus = (): unknown =>
    Object(custody.ledger().approvals[0]?.approval.activity['transferRequest']).status;

  it('executes, broadcasts and confirms an approved transfer', async () => {
    const { approvalId } = custody.play('routine-payout');
    approve(approvalId, alice);

    const seen = [requestStatus()];
    await custody.advance(1000);
    seen.push(requestStatus());
    await custody.advance(3000);
    seen.push(requestStatus());

    expect(seen).toEqual(['Executing', 'Broadcasted', 'Confirmed']);
  });

  it('rejects a denied one, and one that fails says so', async () => {
    const denied = custody.play('routine-payout').approvalId;
    deny(denied, alice);
    const rejected = requestStatus();
    const failing = custody.play('routine-payout', { outcome: 'failed' }).approvalId;
    approve(failing, alice);
    await custody.advance(5000);

    const last = custody.ledger().approvals[1]?.approval.activity['transferRequest'];
    expect(rejected).toBe('Rejected');
    expect(Object(last).status).toBe('Failed');
  });

  it('puts an approved change of policy into force', async () => {
    const { approvalId } = custody.play('policy-change');
    approve(approvalId, alice);
    const before = custody.ledger().policies.find((policy) => policy.id === policyIds.large);
    approve(approvalId, erin);
    const after = custody.ledger().policies.find((policy) => policy.id === policyIds.large);

    expect(before?.name).toBe('Large transfers');
    expect(after?.name).toBe('Large transfers (streamlined)');
    expect(after?.action.approvalGroups?.[0]?.approvers.userId?.in).toEqual([bot.userId]);
  });

  it('gives an approved assignment its permissions', async () => {
    const { approvalId } = custody.play('permission-assign');
    approve(approvalId, alice);
    approve(approvalId, carol);

    const reply = await call(custody.url, 'GET /auth/service-accounts');

    expect(reply.status).toBe(200);
  });

  it('shows what became of a transfer to whoever may see transfers', async () => {
    custody.setPermissions(bot.userId, ['Wallets:Transfers:Read']);
    const { approvalId } = custody.play('routine-payout');
    approve(approvalId, alice);
    await custody.advance(5000);
    const transferId = Object(custody.ledger().approvals[0]?.approval.activity['transferRequest']).id;

    const reply = await call(custody.url, `GET /wallets/${wallets.hot.id}/transfers/${transferId}`);

    expect(reply.body).toMatchObject({ id: transferId, status: 'Confirmed', approvalId });
    expect(reply.body).toHaveProperty('txHash');
  });
});
