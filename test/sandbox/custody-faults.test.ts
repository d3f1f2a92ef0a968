// The fault catalogue of the sandbox's custody platform: each fault does what it says, as often as it says.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bot, people } from '../../src/sandbox/company.ts';
import { startCustody } from '../../src/sandbox/custody/index.ts';
import type { Custody } from '../../src/sandbox/custody/index.ts';
import { call, decideByHand, errorOf } from './custody-client.ts';

let custody: Custody;
let approvalId: string;

beforeEach(async () => {
  custody = await startCustody();
  ({ approvalId } = custody.play('routine-payout'));
});

afterEach(() => custody.stop());

const decide = () => decideByHand(custody.url, approvalId, 'Approved');
const read = () => call(custody.url, `GET /v2/policy-approvals/${approvalId}`);
const list = () => call(custody.url, 'GET /v2/policy-approvals');
const statusOf = () => custody.ledger().approvals[0]?.approval.status;
const lastCall = () => custody.ledger().decisionCalls.at(-1);

describe('an error instead of an answer', () => {
  it.each([500, 502, 503, 401, 403, 404, 409, 422, 429])(
    'answers a decision with %i and does nothing',
    async (status) => {
      custody.addFault({ kind: 'status', on: 'decision', status });

      const faulty = await decide();
      const before = statusOf();
      const fine = await decide();

      expect([faulty.status, fine.status]).toEqual([status, 200]);
      expect(before).toBe('Pending');
      expect(custody.ledger().decisionCalls).toMatchObject([
        { status, applied: false, fault: 'status' },
        { status: 200, applied: true, fault: null },
      ]);
    },
  );

  it.each([500, 502, 503, 409, 429])('applies the decision and then answers %i', async (status) => {
    custody.addFault({ kind: 'status', on: 'decision', status, when: 'after' });

    const reply = await decide();

    expect(reply.status).toBe(status);
    expect(statusOf()).toBe('Approved');
    expect(lastCall()).toMatchObject({ userId: bot.userId, status, applied: true, fault: 'status' });
  });

  it('carries Retry-After', async () => {
    custody.addFault({ kind: 'status', on: 'list', status: 429, retryAfter: 17 });
    custody.addFault({ kind: 'status', on: 'get-approval', status: 503, retryAfter: 3 });

    const limited = await list();
    const busy = await read();

    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '17']);
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '3']);
  });

  it('strikes only where it was planted', async () => {
    custody.addFault({ kind: 'status', on: 'get-policy', status: 500, times: null });

    const replies = [await list(), await read(), await decide(), await call(custody.url, 'GET /v2/policies')];

    expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200, 500]);
  });

  it('does not touch a refusal when it comes after', async () => {
    custody.addFault({ kind: 'status', on: 'decision', status: 500, when: 'after' });
    custody.decide(approvalId, { userId: people.alice.userId, value: 'Denied' });

    const reply = await decide();

    expect(reply.status).toBe(422);
    expect(custody.ledger().faults[0]?.hits).toBe(0);
  });

  it('strikes as often as it was told to, and counts', async () => {
    custody.addFault({ kind: 'status', on: 'list', status: 500, times: 2 });

    const replies = [await list(), await list(), await list()];

    expect(replies.map((reply) => reply.status)).toEqual([500, 500, 200]);
    expect(custody.ledger().faults).toMatchObject([{ kind: 'status', hits: 2, timesLeft: 0 }]);
  });

  it('answers with a page of HTML', async () => {
    custody.addFault({ kind: 'html-error', on: 'decision', when: 'after' });

    const reply = await decide();

    expect(reply.status).toBe(502);
    expect(reply.headers.get('content-type')).toBe('text/html');
    expect(reply.body).toContain('<html>');
    expect(statusOf()).toBe('Approved');
  });

  it('answers 202 with a change request', async () => {
    custody.addFault({ kind: 'accepted-202' });

    const reply = await decide();

    expect(reply.status).toBe(202);
    expect(reply.body).toMatchObject({ status: 'Pending', kind: 'Policy' });
    expect(statusOf()).toBe('Pending');
  });

  it('fails each step of signing', async () => {
    custody.addFault({ kind: 'status', on: 'init', status: 500 });
    const first = await call(custody.url, 'POST /auth/action/init', {
      body: { userActionPayload: '', userActionHttpMethod: 'POST', userActionHttpPath: '/webhooks' },
    });
    custody.addFault({ kind: 'status', on: 'action', status: 502 });
    const second = await call(custody.url, 'POST /auth/action', { body: {} });

    expect([first.status, second.status]).toEqual([500, 502]);
  });
});

describe('no answer', () => {
  it.each([
    ['before', 'Pending', false],
    ['after', 'Approved', true],
  ] as const)('cuts the connection %s the decision is applied', async (when, status, applied) => {
    custody.addFault({ kind: 'reset', on: 'decision', when });

    await expect(decide()).rejects.toThrow('fetch failed');

    expect(statusOf()).toBe(status);
    expect(lastCall()).toMatchObject({ status: null, applied, fault: 'reset' });
  });

  it.each([
    ['before', 'Pending'],
    ['after', 'Approved'],
  ] as const)('hangs, until it is cleared, %s the decision is applied', async (when, status) => {
    custody.addFault({ kind: 'timeout', on: 'decision', when });
    let ended = '';
    const asked = decide().then(
      () => (ended = 'answered'),
      () => (ended = 'cut'),
    );
    await expect.poll(() => custody.ledger().decisionCalls.length).toBe(1);

    const endedBefore = ended;
    custody.clearFaults();
    await asked;

    expect([endedBefore, ended]).toEqual(['', 'cut']);
    expect(statusOf()).toBe(status);
  });

  it('lets go of a hanging connection when the platform stops', async () => {
    const other = await startCustody();
    other.addFault({ kind: 'timeout', on: 'list' });
    const asked = call(other.url, 'GET /v2/policy-approvals').then(
      () => 'answered',
      () => 'cut',
    );
    await expect.poll(() => other.ledger().faults[0]?.hits).toBe(1);

    await other.stop();

    expect(await asked).toBe('cut');
  });

  it('is down for every call until it is cleared, and its control panel is not', async () => {
    custody.addFault({ kind: 'down' });
    const down = [await list(), await read(), await call(custody.url, 'GET /wallets')];
    custody.clearFaults();
    custody.addFault({ kind: 'down', mode: 'reset' });
    await expect(list()).rejects.toThrow('fetch failed');
    custody.clearFaults();
    const up = await list();

    expect(down.map((reply) => reply.status)).toEqual([503, 503, 503]);
    expect(errorOf(down[0] ?? up)).toBe('Service Unavailable');
    expect(up.status).toBe(200);
    expect(custody.ledger().faults.map((fault) => fault.hits)).toEqual([3, 1]);
  });

  it('is slow', async () => {
    custody.addFault({ kind: 'delay', on: 'list', ms: 80 });
    const startedAt = performance.now();

    await list();

    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(75);
  });
});

describe('a wrong picture', () => {
  it('shows an approval as it was before the decision, n times', async () => {
    await decide();
    custody.addFault({ kind: 'stale-get', times: 2 });

    const seen = [await read(), await read(), await read()].map((reply) => Object(reply.body));

    expect(seen.map((approval) => approval.status)).toEqual(['Pending', 'Pending', 'Approved']);
    expect(seen.map((approval) => approval.decisions.length)).toEqual([0, 0, 1]);
    expect(custody.ledger().faults[0]?.hits).toBe(2);
  });

  it('shows an approval as it was before its content changed', async () => {
    custody.mutate(approvalId, 'activity.transferRequest.requestBody.amount', '999');
    custody.addFault({ kind: 'stale-get' });

    const amounts = [await read(), await read()].map(
      (reply) => Object(reply.body).activity.transferRequest.requestBody.amount,
    );

    expect(amounts).toEqual(['120000000', '999']);
  });

  it('leaves one out of a list, and shows one twice', async () => {
    const second = custody.play('routine-payout').approvalId;
    const ids = async () => Object((await list()).body).items.map((item: { id: string }) => item.id);

    custody.addFault({ kind: 'missing-in-list', approvalId });
    const missing = await ids();
    custody.addFault({ kind: 'duplicate-in-list', approvalId });
    const twice = await ids();

    expect(missing).toEqual([second]);
    expect(twice).toEqual([second, approvalId, approvalId]);
  });
});
