import { describe, expect, it } from 'vitest';
import { people } from '../../src/sandbox/company.ts';
import { actionIds, callbackIds, inputIds } from '../../src/slack/action-ids.ts';
import { comparedIn, openForm, type Who } from './gestures.ts';
import { withDeployment, type Deployment } from './harness.ts';
import { callsOf, cardsEnd, comesToRest, platformSays, slackComplaints } from './judge.ts';

/** Fifty people pressing at once: what a busy machine does to the three seconds, and Slack's limits, are not the point. */
const unlimited = { slack: { rates: { enabled: false }, ackTimeoutMs: 15_000 } } as const;

const slow = { approveAfterSeconds: 4, denyAfterSeconds: 4 };

async function withTwoWebs(act: (deployment: Deployment) => Promise<void>): Promise<void> {
  await withDeployment({ sandbox: unlimited, timing: slow }, async (deployment) => {
    await Promise.all([
      deployment.start('web-1', { role: 'web' }),
      deployment.start('web-2', { role: 'web' }),
      deployment.start('worker', { role: 'worker' }),
    ]);
    await act(deployment);
    expect(slackComplaints(deployment)).toEqual([]);
  });
}

type Form = {
  readonly who: Who;
  readonly viewId: string;
  readonly state: Record<string, Record<string, string | string[]>>;
};

async function openApprove(deployment: Deployment, who: Who, approvalId: string): Promise<Form> {
  const form = await openForm(deployment, who, approvalId, actionIds.approve);
  if ('trouble' in form || form.callbackId !== callbackIds.approve) throw new Error(`no form: ${JSON.stringify(form)}`);
  return { who, viewId: form.id, state: comparedIn(deployment, who) };
}

async function openReject(deployment: Deployment, who: Who, approvalId: string): Promise<Form> {
  const form = await openForm(deployment, who, approvalId, actionIds.reject);
  if ('trouble' in form || form.callbackId !== callbackIds.reject) throw new Error(`no form: ${JSON.stringify(form)}`);
  const state = {
    [inputIds.reasonCode.block]: { [inputIds.reasonCode.action]: 'destination' },
    [inputIds.reason.block]: { [inputIds.reason.action]: 'the vendor did not confirm it' },
  };
  return { who, viewId: form.id, state };
}

/** All in one turn of the event loop: each with a trigger of its own, so each signed anew, each on its own socket. */
async function submitAtOnce(deployment: Deployment, forms: readonly Form[], times: number): Promise<void> {
  const sent = Array.from({ length: times }, (_, index) => forms[index % forms.length]).filter(
    (form) => form !== undefined,
  );
  const outcomes = await Promise.all(
    sent.map(async ({ who, viewId, state }) =>
      deployment.sandbox.slack.modal({ user: people[who].slackUser, viewId, action: 'submit', state }),
    ),
  );
  expect(outcomes.filter((outcome) => outcome.kind !== 'delivered' || outcome.status !== 200)).toEqual([]);
  expect(outcomes).toHaveLength(times);
}

/** What the database holds: live votes by person, and how often each was written down. */
async function votesIn(deployment: Deployment): Promise<readonly string[]> {
  const rows = await deployment.sql<{ words: string }[]>`
    select person_id || ' ' || choice as words from votes where withdrawn_at is null order by person_id, choice`;
  return rows.map((row) => row.words);
}

async function eventsOf(deployment: Deployment, event: string): Promise<number> {
  const [row] = await deployment.sql<{ count: number }[]>`
    select count(*)::int as count from audit_log where event = ${event}`;
  return row?.count ?? 0;
}

describe('fifty clicks at once on two web processes', () => {
  it('by one person are one vote', { timeout: 120_000 }, async () => {
    await withTwoWebs(async (deployment) => {
      const { approvalId } = deployment.sandbox.custody.play('large-transfer');
      const form = await openApprove(deployment, 'alice', approvalId);

      await submitAtOnce(deployment, [form], 50);

      expect(await votesIn(deployment)).toEqual(['alice approve']);
      expect(await eventsOf(deployment, 'vote.approve')).toBe(1);
      expect(await eventsOf(deployment, 'decision.written')).toBe(0);
      expect(callsOf(deployment, approvalId)).toEqual([]);
    });
  });

  it('by three people are three votes at most, one decision and one call', { timeout: 120_000 }, async () => {
    await withTwoWebs(async (deployment) => {
      const { approvalId } = deployment.sandbox.custody.play('large-transfer');
      const forms: Form[] = [];
      for (const who of ['alice', 'bob', 'carol'] as const) forms.push(await openApprove(deployment, who, approvalId));

      await submitAtOnce(deployment, forms, 50);
      await platformSays(deployment, approvalId, 'Approved');
      await comesToRest(deployment);

      const votes = await votesIn(deployment);
      expect(new Set(votes).size).toBe(votes.length);
      expect(await eventsOf(deployment, 'vote.approve')).toBe(votes.length);
      expect(await eventsOf(deployment, 'decision.written')).toBe(1);
      expect(callsOf(deployment, approvalId)).toEqual(['Approved applied']);
      await cardsEnd(deployment, approvalId, 'Approved: ');
    });
  });

  it('with a rejection among them end in that rejection, sent once', { timeout: 120_000 }, async () => {
    await withTwoWebs(async (deployment) => {
      const { approvalId } = deployment.sandbox.custody.play('large-transfer');
      const forms = [
        await openApprove(deployment, 'alice', approvalId),
        await openApprove(deployment, 'bob', approvalId),
        await openReject(deployment, 'carol', approvalId),
      ];

      await submitAtOnce(deployment, forms, 50);
      await platformSays(deployment, approvalId, 'Denied');
      await comesToRest(deployment);

      expect(await eventsOf(deployment, 'vote.deny')).toBe(1);
      expect(callsOf(deployment, approvalId)).toEqual(['Denied applied']);
      await cardsEnd(deployment, approvalId, 'Denied: ');
    });
  });
});
