// Reading and listing on the sandbox platform, in good weather and bad; and webhooks from end to end.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PlatformConnection } from '../../../src/platforms/platform.ts';
import { people, policyIds } from '../../../src/sandbox/company.ts';
import { startCustody, type Custody } from '../../../src/sandbox/custody/index.ts';
import { startRecording } from './recording-server.ts';
import { connectTo } from './sandbox-connection.ts';

let custody: Custody;
beforeEach(async () => {
  custody = await startCustody();
});
afterEach(() => custody.stop());

const connect = (credentials: object = {}): PlatformConnection => connectTo(custody, { credentials });

async function readOf(id: string, platform = connect()) {
  const reading = await platform.readApproval(id);
  if (reading.kind !== 'read') throw new Error(`failed to read ${id}: ${JSON.stringify(reading)}`);
  return reading.approval;
}

describe('reading', () => {
  test.each([
    ['routine-payout', 'transfer', ['Automation'], 'Hot wallet', true],
    ['large-transfer', 'transfer', ['Treasury'], 'Treasury', false],
    ['compliance-too', 'transfer', ['Treasury', 'Compliance'], 'Regulated reserve', false],
    ['contract-call', 'contract-call', ['Treasury'], 'Treasury', false],
    ['raw-transaction', 'raw-transaction', ['Treasury'], 'Treasury', false],
    ['signature', 'raw-signature', ['Treasury'], 'Treasury', false],
    ['typed-signature', 'typed-data', ['Treasury'], 'Treasury', false],
    ['policy-change', 'policy-change', ['Owners'], null, false],
    ['permission-assign', 'permission-change', ['Owners'], null, false],
    ['unknown-kind', 'unknown', ['Vaults'], null, false],
  ] as const)('a %s gives a %s with groups, wallet and initiator', async (scene, kind, groups, wallet, byMachine) => {
    const { approvalId } = custody.play(scene);

    const approval = await readOf(approvalId);

    expect(approval.activity.kind).toBe(kind);
    expect(approval.policies.flatMap((policy) => policy.groups.map(({ name }) => name))).toEqual(groups);
    expect(approval.activity.wallet?.name ?? null).toBe(wallet);
    expect(approval.initiator?.serviceAccount).toBe(byMachine);
    expect(approval).toMatchObject({ organisation: 'or-im4da-kodl8-8i6r582pg5ain2rh', environment: custody.url });
  });

  test('a change of a policy is told against the policy as it stands', async () => {
    const { approvalId } = custody.play('policy-change');

    const { activity } = await readOf(approvalId);

    expect(activity.facts).toContainEqual({ label: 'name', value: 'Large transfers → Large transfers (streamlined)' });
    expect(activity.facts.some(({ label }) => label.endsWith('approvers.userId.in loses'))).toBe(true);
  });

  test('what a policy took a raw transaction to be worth is shown beside what we decoded', async () => {
    const { approvalId } = custody.play('raw-transaction', { summaryDisagrees: true });

    const { activity } = await readOf(approvalId);

    expect(activity.amountBase).toBe('25000000000');
    expect(activity.facts).toContainEqual({ label: 'Value, as its policies took it', value: '25 USD' });
  });

  test('an approval that nobody knows is absent, and so is an id that none can have', async () => {
    expect(await connect().readApproval('ap-00000-00000-00000000000000')).toEqual({ kind: 'absent' });
    expect(await connect().readApproval('../policies')).toEqual({ kind: 'absent' });
  });

  test('an approval whose policy was archived is unreadable while it is pending, and still ends', async () => {
    const { approvalId } = custody.play('large-transfer');
    custody.editPolicy(policyIds.large, { status: 'Archived' });

    const pending = await connect().readApproval(approvalId);
    custody.editPolicy(policyIds.large, { status: 'Active' });
    custody.decide(approvalId, { userId: people.alice.userId, value: 'Denied' });
    custody.editPolicy(policyIds.large, { status: 'Archived' });
    const ended = await readOf(approvalId);

    expect(pending).toMatchObject({ kind: 'unreadable', reason: expect.stringContaining('"Archived"') });
    expect(ended).toMatchObject({ status: 'denied', policies: [] });
  });

  test.each([
    [404, 'unreadable'],
    [403, 'unreadable'],
    [500, 'unavailable'],
    [429, 'unavailable'],
  ])('a policy that answers %i makes the approval %s', async (status, kind) => {
    const { approvalId } = custody.play('large-transfer');
    custody.addFault({ kind: 'status', on: 'get-policy', status });

    expect((await connect().readApproval(approvalId)).kind).toBe(kind);
  });

  test.each([
    ['status', { status: 503, retryAfter: 7 }, 7000],
    ['status', { status: 429, retryAfter: 3 }, 3000],
    ['status', { status: 401 }, null],
    ['html-error', {}, null],
    ['reset', {}, null],
  ] as const)('weather (%s %o) is unavailable', async (kind, more, retryAfterMs) => {
    const { approvalId } = custody.play('large-transfer');
    custody.addFault({ kind, on: 'get-approval', ...more });

    expect(await connect().readApproval(approvalId)).toMatchObject({ kind: 'unavailable', retryAfterMs });
  });

  test('names are looked up once in ten minutes, approvals and policies every time', async () => {
    const { approvalId } = custody.play('large-transfer');
    const platform = connect();
    const callsOf = () => {
      const { calls } = custody.ledger();
      return [calls['get-approval'], calls['get-policy'], calls['wallet'], calls['identity']];
    };

    await readOf(approvalId, platform);
    await readOf(approvalId, platform);
    expect(callsOf()).toEqual([2, 2, 1, 1]);

    await custody.advance(10 * 60_000);
    await readOf(approvalId, platform);
    expect(callsOf()).toEqual([3, 3, 2, 2]);
  });

  test('what is only looked up for display never keeps an approval from being read', async () => {
    const { approvalId } = custody.play('large-transfer');
    custody.addFault({ kind: 'status', on: 'wallet', status: 500 });
    custody.addFault({ kind: 'reset', on: 'identity' });

    const approval = await readOf(approvalId);

    expect(approval.activity.wallet?.name).toBeNull();
    expect(approval.initiator?.serviceAccount).toBeNull();
  });
});

describe('listing', () => {
  test('finds all pending approvals over several pages, also those of groups that we are not in', async () => {
    const ids = Array.from({ length: 11 }, () => custody.play('policy-change').approvalId);

    const listing = await connect().listPending();

    expect(listing.kind === 'listed' ? [...listing.ids].toSorted() : listing).toEqual(ids.toSorted());
  });

  test('is unavailable, and not short, when a page is missing', async () => {
    for (let count = 0; count < 11; count += 1) custody.play('large-transfer');
    custody.addFault({ kind: 'status', on: 'list', status: 429, retryAfter: 5 });

    expect(await connect().listPending()).toMatchObject({ kind: 'unavailable', retryAfterMs: 5000 });
  });
});

test('a webhook is created, signed deliveries of it are believed, and it can be listed and pinged', async () => {
  const receiver = await startRecording(() => ({ status: 200 }));
  try {
    const platform = connect();
    const { webhooks } = platform;
    if (webhooks === null) throw new Error('failed to find the webhooks');

    const created = await webhooks.create(`${receiver.url}/webhooks/treasury`);
    const { approvalId } = custody.play('large-transfer');
    await custody.settled();
    const ping = await webhooks.ping(created.id);

    const [delivered] = receiver.asked;
    const connection = connectTo(custody, { webhookSecrets: ['whs-old', created.secret] });
    const signature = String(delivered?.headers['x-dfns-webhook-signature']);
    const verification = connection.verify(
      { headers: { 'x-dfns-webhook-signature': signature }, body: Buffer.from(delivered?.body ?? '') },
      Date.now(),
    );
    expect(verification).toMatchObject({
      kind: 'verified',
      hint: { eventKind: 'policy.approval.pending', approvalId },
    });
    expect(ping).toEqual({ status: '200', error: null });
    expect(await webhooks.list()).toMatchObject([{ id: created.id, status: 'Enabled' }]);
    await expect(webhooks.ping('wh-none')).rejects.toThrow('failed to ping the webhook: status 404');
  } finally {
    await receiver.stop();
  }
});
