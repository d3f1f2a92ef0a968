// Clicks that come at the wrong moment, or that nobody could have made: refused in private, and nothing is counted.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/slack/action-ids.ts';
import { liveVotes } from '../../src/db/votes.ts';
import { updateApproval } from '../../src/db/approvals.ts';
import { pause } from '../../src/flow/switches.ts';
import { anActivity, anApproval, connection, noon } from '../builders.ts';
import { channel, openSlackLab, until, type SlackLab } from './lab.ts';

let lab: SlackLab;

beforeEach(async () => {
  lab = await openSlackLab();
});

afterEach(async () => {
  await lab.close();
});

const noVotes = async () => {
  const row = await lab.row();
  expect(await liveVotes(lab.db, row.id, row.fingerprint ?? '')).toEqual([]);
};

describe('what the approval is by now', () => {
  it('the platform does not answer at the click', async () => {
    await lab.arrive();
    lab.world.readable = 'unavailable';

    await lab.press('U0ALICE', actionIds.approve);

    expect(await lab.form('U0ALICE')).toContain('could not be read just now');
  });

  it('the platform stopped waiting while the form was open', async () => {
    await lab.arrive();
    await lab.press('U0ALICE', actionIds.approve);
    await lab.form('U0ALICE');
    lab.change({ status: 'denied', statusText: 'Denied' });
    await lab.run({ kind: 'refresh', connection, platformId: anApproval().id });

    await lab.submit('U0ALICE', { compared: { compared: ['compared'] } });

    expect(lab.modal('U0ALICE')).toContain('voting is closed');
    await noVotes();
  });

  it('too little time is left', async () => {
    await lab.arrive(anApproval({ expiresAt: noon + 60_000 }));
    await lab.press('U0ALICE', actionIds.approve);
    await lab.form('U0ALICE');
    lab.clock.now = noon + 50_000;

    await lab.submit('U0ALICE', { compared: { compared: ['compared'] } });

    expect(lab.modal('U0ALICE')).toContain('too little time is left');
    await noVotes();
  });

  it('the service account may not vote there', async () => {
    await lab.arrive();
    await lab.press('U0ALICE', actionIds.approve);
    await lab.form('U0ALICE');
    await updateApproval(lab.db, (await lab.row()).id, { mayNotVote: 'it lacks the permission' }, noon);

    await lab.submit('U0ALICE', { compared: { compared: ['compared'] } });

    expect(lab.modal('U0ALICE')).toContain('it lacks the permission');
    await noVotes();
  });

  it('a decision is written already', async () => {
    await lab.arrive();
    await lab.press('U0CAROL', actionIds.approve);
    await lab.form('U0CAROL');
    await lab.approve('U0ALICE');
    await lab.approve('U0BOB');

    await lab.submit('U0CAROL', { compared: { compared: ['compared'] } });

    expect(lab.modal('U0CAROL')).toContain('decided already');
  });

  it('our one vote is spent', async () => {
    await lab.arrive();
    await lab.press('U0CAROL', actionIds.reject);
    await lab.form('U0CAROL');
    await lab.approve('U0ALICE');
    await lab.approve('U0BOB');
    lab.world.answers.push({ outcome: { kind: 'unknown', reason: 'no answer' }, apply: false });
    await lab.advance(31_000);

    await lab.submit('U0CAROL', {
      'reason-code': { 'reason-code': 'fraud' },
      reason: { reason: 'This invoice is forged.' },
    });

    expect(lab.modal('U0CAROL')).toContain('Decide the rest');
  });

  it('what can only be approved on the platform offers no vote, in the form either', async () => {
    await lab.arrive(anApproval({ activity: anActivity({ kind: 'contract-call' }) }));
    const [request] = lab.directs('U0ALICE');
    const im = lab.workspace.state('U0ALICE').ims[0]?.id ?? '';

    await lab.press('U0ALICE', actionIds.review, { channel: im, ts: request?.ts ?? '' });

    expect(await lab.form('U0ALICE')).toContain('Approve it in Dfns, not here');
    expect(await lab.submit('U0ALICE')).toMatchObject({ kind: 'impossible' });
  });

  it('paused: a vote on an old form is kept, and nothing is sent', async () => {
    await lab.arrive();
    await lab.press('U0BOB', actionIds.approve);
    await lab.form('U0BOB');
    await lab.approve('U0ALICE');
    await pause(lab.ctx, { personId: 'carol', name: 'approvals', reason: 'a drill' });

    await lab.submit('U0BOB', { compared: { compared: ['compared'] } });
    await lab.advance(60_000);

    expect(lab.world.sent).toEqual([]);
  });
});

describe('undo and forms out of turn', () => {
  it('nothing to take back', async () => {
    await lab.arrive();
    await lab.approve('U0ALICE');
    await lab.settle();

    await lab.press('U0CAROL', actionIds.withdrawVote);

    await until('Carol is told', () => lab.whispers('U0CAROL').length > 0);
    expect(lab.whispers('U0CAROL')).toEqual([expect.stringContaining('Nothing was taken back')]);
  });

  it('a made-up approval, a value that is not ours, another app, another team', async () => {
    await lab.arrive();
    const at = { user: 'U0ALICE', channel, ts: lab.cards()[0]?.ts ?? '', actionId: actionIds.approve, raw: true };
    const madeUp = JSON.stringify({ v: 1, id: '00000000-0000-4000-8000-000000000000', fp: null, rev: 0 });

    await lab.workspace.click({ ...at, value: madeUp });
    await until('Alice is told', () => lab.whispers('U0ALICE').length === 1);
    await lab.workspace.click({ ...at, value: 'drop table approvals' });
    await until('Alice is told again', () => lab.whispers('U0ALICE').length === 2);
    const app = await lab.workspace.click({ ...at, value: madeUp, payload: { api_app_id: 'A0OTHER' } });
    const team = await lab.workspace.click({ ...at, value: madeUp, payload: { team: { id: 'T0OTHER' } } });

    expect(app.status).not.toBe(200);
    expect(team.status).not.toBe(200);
    expect(lab.whispers('U0ALICE')).toHaveLength(2);
    expect(lab.modals('U0ALICE')).toEqual([]);
    await noVotes();
  });
});
