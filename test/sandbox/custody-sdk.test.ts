// The sandbox must be able to fool Dfns' own SDK: what works here against it is what works against the real thing.
import { DfnsApiClient, DfnsError, PolicyPendingError } from '@dfns/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bot, organisation, payoutsBot, people, policyIds, wallets } from '../../src/sandbox/company.ts';
import { startCustody } from '../../src/sandbox/custody/index.ts';
import type { Custody } from '../../src/sandbox/custody/index.ts';
import { testTokenOf } from '../../src/sandbox/custody/seed.ts';
import { botKey, newKey, sdkFor, startReceiver } from './custody-client.ts';
import type { Receiver } from './custody-client.ts';

let custody: Custody;
let receiver: Receiver;

beforeEach(async () => {
  custody = await startCustody({ maxPageSize: 2 });
  receiver = await startReceiver();
});

afterEach(async () => {
  await custody.stop();
  await receiver.stop();
});

const failureOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('expected a failure');
};

describe('reading', () => {
  it('knows the organisation that the token is scoped to', async () => {
    const { approvalId } = custody.play('routine-payout');
    const dfns = new DfnsApiClient({ baseUrl: custody.url, authToken: bot.token, orgId: organisation.id });

    const approval = await dfns.policies.getApproval({ approvalId });

    expect(approval.id).toBe(approvalId);
  });

  it('lists every pending approval once, over several pages', async () => {
    const played = [1, 2, 3, 4, 5].map(() => custody.play('routine-payout').approvalId);
    const dfns = sdkFor(custody.url);

    const seen: string[] = [];
    let pages = 0;
    let paginationToken: string | undefined;
    do {
      const page = await dfns.policies.listApprovals({
        query: { status: 'Pending', limit: '100', ...(paginationToken ? { paginationToken } : {}) },
      });
      seen.push(...page.items.map((approval) => approval.id));
      paginationToken = page.nextPageToken;
      pages += 1;
    } while (paginationToken);

    expect(seen.toSorted()).toEqual(played.toSorted());
    expect(pages).toBe(3);
  });

  it('filters by initiator and by who may vote', async () => {
    const routine = custody.play('routine-payout').approvalId;
    const large = custody.play('large-transfer').approvalId;
    const governance = custody.play('policy-change').approvalId;
    const { policies } = sdkFor(custody.url);

    const byDave = await policies.listApprovals({ query: { initiatorId: people.dave.userId } });
    const forBot = await policies.listApprovals({ query: { approverId: bot.userId } });
    const forErin = await policies.listApprovals({ query: { approverId: people.erin.userId } });

    expect(byDave.items.map((each) => each.id)).toEqual([governance, large]);
    expect(forBot.items.map((each) => each.id)).toEqual([large, routine]);
    expect(forErin.items.map((each) => each.id)).toEqual([governance]);
  });

  it('shows an approval, its policy, its wallet, the holdings and the key', async () => {
    const { approvalId } = custody.play('large-transfer');
    const dfns = sdkFor(custody.url);

    const approval = await dfns.policies.getApproval({ approvalId });
    const policy = await dfns.policies.getPolicy({ policyId: policyIds.large });
    const wallet = await dfns.wallets.getWallet({ walletId: wallets.treasury.id });
    const assets = await dfns.wallets.getWalletAssets({ walletId: wallets.treasury.id });
    const key = await dfns.keys.getKey({ keyId: wallets.treasury.keyId });

    expect(approval).toMatchObject({
      id: approvalId,
      status: 'Pending',
      initiatorId: people.dave.userId,
      activity: {
        kind: 'Wallets:Sign',
        transferRequest: {
          approvalId,
          requestBody: { kind: 'Erc20', amount: '250000000000' },
          metadata: { asset: { quotes: { USD: 0.9998 } } },
        },
      },
      policyEvaluations: [{ policyId: policyIds.large, triggered: true }],
      decisions: [],
    });
    expect(policy.action).toMatchObject({ approvalGroups: [{ name: 'Treasury', serviceAccountsCanApprove: true }] });
    expect(wallet.signingKey.id).toBe(wallets.treasury.keyId);
    expect(assets.assets.map((asset) => [asset.symbol, asset.decimals])).toEqual([
      ['ETH', 18],
      ['USDC', 6],
    ]);
    expect(key.wallets).toEqual([{ id: wallets.treasury.id, network: 'Ethereum' }]);
  });

  it('says who is calling and what they may do', async () => {
    const dfns = sdkFor(custody.url);

    const self = await dfns.auth.getUser({ userId: bot.userId });

    expect(self).toMatchObject({ userId: bot.userId, isServiceAccount: true });
    expect(self.permissionAssignments.flatMap((each) => each.operations ?? [])).toEqual([...bot.permissions]);
  });

  it('refuses the list of service accounts to whoever lacks the permission, and shows the keys to whoever has it', async () => {
    const asBot = await failureOf(sdkFor(custody.url).auth.getServiceAccount({ serviceAccountId: bot.userId }));
    const dave = { token: testTokenOf('dave'), credentialId: 'none', privateKey: botKey };
    const asDave = await sdkFor(custody.url, dave).auth.listServiceAccounts();

    expect(asBot).toMatchObject({ httpStatus: 403 });
    expect(asDave.items.map((each) => each.userInfo.userId)).toEqual([bot.userId, payoutsBot.userId]);
    expect(asDave.items[0]?.accessTokens[0]?.credId).toBe(bot.credentialId);
  });
});

describe('deciding', () => {
  it.each(['ed25519', 'p256', 'rsa'] as const)('accepts a decision signed with a %s key', async (kind) => {
    const { approvalId } = custody.play('routine-payout');
    const { privateKey, publicKeyPem } = newKey(kind);
    custody.addCredential(bot.userId, { credentialId: `cred-${kind}`, publicKeyPem });
    const dfns = sdkFor(custody.url, { token: bot.token, credentialId: `cred-${kind}`, privateKey });

    const approval = await dfns.policies.createApprovalDecision({
      approvalId,
      body: { value: 'Approved', reason: 'checks passed' },
    });

    expect(approval.status).toBe('Approved');
    expect(approval.decisions).toMatchObject([{ userId: bot.userId, value: 'Approved', reason: 'checks passed' }]);
    expect(custody.ledger().decisionCalls).toMatchObject([
      { approvalId, userId: bot.userId, value: 'Approved', status: 200, applied: true, via: 'api', fault: null },
    ]);
  });

  it.each([
    ['ed25519', 'p256'],
    ['p256', 'rsa'],
    ['rsa', 'ed25519'],
  ] as const)('refuses a decision signed with another %s key, or with a %s key', async (kind, otherKind) => {
    const { approvalId } = custody.play('routine-payout');
    custody.addCredential(bot.userId, { credentialId: 'registered', publicKeyPem: newKey(kind).publicKeyPem });
    const decideWith = (privateKey: ReturnType<typeof newKey>['privateKey']) =>
      sdkFor(custody.url, { token: bot.token, credentialId: 'registered', privateKey }).policies.createApprovalDecision(
        {
          approvalId,
          body: { value: 'Approved' },
        },
      );

    const sameKind = await failureOf(decideWith(newKey(kind).privateKey));
    const another = await failureOf(decideWith(newKey(otherKind).privateKey));

    expect(sameKind).toMatchObject({ httpStatus: 401 });
    expect(another).toMatchObject({ httpStatus: 401 });
    expect(custody.ledger().approvals[0]?.approval.decisions).toEqual([]);
  });

  it('throws what the SDK throws for 202 and for refusals', async () => {
    const { approvalId } = custody.play('routine-payout');
    const dfns = sdkFor(custody.url);
    const decide = () => dfns.policies.createApprovalDecision({ approvalId, body: { value: 'Approved' } });

    custody.addFault({ kind: 'accepted-202' });
    const pending = await failureOf(decide());
    await decide();
    const again = await failureOf(decide());

    expect(pending).toBeInstanceOf(PolicyPendingError);
    expect(again).toBeInstanceOf(DfnsError);
    expect(again).toMatchObject({ httpStatus: 422, message: 'approval is not pending' });
  });
});

describe('webhooks', () => {
  it('creates, pings, lists, changes and deletes one', async () => {
    custody.setPermissions(bot.userId, [...bot.permissions, 'Webhooks:Update', 'Webhooks:Delete']);
    const { webhooks } = sdkFor(custody.url);

    const created = await webhooks.createWebhook({
      body: { url: receiver.url, events: ['policy.approval.pending', 'policy.approval.resolved'] },
    });
    const ping = await webhooks.pingWebhook({ webhookId: created.id });
    const listed = await webhooks.listWebhooks();
    const updated = await webhooks.updateWebhook({ webhookId: created.id, body: { status: 'Disabled' } });
    const deleted = await webhooks.deleteWebhook({ webhookId: created.id });

    expect(created.secret).toMatch(/^whs-/);
    expect(ping).toEqual({ status: '200' });
    expect(receiver.received.map((each) => each.body.kind)).toEqual(['webhook.ping']);
    expect(listed.items).toHaveLength(1);
    expect(listed.items[0]).not.toHaveProperty('secret');
    expect(updated.status).toBe('Disabled');
    expect(deleted).toEqual({ deleted: true });
  });

  it('lists what was sent, and what failed', async () => {
    const { webhooks } = sdkFor(custody.url);
    const { id: webhookId } = await webhooks.createWebhook({
      body: { url: receiver.url, events: ['policy.approval.pending'] },
    });
    receiver.answerWith(204);
    const { approvalId } = custody.play('routine-payout');
    await custody.settled();

    const failed = await webhooks.listWebhookEvents({ webhookId, query: { deliveryFailed: 'true' } });
    const fine = await webhooks.listWebhookEvents({ webhookId, query: { deliveryFailed: 'false' } });
    const [event] = failed.items;
    const same = await webhooks.getWebhookEvent({ webhookId, webhookEventId: event?.id ?? '' });

    expect(failed.items).toMatchObject([
      { kind: 'policy.approval.pending', status: '204', deliveryFailed: true, data: { approval: { id: approvalId } } },
    ]);
    expect(event).toHaveProperty('nextAttemptDate');
    expect(fine.items).toEqual([]);
    expect(same).toEqual(event);
  });
});
