import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { submissionsOf } from '../../src/db/submissions.ts';
import { switchPositions } from '../../src/db/switches.ts';
import {
  anActivity,
  anApproval,
  aVotingRule,
  bob,
  carol,
  connection,
  hourMs,
  newRecipient,
  serviceAccount,
} from '../builders.ts';
import { applyReading, refreshApproval } from '../../src/flow/refresh-approval.ts';
import { retrySubmission } from '../../src/flow/retry-submission.ts';
import { sweep } from '../../src/flow/sweep.ts';
import { applyVote, openLab, type Lab } from './lab.ts';

let lab: Lab;

beforeEach(async () => {
  lab = await openLab({ groups: [aVotingRule({ automation: false })] });
});

afterEach(async () => {
  await lab.close();
});

async function quorum(): Promise<void> {
  await lab.arrive();
  await lab.vote('alice');
  await lab.vote('bob');
}

describe('an answer that is not a definite success is read again, never assumed', () => {
  it('after a time-out that did reach the platform, nothing is sent again', async () => {
    lab.world.answers.push({ outcome: { kind: 'unknown', reason: 'timeout' }, apply: true });
    await quorum();

    await lab.advance(30_000);
    await lab.advance(hourMs);

    expect(lab.world.sent).toHaveLength(1);
    expect((await lab.row()).state).toBe('approved');
  });

  it('after a time-out that did not, the same value is sent again', async () => {
    lab.world.answers.push({ outcome: { kind: 'unknown', reason: 'timeout' }, apply: false });
    await quorum();

    await lab.advance(30_000);
    expect((await lab.row()).state).toBe('sending');
    await lab.advance(5000);

    expect(lab.world.sent.map((entry) => entry.value)).toEqual(['approved', 'approved']);
    expect((await lab.row()).state).toBe('approved');
  });

  it('a refusal is not retried: people are told, and an admin may retry after mending it', async () => {
    lab.world.answers.push({ outcome: { kind: 'refused', reason: 'not activated', mayNotVote: true }, apply: false });
    await quorum();
    await lab.advance(30_000);
    await lab.advance(hourMs);
    expect(lab.world.sent).toHaveLength(1);
    expect(await lab.row()).toMatchObject({
      state: 'blocked',
      stateReason: 'not activated',
      mayNotVote: 'not activated',
    });

    expect(await retrySubmission(lab.ctx, { approvalId: (await lab.row()).id, personId: 'bob' })).toEqual({
      kind: 'refused',
      reason: 'not-an-admin',
    });
    expect(await retrySubmission(lab.ctx, { approvalId: (await lab.row()).id, personId: 'alice' })).toEqual({
      kind: 'retried',
    });
    await lab.work();

    expect((await lab.row()).state).toBe('approved');
  });

  it('a refusal for what we are is remembered: later approvals get a link, until a vote is accepted again', async () => {
    lab.world.answers.push({ outcome: { kind: 'refused', reason: 'not activated', mayNotVote: true }, apply: false });
    await quorum();
    await lab.advance(30_000);

    await lab.arrive(anApproval({ id: 'ap-2' }));
    expect(await lab.row('ap-2')).toMatchObject({ state: 'pending', mayNotVote: 'not activated' });
    await retrySubmission(lab.ctx, { approvalId: (await lab.row()).id, personId: 'alice' });
    await lab.work();

    expect((await lab.row()).state).toBe('approved');
    expect((await lab.row('ap-2')).mayNotVote).toBeNull();
  });

  it('while the platform is down nothing is sent, and afterwards exactly once', async () => {
    await quorum();
    lab.world.readable = 'unavailable';
    await lab.advance(10 * 60_000);
    expect(lab.world.sent).toEqual([]);

    lab.world.readable = 'yes';
    await lab.advance(61_000);

    expect(lab.world.sent).toHaveLength(1);
  });

  it('an attempt whose process died is asked about, and repeated only when the platform does not show it', async () => {
    await quorum();
    lab.world.beforeDecide = async () => {
      throw new Error('the process is gone');
    };
    await lab.advance(30_000);
    lab.world.beforeDecide = null;
    expect((await lab.row()).state).toBe('sending');

    await lab.advance(10_000);
    expect(lab.world.sent).toEqual([]);
    await lab.advance(60_000);

    expect(lab.world.sent).toHaveLength(1);
    expect((await submissionsOf(lab.db, (await lab.row()).id)).map((entry) => entry.outcome)).toEqual([
      'unknown',
      'accepted',
    ]);
  });

  it('nothing is sent when less time is left than sending may take', async () => {
    const approval = anApproval();
    await lab.arrive({ ...approval, expiresAt: lab.clock.now + 40_000 });
    await lab.vote('alice');
    await lab.vote('bob');

    await lab.advance(30_000);

    expect(lab.world.sent).toEqual([]);
    expect((await lab.row()).state).toBe('pending');
  });
});

describe('what happens on the platform wins', () => {
  it('changed content voids the votes and reopens the question', async () => {
    await quorum();
    const before = await lab.row();
    const changed = anApproval({
      activity: anActivity({
        amountBase: '250000000001',
        destinations: [{ address: newRecipient, amountBase: '250000000001' }],
      }),
    });

    await lab.arrive(changed);
    await lab.advance(hourMs);

    const after = await lab.row();
    expect(lab.world.sent).toEqual([]);
    expect(after.fingerprint).not.toBe(before.fingerprint);
    expect(after).toMatchObject({
      state: 'pending',
      revision: 1,
      changes: [expect.stringContaining('amount: 250,000 USDC → 250,000.000001 USDC')],
    });
    expect(await lab.vote('alice', 'approve', { fingerprint: before.fingerprint ?? '' })).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'changed-content' },
    });
  });

  it('content that changes between the last read and the sending is not approved on old votes', async () => {
    await quorum();
    lab.world.approvals.set(anApproval().id, anApproval({ activity: anActivity({ memo: 'another memo' }) }));

    await lab.advance(30_000);

    expect(lab.world.sent).toEqual([]);
  });

  it('an approval decided in the dashboard is closed here, and nothing is sent', async () => {
    await quorum();
    applyVote(lab.world, anApproval().id, {
      account: Object.values(bob.accounts).flat()[0] ?? '',
      value: 'approved',
      reason: null,
      decidedAt: null,
    });

    await lab.advance(30_000);

    expect(lab.world.sent).toEqual([]);
    expect(await lab.row()).toMatchObject({ state: 'approved', endedElsewhere: true });
  });

  it('a decision by our account that we did not make turns both switches off', async () => {
    await lab.arrive();
    applyVote(lab.world, anApproval().id, {
      account: serviceAccount,
      value: 'approved',
      reason: null,
      decidedAt: null,
    });

    await refreshApproval(lab.ctx, { connection, platformId: anApproval().id });

    expect(await switchPositions(lab.db)).toEqual({ automation: false, approvals: false });
    expect(await lab.events()).toContain('decision.foreign');
  });

  it('an approval that expires is never denied by us', async () => {
    const approval = anApproval();
    await lab.arrive(approval);
    await lab.vote('alice');
    lab.world.approvals.set(approval.id, { ...approval, status: 'expired', statusText: 'Expired' });

    await lab.advance(4 * hourMs + 3000);

    expect(lab.world.sent).toEqual([]);
    expect(await lab.row()).toMatchObject({ state: 'expired', endedElsewhere: false });
  });

  it('an approval that cannot be read waits visibly and is picked up when it can', async () => {
    lab.world.readable = 'unreadable';
    await lab.arrive();
    expect(await lab.row()).toMatchObject({ state: 'unreadable', stateReason: 'a field has a new form' });

    lab.world.readable = 'yes';
    await sweep(lab.ctx);
    await lab.work();

    expect((await lab.row()).state).toBe('pending');
  });

  it('the sweep finds an approval that no webhook announced, and a task that was lost', async () => {
    lab.world.approvals.set(anApproval().id, anApproval());
    await sweep(lab.ctx);
    await lab.work();
    await lab.vote('alice');
    await lab.vote('bob');
    await lab.sql`delete from outbox`;
    lab.clock.now += 31_000;

    await sweep(lab.ctx);
    await lab.work();

    expect(lab.world.sent).toHaveLength(1);
  });

  it('an older answer that arrives late does not overwrite a newer one', async () => {
    await lab.arrive();
    const readAt = lab.clock.now;
    lab.clock.now += 1000;
    const newer = anApproval({ activity: anActivity({ memo: 'newer' }) });
    await lab.arrive(newer);

    await applyReading(lab.ctx, {
      connection,
      platformId: newer.id,
      reading: { kind: 'read', approval: anApproval() },
      readAt,
    });

    expect((await lab.row()).revision).toBe(1);
  });
});

it('keeps an approval whose text holds what PostgreSQL cannot', async () => {
  await lab.arrive(anApproval({ activity: anActivity({ memo: 'nul \u0000 and half a pair \ud800' }) }));

  expect((await lab.row()).state).toBe('pending');
});

it('counts one person with two accounts once', async () => {
  await lab.close();
  const people = lab.ctx.config.people.map((person) =>
    person.id === 'carol' ? { ...carol, slack: [...carol.slack, 'T0ACME/U0CAROL2'] } : person,
  );
  lab = await openLab({ people, groups: [aVotingRule({ automation: false })] });
  await lab.arrive();

  await lab.vote('carol');
  const second = await lab.vote('carol2');

  expect(second).toMatchObject({ kind: 'refused', refusal: { kind: 'same-vote-already' } });
  expect((await lab.row()).state).toBe('pending');
});
