import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { submissionsOf } from '../../src/db/submissions.ts';
import { anApproval, aGroup, aPolicy, aVotingRule, hourMs, noon } from '../builders.ts';
import { submitDecision } from '../../src/flow/submit-decision.ts';
import { withdrawVote } from '../../src/flow/withdraw-vote.ts';
import { liftHolds } from '../../src/flow/lift-hold.ts';
import { openLab, type Lab } from './lab.ts';

let lab: Lab;

beforeEach(async () => {
  lab = await openLab();
});

afterEach(async () => {
  await lab.close();
});

describe('an approving quorum', () => {
  it('sends one decision after the pause, and calls it approved only when the platform says so', async () => {
    await lab.arrive();
    expect(await lab.vote('alice')).toMatchObject({ kind: 'counted', decided: null });
    expect(await lab.vote('bob')).toMatchObject({ kind: 'counted', decided: { sendAfter: noon + 30_000 } });
    expect((await lab.row()).state).toBe('deciding');
    await lab.advance(29_000);
    expect(lab.world.sent).toEqual([]);

    await lab.advance(1000);

    expect(lab.world.sent).toHaveLength(1);
    expect(lab.world.sent[0]).toMatchObject({ value: 'approved' });
    expect(lab.world.sent[0]?.reason).toMatch(
      /^Approved by Alice Anderson, Bob Brown \[Countersign [0-9A-F-]{14}, audit \d+ [0-9a-f]{12}\]$/,
    );
    expect((await lab.row()).state).toBe('approved');
  });

  it('does not reach a quorum with one person clicking twice', async () => {
    await lab.arrive();
    await lab.vote('alice');

    const again = await lab.vote('alice');

    expect(again).toEqual({ kind: 'refused', refusal: { kind: 'same-vote-already', choice: 'approve' } });
    expect((await lab.row()).state).toBe('pending');
  });

  it('needs two people even where quorum 1 is configured and the platform asks for one', async () => {
    await lab.close();
    lab = await openLab({ groups: [aVotingRule({ automation: false, quorum: 1 })] });
    await lab.arrive();

    await lab.vote('alice');

    expect((await lab.row()).state).toBe('pending');
    await lab.vote('bob');
    expect((await lab.row()).state).toBe('deciding');
  });

  it('is never smaller than the quorum of the platform', async () => {
    const group = aGroup({ quorum: 3 });
    await lab.arrive(anApproval({ policies: [aPolicy({ groups: [group] })] }));

    await lab.vote('alice');
    await lab.vote('bob');

    expect((await lab.row()).state).toBe('pending');
  });

  it('is withdrawn by a vote taken back inside the pause', async () => {
    const row = await lab.arrive();
    await lab.vote('alice');
    await lab.vote('bob');

    const result = await withdrawVote(lab.ctx, { approvalId: row.id, slackUser: 'T0ACME/U0BOB' });

    expect(result).toEqual({ kind: 'withdrawn', reopened: true });
    await lab.advance(hourMs);
    expect(lab.world.sent).toEqual([]);
    expect((await lab.row()).state).toBe('pending');
    expect(await lab.events()).toContain('decision.withdrawn');
  });

  it('is sent only once when the platform answers late and the job runs twice at the same time', async () => {
    const row = await lab.arrive();
    await lab.vote('alice');
    await lab.vote('bob');
    lab.clock.now += 30_000;

    await Promise.all(Array.from({ length: 8 }, async () => submitDecision(lab.ctx, { approvalId: row.id })));

    expect(lab.world.sent).toHaveLength(1);
    expect(await submissionsOf(lab.db, row.id)).toHaveLength(1);
  });

  it('waits, and sends nothing, while Slack cannot say who the voters are', async () => {
    await lab.arrive();
    await lab.vote('alice');
    await lab.vote('bob');
    lab.voters.set('T0ACME/U0BOB', { kind: 'unreachable', reason: 'timeout' });

    await lab.advance(60_000);

    expect(lab.world.sent).toEqual([]);
    lab.voters.clear();
    await lab.advance(10_000);
    expect(lab.world.sent).toHaveLength(1);
  });

  it('reopens when a voter is deactivated between the vote and the sending', async () => {
    await lab.arrive();
    await lab.vote('alice');
    await lab.vote('bob');
    lab.voters.set('T0ACME/U0BOB', { kind: 'refused', reason: 'deactivated' });

    await lab.advance(30_000);

    expect(lab.world.sent).toEqual([]);
    expect((await lab.row()).state).toBe('pending');
  });
});

describe('a rejection', () => {
  it('holds at once, is sent after its pause, and carries the reason and the name', async () => {
    await lab.arrive();

    const result = await lab.vote('carol', 'deny');

    expect(result).toMatchObject({ kind: 'counted', decided: { sendAfter: noon + 60_000 } });
    await lab.advance(59_000);
    expect(lab.world.sent).toEqual([]);
    await lab.advance(1000);
    expect(lab.world.sent).toMatchObject([
      { value: 'denied', reason: expect.stringContaining('Rejected by Carol Castillo: the vendor') },
    ]);
    expect((await lab.row()).state).toBe('denied');
  });

  it('wins over an approval that waits out its pause', async () => {
    await lab.arrive();
    await lab.vote('alice');
    await lab.vote('bob');

    await lab.vote('carol', 'deny');
    await lab.advance(30_000);

    expect(lab.world.sent).toEqual([]);
    await lab.advance(30_000);
    expect(lab.world.sent).toMatchObject([{ value: 'denied' }]);
  });

  it('is undone by the rejecter inside the pause, and the vote goes on', async () => {
    const row = await lab.arrive();
    await lab.vote('carol', 'deny');

    await withdrawVote(lab.ctx, { approvalId: row.id, slackUser: 'T0ACME/U0CAROL' });
    await lab.advance(hourMs);

    expect(lab.world.sent).toEqual([]);
    await lab.vote('alice');
    await lab.vote('bob');
    await lab.advance(30_000);
    expect(lab.world.sent).toMatchObject([{ value: 'approved' }]);
  });

  it('holds without being sent where more rejecters are asked for', async () => {
    await lab.close();
    lab = await openLab({ groups: [aVotingRule({ automation: false, denyQuorum: 2 })] });
    await lab.arrive();

    const first = await lab.vote('carol', 'deny');
    await lab.vote('alice');
    await lab.vote('bob');
    await lab.advance(10 * 60_000);

    expect(first).toMatchObject({ kind: 'counted', decided: null });
    expect(lab.world.sent).toEqual([]);
    expect((await lab.row()).state).toBe('pending');
    await lab.vote('bob', 'deny');
    await lab.advance(60_000);
    expect(lab.world.sent).toMatchObject([{ value: 'denied' }]);
  });

  it('is lifted by two admins, never by one', async () => {
    const row = await lab.arrive();
    await lab.vote('carol', 'deny');

    const first = await liftHolds(lab.ctx, { approvalId: row.id, slackUser: 'T0ACME/U0ALICE' });
    const again = await liftHolds(lab.ctx, { approvalId: row.id, slackUser: 'T0ACME/U0ALICE' });
    const second = await liftHolds(lab.ctx, { approvalId: row.id, slackUser: 'T0ACME/U0DAVE' });

    expect([first.kind, again.kind, second.kind]).toEqual(['second-admin-needed', 'same-admin', 'lifted']);
    await lab.advance(hourMs);
    expect(lab.world.sent).toEqual([]);
  });

  it('needs a reason', async () => {
    await lab.arrive();

    const result = await lab.vote('carol', 'deny', { reason: '  ' });

    expect(result).toEqual({ kind: 'refused', refusal: { kind: 'reason-missing' } });
  });

  it('by the initiator cancels', async () => {
    await lab.arrive();

    await lab.vote('dave', 'deny');
    await lab.advance(60_000);

    expect(lab.world.sent).toMatchObject([{ value: 'denied' }]);
  });
});
