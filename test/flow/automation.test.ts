import { afterEach, describe, expect, it } from 'vitest';
import type { Check } from '../../src/checks/check.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { applyRulebook } from '../../src/flow/apply-rulebook.ts';
import { evaluateApproval } from '../../src/flow/evaluate-approval.ts';
import { refreshApproval } from '../../src/flow/refresh-approval.ts';
import { pause, resume } from '../../src/flow/switches.ts';
import {
  anActivity,
  anApproval,
  aFinding,
  aGroup,
  aPolicy,
  aVotingRule,
  bob,
  connection,
  hourMs,
  serviceAccount,
} from '../builders.ts';
import { applyVote, openLab, permissiveRulebook, type Lab } from './lab.ts';

let lab: Lab;

afterEach(async () => {
  await lab.close();
});

const automatic = {
  rulebook: permissiveRulebook,
  groups: [aVotingRule({ automation: true })],
  budgets: [
    { connection, per: 'connection', windowMs: 24 * hourMs, count: 10, amount: { value: '10000000', currency: 'USD' } },
  ],
} as const;

describe('the service account approves by itself', () => {
  it('what a rule allows, every check passes and a budget holds', async () => {
    lab = await openLab(automatic, { checks: [aCheck({ outcome: 'pass' })] });

    await lab.arrive();

    expect(lab.world.sent).toMatchObject([
      { value: 'approved', reason: expect.stringContaining('Approved automatically by rule') },
    ]);
    expect((await lab.row()).state).toBe('approved');
    expect(await lab.events()).toEqual([
      'approval.pending',
      'approval.evaluated',
      'decision.written',
      'approval.deciding',
      'approval.sending',
      'submission.accepted',
      'approval.approved',
    ]);
  });

  it.each(['flag', 'stop', 'unavailable'] as const)('never when a check says %s', async (outcome) => {
    lab = await openLab(automatic, { checks: [aCheck({ outcome })] });

    await lab.arrive();
    await lab.advance(hourMs);

    expect(lab.world.sent).toEqual([]);
    expect((await lab.row()).state).toBe('pending');
  });

  it('never without a rulebook, without a budget, or without permission in the group', async () => {
    for (const change of [
      { rulebook: null },
      { budgets: [] },
      { groups: [aVotingRule({ automation: false })] },
      { groups: [] },
    ]) {
      lab = await openLab({ ...automatic, ...change });
      await lab.arrive();
      await lab.advance(hourMs);
      expect(lab.world.sent).toEqual([]);
      await lab.close();
    }
    lab = await openLab(automatic);
  });

  it('never in a connection that only observes or only shows cards', async () => {
    for (const mode of ['observe', 'card'] as const) {
      lab = await openLab(automatic);
      const [first] = lab.ctx.config.connections;
      if (first === undefined) throw new Error('no connection');
      await lab.close();
      lab = await openLab({ ...automatic, connections: [{ ...first, mode }] });
      await lab.arrive();
      await lab.advance(hourMs);
      expect(lab.world.sent).toEqual([]);
      await lab.close();
    }
    lab = await openLab(automatic);
  });

  it('last, when people must vote on the platform too', async () => {
    lab = await openLab(automatic);
    const people = aGroup({
      key: 'plc-2/Compliance',
      policyId: 'plc-2',
      name: 'Compliance',
      approvers: { kind: 'listed', accounts: ['us-erin'] },
      serviceAccountsCanApprove: false,
    });
    const approval = anApproval({ policies: [aPolicy(), aPolicy({ id: 'plc-2', groups: [people] })] });
    await lab.arrive(approval);
    expect(lab.world.sent).toEqual([]);

    applyVote(lab.world, approval.id, {
      account: 'us-erin',
      value: 'approved',
      reason: null,
      decidedAt: null,
    });
    await lab.arrive(lab.world.approvals.get(approval.id));

    expect(lab.world.sent).toHaveLength(1);
  });

  it('not in a group that people alone may release, even when another group allows it', async () => {
    lab = await openLab(automatic);
    const second = aGroup({
      key: 'plc-2/Board',
      policyId: 'plc-2',
      name: 'Board',
      approvers: { kind: 'listed', accounts: [serviceAccount, ...accountsOf(bob)] },
    });

    await lab.arrive(anApproval({ policies: [aPolicy(), aPolicy({ id: 'plc-2', groups: [second] })] }));
    await lab.advance(hourMs);

    expect(lab.world.sent).toEqual([]);
  });

  it('only up to the budget, when many are evaluated at the same time', async () => {
    lab = await openLab({
      ...automatic,
      budgets: [
        {
          connection,
          per: 'connection',
          windowMs: 24 * hourMs,
          count: 3,
          amount: { value: '10000000', currency: 'USD' },
        },
      ],
    });
    const rows = [];
    for (const index of Array.from({ length: 8 }).keys()) {
      const approval = anApproval({ id: `ap-${index}` });
      lab.world.approvals.set(approval.id, approval);
      await refreshApproval(lab.ctx, { connection, platformId: approval.id });
      rows.push(await lab.row(approval.id));
    }

    await Promise.all(rows.map(async (row) => evaluateApproval(lab.ctx, { approvalId: row.id })));
    await lab.work();

    expect(lab.world.sent).toHaveLength(3);
  });

  it('again when a denied one gives its budget back', async () => {
    lab = await openLab({
      ...automatic,
      budgets: [
        {
          connection,
          per: 'connection',
          windowMs: 24 * hourMs,
          count: 1,
          amount: { value: '10000000', currency: 'USD' },
        },
      ],
    });
    lab.world.answers.push({ outcome: { kind: 'unknown', reason: 'timeout' }, apply: false });
    await lab.arrive(anApproval({ id: 'ap-1' }));
    applyVote(lab.world, 'ap-1', { account: accountsOf(bob)[0] ?? '', value: 'denied', reason: null, decidedAt: null });
    await lab.advance(5000);
    expect((await lab.row('ap-1')).state).toBe('denied');
    // Bob denied what the rule approved, so that it fell back to shadow.
    await applyRulebook(lab.ctx, { text: permissiveRulebook.text, personId: 'alice', allowWeaker: true });

    await lab.arrive(anApproval({ id: 'ap-2' }));

    expect((await lab.row('ap-2')).state).toBe('approved');
  });

  it('not when a check changes its mind between the decision and the sending', async () => {
    const outcomes: Finding['outcome'][] = ['pass', 'stop'];
    lab = await openLab(automatic, {
      checks: [
        {
          ...aCheck({ outcome: 'pass' }),
          run: () => aFinding({ check: 'world', outcome: outcomes.shift() ?? 'stop' }),
        },
      ],
    });

    await lab.arrive();
    await lab.advance(hourMs);

    expect(lab.world.sent).toEqual([]);
    expect((await lab.row()).state).toBe('pending');
  });
});

describe('the switches', () => {
  it('stop automatic approvals, and resuming needs two different admins and evaluates afresh', async () => {
    lab = await openLab(automatic);
    expect(await pause(lab.ctx, { personId: 'carol', name: 'automation', reason: 'odd pattern' })).toEqual({
      kind: 'paused',
    });
    await lab.arrive();
    expect(lab.world.sent).toEqual([]);

    expect(await resume(lab.ctx, { personId: 'carol', name: 'automation' })).toEqual({
      kind: 'refused',
      reason: 'not-an-admin',
    });
    expect(await resume(lab.ctx, { personId: 'alice', name: 'automation' })).toEqual({ kind: 'second-admin-needed' });
    expect(await resume(lab.ctx, { personId: 'alice', name: 'automation' })).toEqual({
      kind: 'refused',
      reason: 'same-admin',
    });
    await lab.work();
    expect(lab.world.sent).toEqual([]);
    expect(await resume(lab.ctx, { personId: 'dave', name: 'automation' })).toEqual({ kind: 'resumed' });
    await lab.work();

    expect(lab.world.sent).toHaveLength(1);
  });

  it('stop a release by Slack votes that waits out its pause, and never a rejection', async () => {
    lab = await openLab({ groups: [aVotingRule({ automation: false })] });
    await lab.arrive();
    await lab.vote('alice');
    await lab.vote('bob');

    await pause(lab.ctx, { personId: 'carol', name: 'approvals', reason: 'incident' });
    await lab.advance(hourMs);
    expect(lab.world.sent).toEqual([]);
    expect((await lab.row()).state).toBe('pending');

    await lab.vote('carol', 'deny');
    await lab.advance(60_000);
    expect(lab.world.sent).toMatchObject([{ value: 'denied' }]);
  });

  it('are off when their rows are gone', async () => {
    lab = await openLab(automatic);
    await lab.sql`delete from switches`;

    await lab.arrive();
    await lab.advance(hourMs);

    expect(lab.world.sent).toEqual([]);
  });
});

function aCheck(change: Pick<Finding, 'outcome'>): Check {
  return { name: 'world', title: 'World', needs: {}, run: () => aFinding({ check: 'world', ...change }) };
}

function accountsOf(person: typeof bob): readonly string[] {
  return Object.values(person.accounts).flat();
}

it('does not approve what is not a transfer, whatever the rulebook says', async () => {
  lab = await openLab(automatic);

  await lab.arrive(anApproval({ activity: anActivity({ kind: 'policy-change' }) }));

  expect(lab.world.sent).toEqual([]);
});
