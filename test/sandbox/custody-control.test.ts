// The control panel of the sandbox's custody platform over HTTP, and what it can do to an approval's content.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bot, people, policyIds, suppliers } from '../../src/sandbox/company.ts';
import { startCustody } from '../../src/sandbox/custody/index.ts';
import type { Custody } from '../../src/sandbox/custody/index.ts';
import { ledgerSchema } from '../../src/sandbox/custody/ledger.ts';
import { call } from './custody-client.ts';

let custody: Custody;

beforeEach(async () => {
  custody = await startCustody();
});

afterEach(() => custody.stop());

describe('the control panel over HTTP', () => {
  const control = (line: string, body?: unknown) => call(custody.url, line, body === undefined ? {} : { body });

  it('plays, decides, changes, moves the clock and tells it all in the ledger', async () => {
    const played = await control('POST /_sandbox/scenes/large-transfer', { amount: '10' });
    const { approvalId } = Object(played.body);
    await control(`POST /_sandbox/approvals/${approvalId}/mutate`, {
      path: 'activity.transferRequest.requestBody.to',
      value: suppliers.globex.address,
    });
    await control(`POST /_sandbox/policies/${policyIds.large}`, { name: 'Renamed' });
    await control('POST /_sandbox/faults', { kind: 'status', on: 'list', status: 500 });
    const decided = await control(`POST /_sandbox/approvals/${approvalId}/decide`, {
      userId: people.bob.userId,
      value: 'Approved',
      reason: 'checked',
    });
    await control('POST /_sandbox/clock', { advanceMs: 10_000 });

    const ledger = ledgerSchema.parse((await control('GET /_sandbox/ledger')).body);

    expect(decided.status).toBe(200);
    expect(ledger.approvals[0]?.approval).toMatchObject({
      status: 'Approved',
      activity: { transferRequest: { requestBody: { amount: '10000000', to: suppliers.globex.address } } },
    });
    expect(ledger.approvals[0]?.history.map((each) => each.event)).toEqual([
      'created',
      'changed activity.transferRequest.requestBody.to',
      `Approved by ${people.bob.userId}`,
      'resolved Approved',
      'request Executing',
      'request Broadcasted',
      'request Confirmed',
    ]);
    expect(ledger.decisionCalls).toMatchObject([{ userId: people.bob.userId, via: 'dashboard', applied: true }]);
    expect(ledger.policies.find((policy) => policy.id === policyIds.large)?.name).toBe('Renamed');
    expect(ledger.faults).toMatchObject([{ kind: 'status', hits: 0 }]);
  });

  it('makes the bot’s account decide behind the bot’s back', async () => {
    const { approvalId } = custody.play('large-transfer');

    const reply = await control('POST /_sandbox/foreign-decision', { approvalId, value: 'Approved' });

    expect(reply.status).toBe(200);
    expect(custody.ledger().decisionCalls).toMatchObject([{ userId: bot.userId, via: 'foreign', applied: true }]);
  });

  it('passes the platform’s refusal on', async () => {
    const { approvalId } = custody.play('large-transfer');

    const reply = await control(`POST /_sandbox/approvals/${approvalId}/decide`, {
      userId: people.dave.userId,
      value: 'Approved',
    });

    expect(reply.status).toBe(403);
  });

  it('sets the organisation, permissions, webhooks and their loss', async () => {
    const set = [
      await control('POST /_sandbox/org', { serviceAccountsActivated: false }),
      await control('POST /_sandbox/permissions', { userId: bot.userId, permissions: [] }),
      await control('POST /_sandbox/webhooks', { url: 'http://127.0.0.1:9/x', secret: 'whs-x' }),
      await control('POST /_sandbox/webhooks/drop', { on: true }),
      await control('DELETE /_sandbox/faults'),
    ];
    const refused = await call(custody.url, 'GET /v2/policy-approvals');

    expect(set.map((reply) => reply.status)).toEqual([200, 200, 200, 200, 200]);
    expect(set[2]?.body).toMatchObject({ secret: 'whs-x', events: ['*'] });
    expect(custody.ledger().organisation.serviceAccountsActivated).toBe(false);
    expect(refused.status).toBe(403);
  });

  it('is open to any page', async () => {
    const preflight = await control('OPTIONS /_sandbox/ledger');
    const reply = await control('GET /_sandbox/ledger');

    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    expect(reply.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('says what was wrong with a request', async () => {
    const replies = [
      await control('POST /_sandbox/scenes/none', {}),
      await control('POST /_sandbox/scenes/routine-payout', { amount: '1.23456789' }),
      await control('POST /_sandbox/faults', { kind: 'none' }),
      await control('POST /_sandbox/approvals/ap-none/mutate', { path: 'a', value: 1 }),
      await control('GET /_sandbox/nothing'),
    ];

    expect(replies.map((reply) => reply.status)).toEqual([404, 400, 400, 404, 404]);
  });
});

describe('changes of content', () => {
  it('can make an amount a number that JavaScript cannot hold, and keeps its digits', async () => {
    const { approvalId } = custody.play('large-transfer');
    await call(custody.url, `POST /_sandbox/approvals/${approvalId}/mutate`, {
      rawBody: '{"path":"activity.transferRequest.requestBody.amount","value":250000000000000000001}',
    });

    const response = await fetch(new URL(`/v2/policy-approvals/${approvalId}`, custody.url), {
      headers: { authorization: `Bearer ${bot.token}`, 'user-agent': 'test' },
    });

    expect(await response.text()).toContain('"amount":250000000000000000001');
  });

  it('can show what is no approval any more, and still decide on it', async () => {
    const { approvalId } = custody.play('large-transfer');
    custody.mutate(approvalId, 'policyEvaluations', 'gone');
    custody.mutate(approvalId, 'activity.transferRequest.metadata', undefined);

    const reply = await call(custody.url, `GET /v2/policy-approvals/${approvalId}`);
    custody.decide(approvalId, { userId: people.alice.userId, value: 'Approved' });

    expect(reply.body).toMatchObject({ policyEvaluations: 'gone' });
    expect(Object(reply.body).activity.transferRequest).not.toHaveProperty('metadata');
    expect(custody.ledger().approvals[0]?.approval.status).toBe('Approved');
  });

  it('moves the deadline when expirationDate is changed', async () => {
    const { approvalId } = custody.play('large-transfer');

    custody.mutate(approvalId, 'expirationDate', new Date(custody.now() + 5000).toISOString());
    await custody.advance(6000);

    expect(custody.ledger().approvals[0]?.approval.status).toBe('Expired');
  });

  it('refuses a path that leads nowhere, and one that leads to a prototype', () => {
    const { approvalId } = custody.play('large-transfer');

    const outcomes = ['activity.nothing.here', '__proto__.polluted', 'constructor.prototype.x', ''].map(
      (path) => custody.mutate(approvalId, path, 1).kind,
    );

    expect(outcomes).toEqual(['refused', 'refused', 'refused', 'refused']);
  });
});
