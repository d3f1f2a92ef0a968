import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { people, policyIds } from '../../src/sandbox/company.ts';
import { actionIds, callbackIds } from '../../src/slack/action-ids.ts';
import { until } from '../queue/until.ts';
import { approve, cardIsCurrent, cardShows, cardsOf, press, reject } from './gestures.ts';
import { openDeployment, type OpenDeployment } from './harness.ts';
import { callsOf, cardsEnd, comesToRest, ourCalls, platformSays, rowIs, slackComplaints } from './judge.ts';

let deployment: OpenDeployment;

beforeAll(async () => {
  deployment = await openDeployment({ timing: { approveAfterSeconds: 1, denyAfterSeconds: 4, sweepSeconds: 3 } });
  await deployment.start('countersign');
});

afterEach(async ({ task }) => {
  deployment.sandbox.custody.clearFaults();
  deployment.sandbox.custody.dropWebhooks(false);
  if (task.result?.state === 'fail') process.stderr.write(deployment.logs());
});

afterAll(async () => {
  await deployment.close();
});

const counted = { kind: 'shown', callbackId: callbackIds.recorded };

/** One test after the other needs its people's forms for itself. */
const patient = { timeout: 60_000 };

describe('from a signed webhook to one decision on the platform', () => {
  it('two approvals are sent as one, in the name of both', patient, async () => {
    const { approvalId } = deployment.sandbox.custody.play('large-transfer');

    expect(await approve(deployment, 'alice', approvalId)).toMatchObject(counted);
    expect(await approve(deployment, 'bob', approvalId)).toMatchObject(counted);
    await platformSays(deployment, approvalId, 'Approved');

    const [call, ...others] = ourCalls(deployment.sandbox.custody.ledger(), approvalId);
    expect(others).toEqual([]);
    expect(call).toMatchObject({ value: 'Approved', applied: true, via: 'api' });
    expect(call?.reason).toMatch(/^Approved by Alice Anderson, Bob Brown \[Countersign [0-9A-F-]{14}, audit \d+ /);
    await cardsEnd(deployment, approvalId, 'Approved: ');
  });

  it('a routine payout is approved by nobody but the service account', patient, async () => {
    const { approvalId } = deployment.sandbox.custody.play('routine-payout');

    await platformSays(deployment, approvalId, 'Approved');

    const [call] = ourCalls(deployment.sandbox.custody.ledger(), approvalId);
    expect(call?.reason).toContain('Approved automatically by rule');
    await cardsEnd(deployment, approvalId, 'Approved automatically');
  });

  it('a rejection that is withdrawn in time is never sent, and the vote goes on', patient, async () => {
    const { approvalId } = deployment.sandbox.custody.play('large-transfer');
    expect(await reject(deployment, 'carol', approvalId)).toMatchObject(counted);
    await cardShows(deployment, approvalId, 'On hold');

    expect(await press(deployment, 'carol', approvalId, actionIds.withdrawRejection)).toEqual({ trouble: null });
    await cardShows(deployment, approvalId, 'Approval needed');
    expect(await approve(deployment, 'alice', approvalId)).toMatchObject(counted);
    expect(await approve(deployment, 'bob', approvalId)).toMatchObject(counted);
    await platformSays(deployment, approvalId, 'Approved');

    expect(callsOf(deployment, approvalId)).toEqual(['Approved applied']);
    await cardsEnd(deployment, approvalId, 'Approved: ');
  });

  it('a rejection is sent once, with its reason and its name', patient, async () => {
    const { approvalId } = deployment.sandbox.custody.play('large-transfer');
    await approve(deployment, 'alice', approvalId);

    expect(await reject(deployment, 'carol', approvalId)).toMatchObject(counted);
    await platformSays(deployment, approvalId, 'Denied');

    const calls = ourCalls(deployment.sandbox.custody.ledger(), approvalId);
    expect(calls).toMatchObject([{ value: 'Denied', applied: true }]);
    expect(calls[0]?.reason).toMatch(/^Rejected by Carol Castillo: .*the vendor did not confirm/);
    await cardsEnd(deployment, approvalId, 'Denied: ');
  });

  it('who asked for it is refused, and told so in private', patient, async () => {
    const { approvalId } = deployment.sandbox.custody.play('large-transfer');

    const answer = await approve(deployment, 'dave', approvalId);

    expect(answer).not.toMatchObject(counted);
    expect(await deployment.sql`select 1 from votes where person_id = 'dave'`).toHaveLength(0);
    deployment.sandbox.custody.decide(approvalId, { userId: people.dave.userId, value: 'Denied' });
    await rowIs(deployment, approvalId, 'denied');
  });
});

describe('what happens on the platform wins', () => {
  it('an approval decided in the dashboard is closed here, and nothing is sent', patient, async () => {
    const { custody } = deployment.sandbox;
    const { approvalId } = custody.play('large-transfer');
    await approve(deployment, 'alice', approvalId);

    custody.decide(approvalId, { userId: people.bob.userId, value: 'Approved' });

    await cardsEnd(deployment, approvalId, 'Approved in Dfns');
    expect(callsOf(deployment, approvalId)).toEqual([]);
  });

  it('changed content voids the votes: the quorum is asked again', patient, async () => {
    const { custody } = deployment.sandbox;
    const { approvalId } = custody.play('large-transfer');
    expect(await approve(deployment, 'alice', approvalId)).toMatchObject(counted);

    const changed = custody.mutate(approvalId, 'activity.transferRequest.requestBody.amount', '310000000000');
    expect(changed.kind).toBe('done');
    await cardShows(deployment, approvalId, '310,000');
    expect(await approve(deployment, 'bob', approvalId)).toMatchObject(counted);
    await comesToRest(deployment);
    expect(callsOf(deployment, approvalId)).toEqual([]);
    expect(await approve(deployment, 'alice', approvalId)).toMatchObject(counted);
    await platformSays(deployment, approvalId, 'Approved');

    expect(callsOf(deployment, approvalId)).toEqual(['Approved applied']);
  });

  it('a policy edited during the vote voids it as well', patient, async () => {
    const { custody } = deployment.sandbox;
    const { approvalId } = custody.play('large-transfer');
    expect(await approve(deployment, 'alice', approvalId)).toMatchObject(counted);
    const before = await deployment.row(approvalId);

    custody.editPolicy(policyIds.large, { filters: { walletTags: { hasAny: ['treasury', 'vault'] } } });
    await until(
      'the change is seen',
      async () => (await deployment.row(approvalId))?.fingerprint !== before?.fingerprint,
    );
    await cardIsCurrent(deployment, approvalId);
    expect(await approve(deployment, 'bob', approvalId)).toMatchObject(counted);
    await comesToRest(deployment);

    expect(callsOf(deployment, approvalId)).toEqual([]);
    custody.decide(approvalId, { userId: people.carol.userId, value: 'Denied' });
    await cardsEnd(deployment, approvalId, 'Denied in Dfns');
  });
});

describe('a webhook is a hint', () => {
  it('with all of them lost, the sweep finds what waits', patient, async () => {
    const { custody } = deployment.sandbox;
    custody.dropWebhooks(true);

    const { approvalId } = custody.play('routine-payout');
    await platformSays(deployment, approvalId, 'Approved');
    await rowIs(deployment, approvalId, 'approved');

    expect(callsOf(deployment, approvalId)).toEqual(['Approved applied']);
    await cardsEnd(deployment, approvalId, 'Approved automatically');
  });

  it('ten of the same are one card and one decision', patient, async () => {
    const { custody } = deployment.sandbox;
    const { approvalId } = custody.play('large-transfer');
    custody.addFault({ kind: 'webhook-duplicate', n: 9, times: null, approvalId });
    await approve(deployment, 'alice', approvalId);
    for (let again = 0; again < 10; again += 1) custody.deliver(approvalId);

    await approve(deployment, 'bob', approvalId);
    await platformSays(deployment, approvalId, 'Approved');
    await custody.settled();
    await comesToRest(deployment);

    expect(callsOf(deployment, approvalId)).toEqual(['Approved applied']);
    expect(await cardsOf(deployment, approvalId)).toHaveLength(1);
  });
});

// The last ones: they move the platform's clock.
describe('an approval that expires is never denied by us', () => {
  it.for([
    ['the platform says so', true],
    ['the platform says nothing', false],
  ] as const)('when %s', patient, async ([, announceExpiry]) => {
    const { custody } = deployment.sandbox;
    custody.setOrganisation({ announceExpiry });
    const { approvalId } = custody.play('large-transfer', { expiresInMs: 60 * 60_000 });
    await approve(deployment, 'alice', approvalId);

    await custody.advance(61 * 60_000);

    await platformSays(deployment, approvalId, 'Expired');
    await cardsEnd(deployment, approvalId, 'Expired');
    expect(callsOf(deployment, approvalId)).toEqual([]);
  });
});

it('none of it broke a rule of Slack', () => {
  expect(slackComplaints(deployment)).toEqual([]);
});
