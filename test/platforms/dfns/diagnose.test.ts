// Each thing that can be wrong with an account on Dfns, and the remedy that `doctor` names for it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../../src/platforms/platform.ts';
import { bot, people, policyIds } from '../../../src/sandbox/company.ts';
import { startCustody, type Custody } from '../../../src/sandbox/custody/index.ts';
import { judgePermissions } from '../../../src/platforms/dfns/permissions.ts';
import { connectTo } from './sandbox-connection.ts';

let custody: Custody;
beforeEach(async () => {
  custody = await startCustody({ webhooks: [{ url: 'http://127.0.0.1:9/webhooks/treasury' }] });
});
afterEach(() => custody.stop());

async function diagnose(credentials: object = {}, skewMs = 0): Promise<readonly Diagnosis[]> {
  return connectTo(custody, { credentials, now: () => Date.now() + skewMs }).diagnose();
}

const told = (diagnoses: readonly Diagnosis[], name: string) => diagnoses.filter((one) => one.name === name);

test('a well-kept account has nothing to remedy', async () => {
  const diagnoses = await diagnose();

  expect(diagnoses.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
  expect(diagnoses.map(({ name }) => name)).toEqual([
    'clock',
    'identity',
    'permissions',
    'credential',
    'policies',
    'groups',
    'webhook',
  ]);
});

describe('a fault and its remedy', () => {
  type Case = [string, string, Diagnosis['outcome'], RegExp, () => Promise<readonly Diagnosis[]>];
  const setPermissions = (change: (all: string[]) => string[]) => {
    custody.setPermissions(bot.userId, change([...bot.permissions]));
    return diagnose();
  };
  const cases: Case[] = [
    ['a clock 31 s off', 'clock', 'warning', /Synchronise the clock/, () => diagnose({}, 35_000)],
    ['a clock 200 s off', 'clock', 'fault', /Synchronise the clock/, () => diagnose({}, -200_000)],
    [
      "somebody else's token",
      'identity',
      'fault',
      /same service account/,
      () => diagnose({ userId: people.alice.userId }),
    ],
    ['a token that is not accepted', 'identity', 'fault', /new access token/, () => diagnose({ token: 'opaque' })],
    [
      'the account of a person',
      'identity',
      'fault',
      /Create a service account/,
      () => diagnose({ userId: people.alice.userId, token: 'TEST-ONLY-token-alice' }),
    ],
    [
      'a user that is not there',
      'identity',
      'fault',
      /Correct `userId`/,
      () => {
        custody.setToken('opaque', bot.userId);
        return diagnose({ userId: 'us-nobody', token: 'opaque' });
      },
    ],
    [
      'an account that may not read itself',
      'identity',
      'warning',
      /Grant Auth:Users:Read/,
      () => setPermissions((all) => all.filter((name) => name !== 'Auth:Users:Read')),
    ],
    [
      'a permission too few',
      'permissions',
      'fault',
      /Add them/,
      () => setPermissions((all) => all.filter((name) => name !== 'Policies:Evaluations:Vote')),
    ],
    [
      'a permission too many',
      'permissions',
      'fault',
      /Take them away/,
      () => setPermissions((all) => [...all, 'Wallets:Transfers:Create']),
    ],
    [
      'policies that may not be read',
      'policies',
      'fault',
      /Grant Policies:Read/,
      () => setPermissions((all) => all.filter((name) => name !== 'Policies:Read')),
    ],
    [
      'webhooks that may not be read',
      'webhook',
      'warning',
      /Grant Webhooks:Read/,
      () => setPermissions((all) => all.filter((name) => name !== 'Webhooks:Read')),
    ],
    ['another credential', 'credential', 'fault', /Set `credentialId`/, () => diagnose({ credentialId: 'other' })],
    ['no private key', 'credential', 'warning', /Set `privateKey`/, () => diagnose({ privateKey: undefined })],
    [
      'groups that do not let it vote',
      'groups',
      'warning',
      /Set serviceAccountsCanApprove/,
      () => {
        const action = {
          kind: 'RequestApproval',
          approvalGroups: [{ quorum: 1, approvers: { userId: { in: [bot.userId] } } }],
        };
        custody.editPolicy(policyIds.large, { action });
        return diagnose();
      },
    ],
    [
      'no group at all',
      'groups',
      'warning',
      /List the service account/,
      () => {
        for (const id of Object.values(policyIds)) custody.editPolicy(id, { status: 'Archived' });
        return diagnose();
      },
    ],
  ];

  test.each(cases)('%s', async (_, name, outcome, remedy, act) => {
    const found = told(await act(), name);

    expect(found.map((one) => one.outcome)).toContain(outcome);
    expect(found.find((one) => one.outcome === outcome)?.remedy).toMatch(remedy);
  });

  test('no webhook, or one that hears too little', async () => {
    await custody.stop();
    custody = await startCustody({ webhooks: [{ url: 'http://127.0.0.1:9/', events: ['policy.triggered'] }] });

    const [webhook] = told(await diagnose(), 'webhook');

    expect(webhook).toMatchObject({
      outcome: 'warning',
      remedy: expect.stringContaining('countersign webhook create'),
    });
  });

  test('a platform that is down is told without a fault of our own', async () => {
    custody.addFault({ kind: 'down' });

    const diagnoses = await diagnose();

    expect(diagnoses.filter(({ outcome }) => outcome === 'fault').map(({ name }) => name)).toEqual([
      'identity',
      'credential',
      'policies',
    ]);
    for (const { outcome, remedy } of diagnoses) expect(remedy === null).toBe(outcome === 'ok');
  });
});

test('older names of permissions count as the newer ones', () => {
  const operations = bot.permissions.filter((name) => !name.startsWith('Policies:Evaluations'));
  const { missing, excess } = judgePermissions([
    ...operations,
    'Policies:Approvals:Read',
    'Policies:Approvals:Approve',
  ]);

  expect({ missing, excess }).toEqual({ missing: [], excess: [] });
});
