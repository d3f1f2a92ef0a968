import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { switchPositions } from '../../src/db/switches.ts';
import type { Context } from '../../src/context.ts';
import { castVote, type CastVote } from '../../src/flow/cast-vote.ts';
import { evaluateApproval } from '../../src/flow/evaluate-approval.ts';
import { liftHolds } from '../../src/flow/lift-hold.ts';
import { refreshApproval } from '../../src/flow/refresh-approval.ts';
import { submitDecision } from '../../src/flow/submit-decision.ts';
import { sweep } from '../../src/flow/sweep.ts';
import { pause, resume } from '../../src/flow/switches.ts';
import { withdrawVote } from '../../src/flow/withdraw-vote.ts';
import { anActivity, anApproval, aVotingRule, connection, serviceAccount } from '../builders.ts';
import { applyVote, openLab, type Lab } from './lab.ts';

let lab: Lab;

beforeEach(async () => {
  lab = await openLab({ groups: [aVotingRule({ automation: false })] });
});

afterEach(async () => {
  await lab.close();
});

const slackUser = (person: string) => `T0ACME/U0${person.toUpperCase()}`;

async function click(
  ctx: Context,
  input: Pick<CastVote, 'choice'> & { id: string; person: string },
): ReturnType<typeof castVote> {
  const row = await lab.row(input.id);
  return castVote(ctx, {
    approvalId: row.id,
    slackUser: slackUser(input.person),
    choice: input.choice,
    reason: input.choice === 'deny' ? 'not confirmed' : null,
    fingerprint: row.fingerprint ?? '',
    shownDigest: 'd'.repeat(64),
  });
}

describe('at the same time', () => {
  it('fifty clicks on two processes give one vote for each person, and one decision', async () => {
    const { id, platformId } = await lab.arrive();
    const processes = [lab.ctx, lab.process({})];
    const clicks = Array.from({ length: 50 }, async (_, index) =>
      click(processes[index % 2] ?? lab.ctx, {
        id: platformId,
        person: index % 3 === 0 ? 'alice' : 'bob',
        choice: 'approve',
      }),
    );

    const results = await Promise.all(clicks);
    await lab.advance(30_000);

    expect(results.filter(({ kind }) => kind === 'counted')).toHaveLength(2);
    expect(await lab.sql`select count(*)::int as count from votes where approval_id = ${id}`).toEqual([{ count: 2 }]);
    expect(await lab.sql`select count(*)::int as count from decisions`).toEqual([{ count: 1 }]);
    expect(lab.world.sent).toHaveLength(1);
  });

  it('a rejection while our approval is on its way is refused, and the value does not change', async () => {
    await lab.arrive();
    await lab.vote('alice');
    await lab.vote('bob');
    const results: unknown[] = [];
    lab.world.beforeDecide = async () => {
      results.push(await lab.vote('carol', 'deny'));
      results.push(await withdrawVote(lab.ctx, { approvalId: (await lab.row()).id, slackUser: slackUser('bob') }));
    };

    await lab.advance(30_000);

    expect(results).toMatchObject([{ refusal: { kind: 'vote-spent' } }, { refusal: { kind: 'vote-spent' } }]);
    expect(lab.world.sent).toMatchObject([{ value: 'approved' }]);
  });

  it('a rejection and the start of the sending: one of them wins, never both', async () => {
    for (let round = 0; round < 10; round += 1) {
      const id = `ap-${round}`;
      const row = await lab.arrive(anApproval({ id, activity: anActivity({ amountBase: '1000000' }) }));
      await click(lab.ctx, { id, person: 'alice', choice: 'approve' });
      await click(lab.ctx, { id, person: 'bob', choice: 'approve' });
      lab.clock.now += 30_000;

      const [, denial] = await Promise.all([
        submitDecision(lab.ctx, { approvalId: row.id }),
        click(lab.process({}), { id, person: 'carol', choice: 'deny' }),
      ]);

      const sent = lab.world.sent.filter((entry) => entry.approvalId === id);
      expect(sent).toHaveLength(denial.kind === 'counted' ? 0 : 1);
    }
  });

  it('everything that people and machines do, on many approvals, locks nobody out', async () => {
    const ids = ['ap-0', 'ap-1', 'ap-2', 'ap-3'];
    for (const id of ids) await lab.arrive(anApproval({ id, activity: anActivity({ amountBase: '1000000' }) }));
    const other = lab.process({});

    for (let round = 0; round < 12; round += 1) {
      lab.clock.now += 10_000;
      const id = ids[round % ids.length] ?? 'ap-0';
      const { id: approvalId } = await lab.row(id);
      // Content that changes, with a vote under our account that is not ours: the worst that a reading can bring.
      const changed = anApproval({ id, activity: anActivity({ amountBase: '1000000', memo: `round ${round}` }) });
      if (round % 3 === 2) lab.world.approvals.set(id, changed);
      if (round === 8)
        applyVote(lab.world, id, { account: serviceAccount, value: 'approved', reason: null, decidedAt: null });
      const results = await Promise.allSettled([
        ...ids.flatMap((each) => [
          click(lab.ctx, { id: each, person: 'alice', choice: 'approve' }),
          click(other, { id: each, person: 'bob', choice: 'approve' }),
        ]),
        click(other, { id, person: 'carol', choice: 'deny' }),
        withdrawVote(lab.ctx, { approvalId, slackUser: slackUser('carol') }),
        liftHolds(other, { approvalId, slackUser: slackUser(round % 2 === 0 ? 'alice' : 'dave') }),
        sweep(lab.ctx),
        sweep(other),
        refreshApproval(lab.ctx, { connection, platformId: id }),
        refreshApproval(other, { connection, platformId: id }),
        evaluateApproval(other, { approvalId }),
        submitDecision(lab.ctx, { approvalId }),
        submitDecision(other, { approvalId }),
        pause(lab.ctx, { personId: 'carol', name: 'approvals', reason: 'a drill' }),
        resume(other, { personId: round % 2 === 0 ? 'alice' : 'dave', name: 'approvals' }),
        resume(lab.ctx, { personId: round % 2 === 0 ? 'dave' : 'alice', name: 'approvals' }),
      ]);
      expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
      await lab.work();
    }

    const sent = lab.world.sent.map(({ approvalId }) => approvalId);
    expect(new Set(sent).size).toBe(sent.length);
  });

  it('a pause and a quorum: whoever comes first, nothing is sent while approvals are paused', async () => {
    for (let round = 0; round < 6; round += 1) {
      const id = `ap-${round}`;
      const row = await lab.arrive(anApproval({ id, activity: anActivity({ amountBase: '1000000' }) }));
      await click(lab.ctx, { id, person: 'alice', choice: 'approve' });
      await Promise.all([
        click(lab.ctx, { id, person: 'bob', choice: 'approve' }),
        pause(lab.process({}), { personId: 'carol', name: 'approvals', reason: 'incident' }),
      ]);
      lab.clock.now += 30_000;
      await submitDecision(lab.ctx, { approvalId: row.id });
      await lab.work();
      // Earlier rounds may be denied by now: a rejection ignores the switches.
      expect(lab.world.sent.filter(({ value }) => value === 'approved')).toEqual([]);
      expect((await switchPositions(lab.db)).approvals).toBe(false);
      await resume(lab.ctx, { personId: 'alice', name: 'approvals' });
      // Only the second admin turns it on; the round's approval is cancelled so that it does not come back.
      await click(lab.ctx, { id, person: 'carol', choice: 'deny' });
      await resume(lab.ctx, { personId: 'dave', name: 'approvals' });
      await lab.work();
    }
  });
});
