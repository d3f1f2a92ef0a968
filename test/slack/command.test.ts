// The slash command, the shortcut, the Home tab, Details, and the switches: seen only by who asked.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/slack/action-ids.ts';
import { switchPositions } from '../../src/db/switches.ts';
import { updateApproval } from '../../src/db/approvals.ts';
import { minuteMs } from '../builders.ts';
import { channel, openSlackLab, textOf, until, type SlackLab } from './lab.ts';

let lab: SlackLab;

beforeEach(async () => {
  lab = await openSlackLab();
});

afterEach(async () => {
  await lab.close();
});

async function say(user: string, text: string): Promise<string> {
  const outcome = await lab.workspace.command({ user, channel, command: '/approvals', text });
  expect(outcome).toMatchObject({ status: 200 });
  return `${textOf(outcome.response)}\n${JSON.stringify(outcome.response)}`;
}

const home = (user: string): string => textOf(lab.workspace.state(user).home?.view);

describe('/approvals', () => {
  it('lists what waits for me, with a way to the form', async () => {
    await lab.arrive();
    const mine = await say('U0ALICE', '');
    await lab.approve('U0ALICE');

    expect(mine).toContain('1 request waits for you');
    expect(mine).toContain(actionIds.review);
    expect(await say('U0ALICE', 'list')).toContain('Nothing waits for you');
    expect(await say('U0DAVE', 'list')).toContain('Nothing waits for you');
  });

  it("shows one approval by our id or by the platform's", async () => {
    const row = await lab.arrive();

    expect(await say('U0ALICE', `show ${row.id}`)).toContain('0xdE7212A9ed53FD325E3307205754B67FD8cbF263');
    expect(await say('U0ALICE', `show ${row.platformId}`)).toContain(actionIds.details);
    expect(await say('U0ALICE', "show '; drop table approvals; --")).toContain('No approval is called');
    expect(await say('U0ALICE', 'show')).toContain('No approval is called');
  });

  it('says who I am here, and what stands in my way', async () => {
    await lab.workspace.changeUser('U0BOB', { is_restricted: true });

    expect(await say('U0ALICE', 'whoami')).toMatch(/You are \*Alice Anderson\*, an admin/);
    expect(await say('U0BOB', 'whoami')).toContain('guests of this workspace cannot vote');
    expect(await say('U0NOBODY', 'whoami')).toContain('not linked to anybody here');
  });

  it('tells what is wrong to people of the configuration, and to nobody else', async () => {
    await lab.arrive();

    expect(await say('U0BOB', 'status')).toContain('1 pending');
    for (const verb of ['status', 'list', 'show x', 'retry x', 'pause', 'resume']) {
      expect(await say('U0NOBODY', verb)).toContain('not linked to anybody here');
    }
    expect((await switchPositions(lab.db)).approvals).toBe(true);
  });

  it("pauses at anybody's word and resumes at two admins'", async () => {
    await lab.arrive();

    await say('U0BOB', 'pause something smells');
    const paused = await switchPositions(lab.db);
    const byBob = await say('U0BOB', 'resume');
    const byAlice = await say('U0ALICE', 'resume');
    const again = await say('U0ALICE', 'resume approvals');
    const afterOne = await switchPositions(lab.db);
    await say('U0DAVE', 'resume');
    await lab.settle();

    expect(paused).toEqual({ automation: false, approvals: false });
    expect(byBob).toContain('only admins');
    expect(byAlice).toContain('A second admin must agree');
    expect(again).toContain('A second admin');
    expect(afterOne.approvals).toBe(false);
    expect(await switchPositions(lab.db)).toEqual({ automation: true, approvals: true });
    expect(JSON.stringify(lab.cards())).toContain('something smells');
  });

  it('pauses one switch when it is named', async () => {
    await say('U0BOB', 'pause automation too many today');

    expect(await switchPositions(lab.db)).toEqual({ automation: false, approvals: true });
    expect(await say('U0BOB', 'pause automation')).toContain('paused already');
  });

  it('sends a refused decision once more for an admin', async () => {
    const row = await lab.arrive();
    expect(await say('U0BOB', `retry ${row.id}`)).toContain('only admins');
    expect(await say('U0ALICE', `retry ${row.id}`)).toContain('only a decision that was refused');
    await updateApproval(lab.db, row.id, { state: 'blocked' }, lab.clock.now);

    expect(await say('U0ALICE', `retry ${row.id}`)).toContain('Sending it once more');
  });

  it('helps with anything else', async () => {
    for (const verb of ['help', 'constructor', '__proto__', 'what?'])
      expect(await say('U0BOB', verb)).toContain('Commands');
  });
});

describe('the Home tab', () => {
  it('shows what waits, refreshes, and forgets what its reader has voted on', async () => {
    await lab.arrive();
    await lab.workspace.home({ user: 'U0ALICE' });
    await until('it is drawn', () => home('U0ALICE').includes('Waiting for you: 1'));

    const viewId = lab.workspace.state('U0ALICE').home?.id ?? '';
    await lab.workspace.modal({ user: 'U0ALICE', viewId, action: 'click', actionId: actionIds.review });
    await lab.form('U0ALICE');
    await lab.submit('U0ALICE', { compared: { compared: ['compared'] } });
    await until('it is drawn again', () => home('U0ALICE').includes('Nothing waits for you'));

    await lab.workspace.modal({ user: 'U0ALICE', viewId, action: 'click', actionId: actionIds.refreshHome });
    expect(home('U0ALICE')).toContain('you approved');
  });

  it('shows nothing to a guest, whatever the configuration says', async () => {
    await lab.arrive();
    await lab.workspace.changeUser('U0ALICE', { is_restricted: true });

    await lab.workspace.home({ user: 'U0ALICE' });

    await until('it is drawn', () => home('U0ALICE') !== '');
    expect(home('U0ALICE')).toContain('You are not an approver here');
  });
});

describe('the shortcut', () => {
  it('opens the same list in a form, and the form for a vote in its place', async () => {
    await lab.arrive();

    await lab.workspace.shortcut({ user: 'U0ALICE', callbackId: 'approvals.inbox' });
    await until('the list is there', () => lab.modal('U0ALICE').includes('1 request waits'));
    const viewId = lab.modals('U0ALICE')[0]?.id ?? '';
    await lab.workspace.modal({ user: 'U0ALICE', viewId, action: 'click', actionId: actionIds.review });
    await until('the form is there', () => lab.modal('U0ALICE').includes('Approve this?'));

    expect(lab.modals('U0ALICE')).toHaveLength(1);
    expect(await lab.submit('U0ALICE', { compared: { compared: ['compared'] } })).toMatchObject({ status: 200 });
  });
});

describe('Details', () => {
  it('opens for a full member who may not vote, and not for a guest', async () => {
    await lab.arrive();

    await lab.press('U0NOBODY', actionIds.details);
    const member = await lab.form('U0NOBODY');
    await lab.workspace.changeUser('U0CAROL', { is_restricted: true });
    await lab.press('U0CAROL', actionIds.details);

    expect(member).toContain('Request details');
    expect(await lab.form('U0CAROL')).toContain('guests of this workspace');
  });
});

describe('the link to the platform', () => {
  it('is acknowledged and does nothing else', async () => {
    await lab.arrive();
    lab.world.readable = 'unreadable';
    await lab.run({ kind: 'refresh', connection: 'treasury', platformId: (await lab.row()).platformId });
    await lab.advance(minuteMs);

    const outcome = await lab.press('U0ALICE', actionIds.openLink);

    expect(outcome).toMatchObject({ status: 200 });
    expect(lab.modals('U0ALICE')).toEqual([]);
  });
});
