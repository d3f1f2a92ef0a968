// Deliveries of the sandbox's custody platform: what acknowledges, what is tried again, and what each attempt carries.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bot, people, webhookSecret } from '../../src/sandbox/company.ts';
import { startCustody } from '../../src/sandbox/custody/index.ts';
import type { Custody } from '../../src/sandbox/custody/index.ts';
import { sdkFor, startReceiver } from './custody-client.ts';
import type { Receiver } from './custody-client.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

let receiver: Receiver;
let custody: Custody;
let webhookId: string;

beforeEach(async () => {
  receiver = await startReceiver();
  custody = await startCustody({ webhookClock: 'platform', broadcastAfterMs: 1000, confirmAfterMs: 2000 });
  webhookId = custody.addWebhook({ url: receiver.url, secret: webhookSecret }).id;
});

afterEach(async () => {
  await custody.stop();
  await receiver.stop();
});

const kinds = (): string[] => receiver.received.map((each) => each.body.kind);
const pending = () => receiver.received.filter((each) => each.body.kind === 'policy.approval.pending');

describe('what is sent', () => {
  it('signs the raw bytes with the webhook’s secret', async () => {
    custody.play('hostile-memo');
    await custody.settled();

    for (const { raw, headers } of receiver.received) {
      const expected = createHmac('sha256', webhookSecret).update(raw, 'utf8').digest('hex');
      expect(headers['x-dfns-webhook-signature']).toBe(`sha256=${expected}`);
    }
    expect(receiver.received.length).toBeGreaterThan(0);
  });

  it('has the members of the recorded events, and the approval inside', async () => {
    const { approvalId } = custody.play('routine-payout');
    await custody.settled();

    const recorded = JSON.parse(
      readFileSync(new URL('../fixtures/dfns/webhooks/policy.approval.pending.json', import.meta.url), 'utf8'),
    );
    const [event] = pending();
    expect(Object.keys(event?.body ?? {}).toSorted()).toEqual(Object.keys(recorded).toSorted());
    expect(event?.body.data).toMatchObject({ approval: { id: approvalId, status: 'Pending' } });
    expect(event?.body.deliveryAttempt).toBe(1);
    expect(event?.body.timestampSent).toBeCloseTo(custody.now() / 1000, -1);
  });

  it('tells the whole life of an approved transfer', async () => {
    const { approvalId } = custody.play('routine-payout');
    await custody.settled();
    custody.decide(approvalId, { userId: people.alice.userId, value: 'Approved' });
    await custody.advance(5000);

    expect(kinds().toSorted()).toEqual([
      'policy.approval.pending',
      'policy.approval.resolved',
      'policy.triggered',
      'wallet.transfer.broadcasted',
      'wallet.transfer.confirmed',
      'wallet.transfer.requested',
    ]);
  });

  it('tells of denial and rejection', async () => {
    const { approvalId } = custody.play('routine-payout');
    custody.decide(approvalId, { userId: people.alice.userId, value: 'Denied' });
    await custody.settled();

    expect(kinds()).toContain('wallet.transfer.rejected');
    const resolved = receiver.received.find((each) => each.body.kind === 'policy.approval.resolved');
    expect(resolved?.body.data).toMatchObject({ approval: { status: 'Denied' } });
  });

  it('tells of expiry only when the organisation announces it', async () => {
    custody.play('routine-payout', { expiresInMs: 1000 });
    await custody.advance(2000);
    const announced = kinds().filter((kind) => kind === 'policy.approval.resolved').length;
    custody.setOrganisation({ announceExpiry: false });
    custody.play('routine-payout', { expiresInMs: 1000 });
    await custody.advance(2000);

    expect(announced).toBe(1);
    expect(kinds().filter((kind) => kind === 'policy.approval.resolved')).toHaveLength(1);
  });

  it('is sent only to those who subscribed', async () => {
    const other = await startReceiver();
    custody.addWebhook({ url: other.url, events: ['policy.approval.resolved'] });

    custody.play('routine-payout');
    await custody.settled();

    expect(other.received).toEqual([]);
    await other.stop();
  });
});

describe('retries', () => {
  it.each([201, 202, 204, 301, 500])('counts %i as a failure', async (status) => {
    receiver.answerWith(status);
    custody.play('routine-payout');
    await custody.settled();
    receiver.answerWith(200);
    await custody.advance(minuteMs);

    expect(pending().map((each) => each.body.deliveryAttempt)).toEqual([1, 2]);
  });

  it('makes five attempts in a day, each a new event that names the one before', async () => {
    receiver.answerWith(500);
    const startedAt = Math.floor(custody.now() / 1000);
    custody.play('routine-payout');
    await custody.settled();
    await custody.advance(3 * dayMs);

    const attempts = pending().map((each) => each.body);
    expect(attempts.map((each) => each.deliveryAttempt)).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(attempts.map((each) => each.id)).size).toBe(5);
    expect(attempts.map((each) => each.retryOf)).toEqual([undefined, ...attempts.slice(0, 4).map((each) => each.id)]);
    expect(attempts.map((each) => JSON.stringify(each.data))).toEqual(
      attempts.map(() => JSON.stringify(attempts[0]?.data)),
    );
    const minutes = attempts.map((each) => Math.round((each.timestampSent - startedAt) / 60));
    expect(minutes).toEqual([0, 1, 12, 120, 1440]);
  });

  it('ends with the first 200', async () => {
    receiver.answerWith(503);
    custody.play('routine-payout');
    await custody.settled();
    receiver.answerWith(200);
    await custody.advance(3 * dayMs);

    expect(pending()).toHaveLength(2);
  });

  it('ends with the first retry that falls due while the webhook is disabled', async () => {
    receiver.answerWith(500);
    custody.setPermissions(bot.userId, ['Webhooks:Update']);
    const { webhooks } = sdkFor(custody.url);
    custody.play('routine-payout');
    await custody.settled();

    await webhooks.updateWebhook({ webhookId, body: { status: 'Disabled' } });
    await custody.advance(5 * minuteMs);
    await webhooks.updateWebhook({ webhookId, body: { status: 'Enabled' } });
    await custody.advance(3 * dayMs);

    expect(pending()).toHaveLength(1);
  });

  it('goes on when the webhook is enabled again before the next retry', async () => {
    receiver.answerWith(500);
    custody.setPermissions(bot.userId, ['Webhooks:Update']);
    const { webhooks } = sdkFor(custody.url);
    custody.play('routine-payout');
    await custody.advance(2 * minuteMs);

    await webhooks.updateWebhook({ webhookId, body: { status: 'Disabled' } });
    await custody.advance(5 * minuteMs);
    await webhooks.updateWebhook({ webhookId, body: { status: 'Enabled' } });
    await custody.advance(10 * minuteMs);

    expect(pending().map((each) => each.body.deliveryAttempt)).toEqual([1, 2, 3]);
  });

  it('survives a receiver that is not there', async () => {
    const gone = await startReceiver();
    await gone.stop();
    custody.addWebhook({ url: gone.url, events: ['policy.approval.pending'] });

    custody.play('routine-payout');
    await custody.settled();

    expect(custody.ledger().deliveries).toContainEqual(
      expect.objectContaining({ status: 'ECONNREFUSED', acknowledged: false }),
    );
  });

  it('gives up on a receiver that does not answer', async () => {
    receiver.answerWith(null);
    const hasty = await startCustody({ webhookTimeoutMs: 50 });
    hasty.addWebhook({ url: receiver.url, events: ['policy.approval.pending'] });

    hasty.play('routine-payout');
    await hasty.settled();

    expect(hasty.ledger().deliveries).toMatchObject([{ status: 'ETIMEDOUT', acknowledged: false }]);
    await hasty.stop();
  });
});

describe('faults on the way', () => {
  it('loses what is dropped for good', async () => {
    custody.dropWebhooks(true);
    custody.play('routine-payout');
    await custody.settled();
    custody.dropWebhooks(false);
    await custody.advance(3 * dayMs);

    const lines = custody.ledger().deliveries.filter((line) => line.kind === 'policy.approval.pending');
    expect(pending()).toEqual([]);
    expect(lines.map((line) => line.status)).toEqual(['dropped']);
  });

  it('duplicates an event, bytes and all', async () => {
    custody.addFault({ kind: 'webhook-duplicate', n: 2, times: null });
    custody.play('routine-payout');
    await custody.settled();

    expect(pending()).toHaveLength(3);
    expect(new Set(pending().map((each) => each.raw)).size).toBe(1);
  });

  it('lets the next event overtake', async () => {
    const quiet = await startReceiver();
    const alone = await startCustody();
    alone.addWebhook({ url: quiet.url, events: ['policy.approval.pending', 'policy.approval.resolved'] });
    alone.addFault({ kind: 'webhook-reorder' });

    const { approvalId } = alone.play('routine-payout');
    await alone.settled();
    alone.decide(approvalId, { userId: people.alice.userId, value: 'Denied' });
    await alone.settled();

    expect(quiet.received.map((each) => each.body.kind)).toEqual([
      'policy.approval.resolved',
      'policy.approval.pending',
    ]);
    await alone.stop();
    await quiet.stop();
  });

  it('never loses what it keeps back', async () => {
    const alone = await startCustody();
    alone.addWebhook({ url: receiver.url, events: ['policy.approval.pending'] });
    alone.addFault({ kind: 'webhook-reorder' });

    alone.play('routine-payout');
    await alone.advance(5000);

    expect(pending()).toHaveLength(1);
    await alone.stop();
  });

  it('sends an event again when told to', async () => {
    const { approvalId } = custody.play('routine-payout');
    await custody.settled();
    custody.deliver(approvalId);
    await custody.settled();

    expect(pending()).toHaveLength(2);
    expect(new Set(pending().map((each) => each.body.id)).size).toBe(2);
    expect(custody.ledger().deliveries.every((line) => line.webhookId === webhookId)).toBe(true);
  });
});
