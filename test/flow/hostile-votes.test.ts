import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { liveHolds } from '../../src/db/holds.ts';
import { liveVotes } from '../../src/db/votes.ts';
import { castVote } from '../../src/flow/cast-vote.ts';
import { liftHolds } from '../../src/flow/lift-hold.ts';
import { submitDecision } from '../../src/flow/submit-decision.ts';
import { sweep } from '../../src/flow/sweep.ts';
import { pause, resume } from '../../src/flow/switches.ts';
import { refreshApproval } from '../../src/flow/refresh-approval.ts';
import { switchPositions } from '../../src/db/switches.ts';
import {
  anActivity,
  anApproval,
  aGroup,
  aPolicy,
  aVotingRule,
  connection,
  everybody,
  hourMs,
  minuteMs,
  serviceAccount,
} from '../builders.ts';
import { applyVote, openLab, type Lab } from './lab.ts';

let lab: Lab;

beforeEach(async () => {
  lab = await openLab();
});

afterEach(async () => {
  await lab.close();
});

const slackUser = (person: string) => `T0ACME/U0${person.toUpperCase()}`;

describe('a rejection is sent only while those who chose it may choose it', () => {
  it('not when the rejecter is no longer an approver', async () => {
    const row = await lab.arrive();
    await lab.vote('carol', 'deny');
    lab.clock.now += minuteMs;
    const groups = [aVotingRule({ automation: false, approvers: ['alice', 'bob'] })];

    await submitDecision(lab.process({ config: { ...lab.ctx.config, groups } }), { approvalId: row.id });

    expect(lab.world.sent).toEqual([]);
    expect((await lab.row()).state).toBe('pending');
    // It still holds: nothing is approved over it.
    expect(await liveHolds(lab.db, row.id)).toHaveLength(1);
  });

  it('not when fewer rejecters are left than the group asks for', async () => {
    await lab.close();
    lab = await openLab({ groups: [aVotingRule({ automation: false, denyQuorum: 2 })] });
    const row = await lab.arrive();
    await lab.vote('carol', 'deny');
    await lab.vote('bob', 'deny');
    lab.clock.now += minuteMs;
    const people = everybody.filter(({ id }) => id !== 'bob');

    await submitDecision(lab.process({ config: { ...lab.ctx.config, people } }), { approvalId: row.id });

    expect(lab.world.sent).toEqual([]);
  });

  it('not when Slack does not vouch for the initiator who cancelled', async () => {
    await lab.arrive();
    await lab.vote('dave', 'deny');
    lab.voters.set(slackUser('dave'), { kind: 'refused', reason: 'deactivated' });

    await lab.advance(hourMs);

    expect(lab.world.sent).toEqual([]);
  });

  it('not when the one who cancelled is the initiator no more', async () => {
    const row = await lab.arrive();
    await lab.vote('dave', 'deny');
    lab.clock.now += minuteMs;
    const people = everybody.map((person) =>
      person.id === 'dave' ? { ...person, accounts: { [connection]: ['us-other'] } } : person,
    );

    await submitDecision(lab.process({ config: { ...lab.ctx.config, people } }), { approvalId: row.id });

    expect(lab.world.sent).toEqual([]);
  });
});

describe('a change of mind', () => {
  it('replaces a rejection in every group, also where the new vote does not count', async () => {
    await lab.close();
    lab = await openLab({
      groups: [aVotingRule({ automation: false }), aVotingRule({ automation: false, name: 'Board', denyQuorum: 2 })],
    });
    const board = aGroup({ key: 'plc-2/Board', policyId: 'plc-2', name: 'Board' });
    const row = await lab.arrive(
      anApproval({ policies: [aPolicy(), aPolicy({ id: 'plc-2', name: 'Board', groups: [board] })] }),
    );
    await lab.vote('carol', 'deny');
    const groups = [
      aVotingRule({ automation: false }),
      aVotingRule({ automation: false, name: 'Board', ceiling: null }),
    ];
    await liftAndReopen(row.id);

    await castVote(lab.process({ config: { ...lab.ctx.config, groups } }), {
      approvalId: row.id,
      slackUser: slackUser('carol'),
      choice: 'approve',
      reason: null,
      fingerprint: row.fingerprint ?? '',
      shownDigest: 'd'.repeat(64),
    });

    const votes = await liveVotes(lab.db, row.id, row.fingerprint ?? '');
    expect(votes.filter(({ personId, choice }) => personId === 'carol' && choice === 'deny')).toEqual([]);
    expect(await lab.events()).toContain('hold.lifted');
  });

  /** The denial waits out its pause: it is taken back so that an approval may be cast, the votes stay. */
  async function liftAndReopen(approvalId: string): Promise<void> {
    await lab.sql`update decisions set withdrawn_at = now() where approval_id = ${approvalId}`;
    await lab.sql`update approvals set state = 'pending' where id = ${approvalId}`;
  }
});

describe('content that changes and changes back', () => {
  it('does not bring the old votes back: they were said to be void', async () => {
    const before = await lab.arrive();
    await lab.vote('alice');
    await lab.vote('bob');
    await lab.arrive(anApproval({ activity: anActivity({ memo: 'another memo' }) }));

    const after = await lab.arrive();
    await sweep(lab.ctx);
    await lab.advance(hourMs);

    expect(after.fingerprint).toBe(before.fingerprint);
    expect(lab.world.sent).toEqual([]);
    expect(await lab.events()).toContain('votes.voided');
    await lab.vote('alice');
    await lab.vote('bob');
    await lab.advance(minuteMs);
    expect(lab.world.sent).toHaveLength(1);
  });
});

describe('two admins lift rejections', () => {
  it('also when a second rejection came between their two clicks', async () => {
    await lab.close();
    lab = await openLab({ groups: [aVotingRule({ automation: false, denyQuorum: 3 })] });
    const row = await lab.arrive();
    const lift = async (person: string) => liftHolds(lab.ctx, { approvalId: row.id, slackUser: slackUser(person) });
    await lab.vote('carol', 'deny');
    await lift('alice');
    await lab.vote('bob', 'deny');

    const kinds = [(await lift('dave')).kind, (await lift('alice')).kind];

    expect(kinds).toEqual(['second-admin-needed', 'lifted']);
    expect(await liveHolds(lab.db, row.id)).toEqual([]);
  });

  it('also when the one who asked first is no admin any more', async () => {
    const row = await lab.arrive();
    await lab.vote('carol', 'deny');
    await liftHolds(lab.ctx, { approvalId: row.id, slackUser: slackUser('alice') });
    const later = lab.process({ config: { ...lab.ctx.config, admins: ['bob', 'dave'] } });

    const first = await liftHolds(later, { approvalId: row.id, slackUser: slackUser('dave') });
    const second = await liftHolds(later, { approvalId: row.id, slackUser: slackUser('bob') });

    expect([first.kind, second.kind]).toEqual(['second-admin-needed', 'lifted']);
  });

  it('anew, when the rejecter rejects again after the first click', async () => {
    await lab.close();
    lab = await openLab({ groups: [aVotingRule({ automation: false, denyQuorum: 2 })] });
    const row = await lab.arrive();
    await lab.vote('carol', 'deny');
    await liftHolds(lab.ctx, { approvalId: row.id, slackUser: slackUser('alice') });
    await lab.vote('carol', 'deny', { reason: 'the vendor says it is a fraud' });

    const second = await liftHolds(lab.ctx, { approvalId: row.id, slackUser: slackUser('dave') });

    expect(second.kind).toBe('second-admin-needed');
  });
});

describe('resuming takes two admins who know what they resume', () => {
  it('after a foreign decision an older wish to resume does not count', async () => {
    await lab.arrive();
    await pause(lab.ctx, { personId: 'carol', name: 'approvals', reason: 'a drill' });
    await resume(lab.ctx, { personId: 'alice', name: 'approvals' });
    applyVote(lab.world, anApproval().id, {
      account: serviceAccount,
      value: 'approved',
      reason: null,
      decidedAt: null,
    });
    await refreshApproval(lab.ctx, { connection, platformId: anApproval().id });

    const result = await resume(lab.ctx, { personId: 'dave', name: 'approvals' });

    expect(result.kind).toBe('second-admin-needed');
    expect((await switchPositions(lab.db)).approvals).toBe(false);
  });

  it('nor after somebody paused again', async () => {
    await pause(lab.ctx, { personId: 'carol', name: 'approvals', reason: 'a drill' });
    await resume(lab.ctx, { personId: 'alice', name: 'approvals' });

    await pause(lab.ctx, { personId: 'bob', name: 'approvals', reason: 'not a drill' });

    expect((await resume(lab.ctx, { personId: 'dave', name: 'approvals' })).kind).toBe('second-admin-needed');
  });
});
