// What is taken from a verified delivery: the approval that it names, and what its retries have in common.
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { verifyDelivery } from '../../../src/platforms/dfns/verify.ts';
import { bytesOf } from './fixtures.ts';

const secret = 'whs-TESTONLYfixture0000000000000000000';
const sentAtMs = 1_789_374_601_000;

function anEvent(overrides: Record<string, unknown> = {}): string {
  return JSON.stringify({
    id: 'whe-1',
    date: '2026-09-14T08:30:00.500Z',
    kind: 'policy.approval.pending',
    data: { approval: { id: 'ap-1' } },
    deliveryAttempt: 1,
    timestampSent: sentAtMs / 1000,
    ...overrides,
  });
}

function hintOf(body: Uint8Array | string, now = sentAtMs) {
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const delivery = { headers: { 'x-dfns-webhook-signature': signature }, body: Buffer.from(body) };
  const verification = verifyDelivery(delivery, [secret], now);
  if (verification.kind !== 'verified') throw new Error(`failed to verify: ${verification.reason}`);
  return verification.hint;
}

describe('the approval id', () => {
  test.each<[string, unknown, string | null]>([
    ['in data.approval.id', { approval: { id: 'ap-1', approvalId: 'ap-3' }, approvalId: 'ap-2' }, 'ap-1'],
    ['in data.approvalId', { approvalId: 'ap-2', approval: { approvalId: 'ap-3' } }, 'ap-2'],
    ['in data.approval.approvalId', { approval: { approvalId: 'ap-3' } }, 'ap-3'],
    ['in data.transferRequest', { transferRequest: { approvalId: 'ap-4' } }, 'ap-4'],
    ['in data.transactionRequest', { transactionRequest: { approvalId: 'ap-4' } }, 'ap-4'],
    ['in data.signatureRequest', { signatureRequest: { approvalId: 'ap-4' } }, 'ap-4'],
    ['in data.changeRequest', { changeRequest: { approvalId: 'ap-4' } }, 'ap-4'],
    ['in data.activity', { activity: { kind: 'x', transferRequest: { approvalId: 'ap-5' } } }, 'ap-5'],
    ['in data.approval.activity', { approval: { activity: { changeRequest: { approvalId: 'ap-6' } } } }, 'ap-6'],
    ['nowhere', { activityId: 'xfr-1', status: 'Cleared' }, null],
    ['nowhere, because data is missing', undefined, null],
    ['nowhere, because data is a list', [{ approvalId: 'ap-1' }], null],
    ['only inherited', { toString: 1 }, null],
    ['null first, then named', { approval: { id: null }, approvalId: 'ap-2' }, 'ap-2'],
    ['a number', { approval: { id: 7 }, approvalId: 'ap-2' }, null],
    ['an object', { approvalId: { toString: 'ap-1' } }, null],
    ['empty', { approvalId: '' }, null],
    ['a path', { approvalId: '../../policies/plc-1' }, null],
    ['a query', { approvalId: 'ap-1?x=1' }, null],
    ['with a line end', { approvalId: 'ap-1\n' }, null],
    ['128 characters', { approvalId: 'a'.repeat(128) }, 'a'.repeat(128)],
    ['129 characters', { approvalId: 'a'.repeat(129) }, null],
    ['200,000 characters', { approvalId: 'a'.repeat(200_000) }, null],
  ])('is %s', (_, data, expected) => {
    expect(hintOf(anEvent({ data })).approvalId).toBe(expected);
  });
});

describe('the dedupe key', () => {
  test('is the same for the recorded event and its recorded retry', () => {
    const first = hintOf(bytesOf('webhooks/policy.approval.pending.json'));
    const retry = hintOf(bytesOf('webhooks/policy.approval.pending.retry.json'), sentAtMs + 60_000);

    expect(retry.dedupeKey).toBe(first.dedupeKey);
  });

  test('is the same for all five attempts, although each names only the one before it', () => {
    const attempts = [1, 2, 3, 4, 5].map((attempt) =>
      anEvent({
        id: `whe-${attempt}`,
        deliveryAttempt: attempt,
        timestampSent: sentAtMs / 1000 + attempt,
        ...(attempt === 1 ? {} : { retryOf: `whe-${attempt - 1}` }),
      }),
    );

    expect(new Set(attempts.map((attempt) => hintOf(attempt).dedupeKey)).size).toBe(1);
  });

  test('does not depend on the order of keys in the data', () => {
    const one = anEvent({ data: { approval: { id: 'ap-1', status: 'Pending' } } });
    const other = anEvent({ data: { approval: { status: 'Pending', id: 'ap-1' } } });

    expect(hintOf(one).dedupeKey).toBe(hintOf(other).dedupeKey);
  });

  test.each<[string, Record<string, unknown>]>([
    ['kind', { kind: 'policy.approval.resolved' }],
    ['date', { date: '2026-09-14T08:30:00.501Z' }],
    ['approval', { data: { approval: { id: 'ap-2' } } }],
  ])('differs when the %s differs', (_, overrides) => {
    expect(hintOf(anEvent(overrides)).dedupeKey).not.toBe(hintOf(anEvent()).dedupeKey);
  });

  test('differs with the data of events that name no approval', () => {
    const one = anEvent({ data: { activityId: 'a-1' } });
    const other = anEvent({ data: { activityId: 'a-2' } });

    expect(hintOf(one).dedupeKey).not.toBe(hintOf(other).dedupeKey);
  });

  test('of an event without data is that of its lineage, then of its id, then of its bytes', () => {
    expect(hintOf(anEvent({ data: {} })).dedupeKey).toBe('event-whe-1');
    expect(hintOf(anEvent({ data: {}, id: 'whe-2', retryOf: 'whe-1' })).dedupeKey).toBe('event-whe-1');
    expect(hintOf(anEvent({ data: {}, id: 'w h e' })).dedupeKey).toMatch(/^body-[0-9a-f]{64}$/);
  });

  test('stays short whatever the event holds, and survives a half surrogate pair', () => {
    const event = anEvent({ data: { memo: '\uD800', text: 'x'.repeat(100_000) }, id: 'i'.repeat(100_000) });

    expect(hintOf(event).dedupeKey).toMatch(/^data-[0-9a-f]{64}$/);
  });
});
