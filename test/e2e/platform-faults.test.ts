import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { people } from '../../src/sandbox/company.ts';
import type { FaultInput } from '../../src/sandbox/custody/ledger.ts';
import { until } from '../queue/until.ts';
import { openDeployment, type OpenDeployment } from './harness.ts';
import { callsOf, ourCalls, platformSays, rowIs, slackComplaints } from './judge.ts';

let deployment: OpenDeployment;

beforeAll(async () => {
  deployment = await openDeployment();
  await deployment.start('countersign');
});

afterAll(async () => {
  await deployment.close();
});

/** A payout that meets these faults, from its first moment on. */
function playWith(...faults: readonly FaultInput[]): string {
  const { custody } = deployment.sandbox;
  const { approvalId } = custody.play('routine-payout');
  // In the same turn of the event loop: no webhook has left yet.
  for (const fault of faults) custody.addFault({ ...fault, approvalId });
  return approvalId;
}

function hitsOf(faultId: string): number {
  return deployment.sandbox.custody.ledger().faults.find((fault) => fault.id === faultId)?.hits ?? 0;
}

const lost = ['Approved not applied', 'Approved applied'];
const kept = ['Approved applied'];

type Case = { readonly name: string; readonly fault: FaultInput; readonly calls: readonly string[] };

const answers: readonly Case[] = [
  { name: '500 and nothing happened', fault: { kind: 'status', status: 500 }, calls: lost },
  { name: '500 although it counted', fault: { kind: 'status', status: 500, when: 'after' }, calls: kept },
  { name: '503 and nothing happened', fault: { kind: 'status', status: 503, retryAfter: 1 }, calls: lost },
  { name: 'no answer and nothing happened', fault: { kind: 'timeout' }, calls: lost },
  { name: 'no answer although it counted', fault: { kind: 'timeout', when: 'after' }, calls: kept },
  { name: '202 and nothing happened', fault: { kind: 'accepted-202' }, calls: lost },
  { name: '202 although it counted', fault: { kind: 'accepted-202', when: 'after' }, calls: kept },
  { name: '409 and nothing happened', fault: { kind: 'status', status: 409 }, calls: lost },
  { name: '409 although it counted', fault: { kind: 'status', status: 409, when: 'after' }, calls: kept },
  { name: 'a cut connection and nothing happened', fault: { kind: 'reset' }, calls: lost },
  { name: 'a cut connection although it counted', fault: { kind: 'reset', when: 'after' }, calls: kept },
  { name: 'a page of HTML and nothing happened', fault: { kind: 'html-error' }, calls: lost },
  { name: 'a page of HTML although it counted', fault: { kind: 'html-error', when: 'after' }, calls: kept },
  { name: '429', fault: { kind: 'status', status: 429, retryAfter: 0 }, calls: lost },
];

describe.concurrent('a decision is applied once, when the platform answers it with', () => {
  it.for(answers.map((each) => [each.name, each] as const))('%s', { timeout: 90_000 }, async ([, { fault, calls }]) => {
    onTestFailed(() => void process.stderr.write(deployment.logs()));
    const approvalId = playWith({ ...fault, on: 'decision' });

    await rowIs(deployment, approvalId, 'approved');

    expect(callsOf(deployment, approvalId)).toEqual(calls);
    await platformSays(deployment, approvalId, 'Approved');
  });

  it('429: it waits as long as it was told to', { timeout: 90_000 }, async () => {
    const approvalId = playWith({ kind: 'status', status: 429, retryAfter: 4, on: 'decision' });

    await rowIs(deployment, approvalId, 'approved');

    const calls = ourCalls(deployment.sandbox.custody.ledger(), approvalId);
    expect(calls.map((call) => call.applied)).toEqual([false, true]);
    expect((calls[1]?.at ?? 0) - (calls[0]?.at ?? 0)).toBeGreaterThanOrEqual(4000);
  });

  it('500 although it counted, and old answers for a while after', { timeout: 90_000 }, async () => {
    const approvalId = playWith(
      { kind: 'status', status: 500, when: 'after', on: 'decision' },
      { kind: 'stale-get', times: 4 },
    );

    await rowIs(deployment, approvalId, 'approved');

    expect(callsOf(deployment, approvalId).filter((call) => call === 'Approved applied')).toHaveLength(1);
    expect(callsOf(deployment, approvalId)).not.toContain('Denied applied');
  });

  it('errors to every read before it', { timeout: 90_000 }, async () => {
    const approvalId = playWith({ kind: 'status', status: 500, on: 'get-approval', times: 3 });

    await rowIs(deployment, approvalId, 'approved');

    expect(callsOf(deployment, approvalId)).toEqual(kept);
  });
});

describe('while the platform as a whole is ill', () => {
  afterEach(() => {
    deployment.sandbox.custody.clearFaults();
  });

  it.for(['init', 'action'] as const)(
    'a failing signature (%s) sends nothing, and the decision follows',
    {
      timeout: 90_000,
    },
    async (on) => {
      deployment.sandbox.custody.addFault({ kind: 'status', status: 500, on, times: 2 });
      const { approvalId } = deployment.sandbox.custody.play('routine-payout');

      await rowIs(deployment, approvalId, 'approved');

      expect(callsOf(deployment, approvalId)).toEqual(kept);
    },
  );

  it.for(['status', 'reset'] as const)(
    'nothing is sent while it is down (%s), and once when it is back',
    {
      timeout: 90_000,
    },
    async (mode) => {
      const { custody } = deployment.sandbox;
      const down = custody.addFault({ kind: 'down', mode });
      const { approvalId } = custody.play('routine-payout');
      await until('it was asked', () => hitsOf(down.id) > 0);
      expect(callsOf(deployment, approvalId)).toEqual([]);

      custody.clearFaults(down.id);
      await rowIs(deployment, approvalId, 'approved');

      expect(callsOf(deployment, approvalId)).toEqual(kept);
    },
  );

  it(
    'an approval that a list leaves out is found by the next one, and one that it shows twice is one',
    {
      timeout: 90_000,
    },
    async () => {
      const { custody } = deployment.sandbox;
      custody.dropWebhooks(true);
      const left = playWith({ kind: 'missing-in-list' });
      const twice = playWith({ kind: 'duplicate-in-list' });

      await rowIs(deployment, left, 'approved');
      await rowIs(deployment, twice, 'approved');

      custody.dropWebhooks(false);
      expect([callsOf(deployment, left), callsOf(deployment, twice)]).toEqual([kept, kept]);
    },
  );

  // The last one: what it learns is remembered.
  it(
    'a service account that may not vote is asked about once: from then on people get a link',
    {
      timeout: 90_000,
    },
    async () => {
      const { custody } = deployment.sandbox;
      custody.setOrganisation({ serviceAccountsActivated: false });
      const first = custody.play('routine-payout').approvalId;
      await rowIs(deployment, first, 'blocked');

      const second = custody.play('routine-payout').approvalId;
      await rowIs(deployment, second, 'pending');
      for (const approvalId of [first, second]) {
        custody.decide(approvalId, { userId: people.bob.userId, value: 'Approved' });
      }
      await rowIs(deployment, first, 'approved');
      await rowIs(deployment, second, 'approved');

      expect(callsOf(deployment, first)).toEqual(['Approved not applied']);
      expect(callsOf(deployment, second)).toEqual([]);
    },
  );
});

it('none of it broke a rule of Slack', () => {
  expect(slackComplaints(deployment)).toEqual([]);
});
