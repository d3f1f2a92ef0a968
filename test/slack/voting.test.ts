// From a click to a vote, through the real Bolt, a signed request, and a database.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/slack/action-ids.ts';
import { liveVotes } from '../../src/db/votes.ts';
import { liveHolds } from '../../src/db/holds.ts';
import { pause } from '../../src/flow/switches.ts';
import { liveDecision } from '../../src/db/decisions.ts';
import { anActivity, anApproval, aVotingRule } from '../builders.ts';
import { channel, openSlackLab, until, valueOf, type SlackLab } from './lab.ts';

let lab: SlackLab;

beforeEach(async () => {
  lab = await openSlackLab();
});

afterEach(async () => {
  await lab.close();
});

const votes = async () => {
  const row = await lab.row();
  return liveVotes(lab.db, row.id, row.fingerprint ?? '');
};

describe('approving', () => {
  it('shows what the platform asks, takes the vote, and says so in form, card, thread and Home', async () => {
    await lab.arrive();

    const clicked = await lab.press('U0ALICE', actionIds.approve);
    const form = await lab.form('U0ALICE');
    const submitted = await lab.submit('U0ALICE', { compared: { compared: ['compared'] } });

    expect(clicked).toMatchObject({ status: 200 });
    expect(form).toContain('0xdE7212A9ed53FD325E3307205754B67FD8cbF263');
    expect(submitted).toMatchObject({ status: 200, response: { response_action: 'update' } });
    expect(submitted.ackMs).toBeLessThan(1000);
    expect(lab.modal('U0ALICE')).toContain('Your approval is recorded');
    expect(await votes()).toMatchObject([{ personId: 'alice', slackUser: 'T0ACME/U0ALICE', choice: 'approve' }]);
    await until('the thread says so', () => lab.thread().some((text) => text.includes('approved')));
    await lab.settle();
    expect(lab.cards()).toHaveLength(1);
    expect(lab.cards()[0]?.text).toContain('Treasury 1 of 2');
    await until('Home shows it', () => JSON.stringify(lab.workspace.state('U0ALICE').home).includes('you approved'));
  });

  it('decides with the second vote, and sends it once after the pause', async () => {
    await lab.arrive();

    await lab.approve('U0ALICE');
    await lab.approve('U0BOB');

    expect(lab.modal('U0BOB')).toContain('Until then you can take it back');
    await until('the thread says so', () => lab.thread().some((text) => text.includes('Quorum reached')));
    await lab.advance(30_000);
    await lab.settle();
    expect(lab.world.sent).toMatchObject([{ value: 'approved' }]);
    expect((await lab.row()).state).toBe('approved');
    expect(lab.cards()).toHaveLength(1);
    expect(lab.cards()[0]?.text).toContain('Approved:');
  });

  it('stores the digest of what the form showed, which is what the card showed', async () => {
    await lab.arrive();

    await lab.approve('U0ALICE');
    await lab.approve('U0BOB');

    const [first, second] = await votes();
    expect(first?.shownDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(second?.shownDigest).toBe(first?.shownDigest);
  });

  it('wants the address compared first, also from a client that does not check', async () => {
    await lab.arrive();
    await lab.press('U0ALICE', actionIds.approve);
    await lab.form('U0ALICE');

    const outcome = await lab.submit('U0ALICE');

    expect(outcome.kind).toBe('client_errors');
    expect(await votes()).toEqual([]);
  });

  it('counts once however often the form is sent', async () => {
    await lab.arrive();
    await lab.press('U0ALICE', actionIds.approve);
    await lab.form('U0ALICE');
    await lab.workspace.modal({
      user: 'U0ALICE',
      viewId: lab.modals('U0ALICE').at(-1)?.id ?? '',
      action: 'fill',
      state: { compared: { compared: ['compared'] } },
    });

    await Promise.all([lab.submit('U0ALICE'), lab.submit('U0ALICE'), lab.submit('U0ALICE')]);

    expect(await votes()).toHaveLength(1);
  });

  it('says that nothing is sent when approvals were paused while the form was open', async () => {
    await lab.arrive();
    await lab.press('U0ALICE', actionIds.approve);
    await lab.form('U0ALICE');
    await pause(lab.ctx, { personId: 'bob', name: 'approvals', reason: 'a drill' });

    await lab.submit('U0ALICE', { compared: { compared: ['compared'] } });

    expect(await votes()).toMatchObject([{ personId: 'alice', choice: 'approve' }]);
    expect(lab.modal('U0ALICE')).toContain('Your approval is recorded');
    expect(lab.modal('U0ALICE')).toContain('Approvals are paused');
  });

  it('opens the same form from the direct message', async () => {
    await lab.arrive();
    const [request] = lab.directs('U0BOB');
    const im = lab.workspace.state('U0BOB').ims[0]?.id ?? '';

    await lab.press('U0BOB', actionIds.review, { channel: im, ts: request?.ts ?? '' });
    await lab.form('U0BOB');
    await lab.submit('U0BOB', { compared: { compared: ['compared'] } });

    expect(await votes()).toMatchObject([{ personId: 'bob' }]);
  });
});

describe('rejecting', () => {
  it('asks why, holds at once, and tells the channel', async () => {
    await lab.arrive();

    await lab.reject('U0CAROL');

    expect(lab.modal('U0CAROL')).toContain('Your rejection is recorded');
    const row = await lab.row();
    expect(await liveHolds(lab.db, row.id)).toMatchObject([
      { personId: 'carol', reason: 'Destination not confirmed: The vendor did not confirm it by phone.' },
    ]);
    await until('the channel hears it', () => lab.messages().some((message) => message.broadcast));
    await lab.settle();
    expect(lab.cards()[0]?.text).toContain('On hold');
    await lab.advance(60_000);
    expect(lab.world.sent).toMatchObject([{ value: 'denied' }]);
  });

  it('refuses a reason that says nothing, in the form', async () => {
    await lab.arrive();
    await lab.press('U0CAROL', actionIds.reject);
    await lab.form('U0CAROL');

    const short = await lab.submit('U0CAROL', {
      'reason-code': { 'reason-code': 'other' },
      reason: { reason: '          no          ' },
    });

    expect(short).toMatchObject({ response: { response_action: 'errors' } });
    expect(lab.modals('U0CAROL').at(-1)?.errors).toMatchObject({ reason: expect.stringContaining('10') });
    expect(await votes()).toEqual([]);
  });

  it('lets the initiator cancel, and nobody else who is no approver', async () => {
    await lab.arrive();

    await lab.reject('U0DAVE', 'I asked for this by mistake.');

    expect(await liveHolds(lab.db, (await lab.row()).id)).toMatchObject([{ personId: 'dave', byInitiator: true }]);
    expect((await liveDecision(lab.db, (await lab.row()).id))?.basis).toMatchObject({ cancelledByInitiator: true });
  });

  it('replaces the approve form when it is chosen there', async () => {
    await lab.arrive();
    await lab.press('U0BOB', actionIds.approve);
    await lab.form('U0BOB');
    const viewId = lab.modals('U0BOB')[0]?.id ?? '';

    await lab.workspace.modal({ user: 'U0BOB', viewId, action: 'click', actionId: actionIds.reject });
    await until('the form asks why', () => lab.modal('U0BOB').includes('Pick a reason'));

    expect(lab.modals('U0BOB')).toHaveLength(1);
  });
});

describe('undo', () => {
  it('takes a vote back before it is sent, and reopens the vote', async () => {
    await lab.arrive();
    await lab.approve('U0ALICE');
    await lab.approve('U0BOB');
    await lab.settle();

    const outcome = await lab.press('U0BOB', actionIds.withdrawVote);

    expect(outcome).toMatchObject({ status: 200 });
    expect((await votes()).map((vote) => vote.personId)).toEqual(['alice']);
    await until('Bob is told', () => lab.whispers('U0BOB').some((text) => text.includes('taken back')));
    await until('the thread says so', () => lab.thread().some((text) => text.includes('took the approval back')));
    await lab.advance(60_000);
    await lab.settle();
    expect(lab.world.sent).toEqual([]);
    expect((await lab.row()).state).toBe('pending');
  });

  it('takes a rejection back while the pause runs', async () => {
    await lab.arrive();
    await lab.reject('U0CAROL');
    await lab.settle();

    await lab.press('U0CAROL', actionIds.withdrawRejection);

    await lab.advance(120_000);
    expect(lab.world.sent).toEqual([]);
    expect(await liveHolds(lab.db, (await lab.row()).id)).toEqual([]);
  });
});

describe('a hold', () => {
  it('is lifted by two admins, one after the other, and by nobody alone', async () => {
    await lab.close();
    lab = await openSlackLab({ config: { groups: [aVotingRule({ automation: false, denyQuorum: 2 })] } });
    await lab.arrive();
    await lab.reject('U0CAROL');
    await lab.settle();

    await lab.press('U0ALICE', actionIds.liftHold);
    await lab.form('U0ALICE');
    await lab.submit('U0ALICE');
    const afterOne = await liveHolds(lab.db, (await lab.row()).id);
    await lab.settle();
    await lab.press('U0BOB', actionIds.liftHold);
    const toBob = await lab.form('U0BOB');
    await lab.press('U0DAVE', actionIds.liftHold);
    await lab.form('U0DAVE');
    await lab.submit('U0DAVE');

    expect(afterOne).toHaveLength(1);
    expect(toBob).toContain('only admins');
    expect(await liveHolds(lab.db, (await lab.row()).id)).toEqual([]);
    await until('the thread names both', () => lab.thread().some((text) => /Hold lifted/.test(text)));
  });
});

describe('content that changes', () => {
  const changed = anApproval({ activity: anActivity({ memo: 'another invoice' }) });

  it('between card and click: nothing opens, the reader is told, the card is drawn again', async () => {
    await lab.arrive();
    const stale = { ts: lab.cards()[0]?.ts ?? '', value: valueOf(lab.cards()[0]?.blocks, actionIds.approve) };
    lab.world.approvals.set(changed.id, changed);
    await lab.run({ kind: 'refresh', connection: 'treasury', platformId: changed.id });

    await lab.workspace.click({ user: 'U0ALICE', channel, actionId: actionIds.approve, raw: true, ...stale });

    await until('Alice is told', () => lab.whispers('U0ALICE').length > 0);
    expect(lab.whispers('U0ALICE')[0]).toContain('changed since you saw it');
    expect(lab.modals('U0ALICE')).toEqual([]);
    await lab.settle();
    expect(JSON.stringify(lab.cards()[0]?.blocks)).toContain('another invoice');
  });

  it('is said in the channel once, because an updated card rings no phone', async () => {
    await lab.arrive();
    lab.world.approvals.set(changed.id, changed);

    await lab.run({ kind: 'refresh', connection: 'treasury', platformId: changed.id });
    await lab.settle();
    await lab.run({ kind: 'sync-card', approvalId: (await lab.row()).id });

    const said = lab.thread().filter((text) => text.includes('earlier votes are void'));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('another invoice');
  });

  it('at the click: the form says what changed and takes no vote', async () => {
    await lab.arrive();
    lab.world.approvals.set(changed.id, changed);

    await lab.press('U0ALICE', actionIds.approve);
    const form = await lab.form('U0ALICE');

    expect(form).toContain('No vote was recorded');
    expect(form).toContain('another invoice');
    expect(await lab.submit('U0ALICE')).toMatchObject({ kind: 'impossible' });
  });

  it('while the form is open: the vote is not counted, and the reader sees what changed', async () => {
    await lab.arrive();
    await lab.press('U0ALICE', actionIds.approve);
    await lab.form('U0ALICE');
    lab.world.approvals.set(changed.id, changed);
    await lab.run({ kind: 'refresh', connection: 'treasury', platformId: changed.id });

    await lab.submit('U0ALICE', { compared: { compared: ['compared'] } });

    expect(lab.modal('U0ALICE')).toContain('No vote was recorded');
    expect(await votes()).toEqual([]);
  });
});
