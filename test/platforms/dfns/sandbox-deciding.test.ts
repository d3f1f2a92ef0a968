// Decisions on the sandbox platform under every fault, judged by the platform's own ledger.
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PlatformConnection } from '../../../src/platforms/platform.ts';
import { bot, people } from '../../../src/sandbox/company.ts';
import { startCustody, type Custody } from '../../../src/sandbox/custody/index.ts';
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

const decide = (approvalId: string, platform = connect()) =>
  platform.decide({ approvalId, value: 'approved', reason: 'two people' });

const ours = (approvalId: string) =>
  custody
    .ledger()
    .approvals.find(({ approval }) => approval.id === approvalId)
    ?.approval.decisions.filter(({ userId }) => userId === bot.userId) ?? [];

describe('deciding', () => {
  test('puts one decision with its reason on the platform', async () => {
    const { approvalId } = custody.play('large-transfer');

    expect(await decide(approvalId)).toEqual({ kind: 'accepted' });

    expect(ours(approvalId)).toMatchObject([{ value: 'Approved', reason: 'two people' }]);
    expect((await readOf(approvalId)).status).toBe('approved');
  });

  test('sends a denial as a denial', async () => {
    const { approvalId } = custody.play('large-transfer');

    const outcome = await connect().decide({ approvalId, value: 'denied', reason: 'not ours' });

    expect(outcome).toEqual({ kind: 'accepted' });
    expect((await readOf(approvalId)).status).toBe('denied');
  });

  test.each<[string, KeyObject]>([
    ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
  ])('works with a key of %s, and with the first credential when none is named', async (name, key) => {
    const publicKeyPem = createPublicKey(key).export({ format: 'pem', type: 'spki' }).toString();
    custody.addCredential(bot.userId, { credentialId: name, publicKeyPem });
    const privateKey = key.export({ format: 'pem', type: 'pkcs8' }).toString();
    const { approvalId } = custody.play('large-transfer');

    expect(await decide(approvalId, connect({ privateKey, credentialId: name }))).toEqual({ kind: 'accepted' });
    expect(await decide(custody.play('large-transfer').approvalId, connect({ credentialId: undefined }))).toEqual({
      kind: 'accepted',
    });
  });

  test.each([
    ['status', { status: 500 }, 'before', 'unknown', 0],
    ['status', { status: 500 }, 'after', 'unknown', 1],
    ['status', { status: 409 }, 'after', 'unknown', 1],
    ['status', { status: 401 }, 'before', 'refused', 0],
    ['status', { status: 403 }, 'before', 'refused', 0],
    ['status', { status: 404 }, 'before', 'refused', 0],
    ['status', { status: 422 }, 'before', 'refused', 0],
    ['status', { status: 429, retryAfter: 2 }, 'before', 'not-sent', 0],
    ['html-error', {}, 'before', 'unknown', 0],
    ['html-error', {}, 'after', 'unknown', 1],
    ['html-error', { status: 403 }, 'before', 'unknown', 0],
    ['accepted-202', {}, 'before', 'unknown', 0],
    ['accepted-202', {}, 'after', 'unknown', 1],
    ['reset', {}, 'before', 'unknown', 0],
    ['reset', {}, 'after', 'unknown', 1],
  ] as const)(
    'under %s %o %s the decision is %s, with %i on the platform',
    async (kind, more, when, outcome, applied) => {
      const { approvalId } = custody.play('large-transfer');
      custody.addFault({ kind, on: 'decision', when, ...more });

      expect((await decide(approvalId)).kind).toBe(outcome);

      expect(ours(approvalId)).toHaveLength(applied);
    },
  );

  test.each(['init', 'action'] as const)('is not sent when %s fails', async (on) => {
    const { approvalId } = custody.play('large-transfer');
    for (const kind of ['reset', 'html-error'] as const) {
      custody.addFault({ kind, on });
      // Each fault strikes once, so they are met one after the other.
      expect((await decide(approvalId)).kind).toBe('not-sent');
    }
    expect(custody.ledger().decisionCalls).toEqual([]);
  });

  test('is refused for good where service accounts may not vote', async () => {
    custody.setOrganisation({ serviceAccountsActivated: false });
    const { approvalId } = custody.play('large-transfer');

    expect(await decide(approvalId)).toMatchObject({ kind: 'refused', mayNotVote: true });
  });

  test('that was made before is unknown, and made once', async () => {
    const { approvalId } = custody.play('compliance-too');
    await decide(approvalId);

    expect((await decide(approvalId)).kind).toBe('unknown');

    expect(ours(approvalId)).toHaveLength(1);
  });

  test('on an approval that has ended is refused', async () => {
    const { approvalId } = custody.play('large-transfer');
    custody.decide(approvalId, { userId: people.alice.userId, value: 'Denied' });

    expect(await decide(approvalId)).toMatchObject({ kind: 'refused', mayNotVote: false });
  });

  test('is not sent by a process without the private key, which can still read', async () => {
    const { approvalId } = custody.play('large-transfer');
    const reader = connect({ privateKey: undefined });

    expect(await decide(approvalId, reader)).toMatchObject({ kind: 'not-sent' });
    expect((await readOf(approvalId, reader)).status).toBe('pending');
  });

  test('is not sent for an id that none can have', async () => {
    expect((await decide('ap-1/../../webhooks')).kind).toBe('not-sent');
    expect(custody.ledger().calls).toEqual({});
  });
});
