// Every reason in a person why their click does not count, said to whoever clicked and to nobody else.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/slack/action-ids.ts';
import { liveVotes } from '../../src/db/votes.ts';
import { markChanged } from '../../src/db/configurations.ts';
import { alice, anApproval, aGroup, aPerson, aPolicy, bob, carol, connection, dave, noon } from '../builders.ts';
import { openSlackLab, until, type SlackLab } from './lab.ts';

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

/** Nothing about it in the channel. */
const silentChannel = (before: number) => {
  expect(lab.messages().filter((message) => message.ephemeralFor === undefined)).toHaveLength(before);
};

const publicCount = () => lab.messages().filter((message) => message.ephemeralFor === undefined).length;

describe('who Slack says they are', () => {
  const cases = [
    ['a guest', { is_restricted: true }, 'guests of this workspace cannot vote'],
    ['a single-channel guest', { is_restricted: true, is_ultra_restricted: true }, 'guests of this workspace'],
    ['a bot', { is_bot: true }, 'bots and workflows cannot vote'],
    ['an app user', { is_app_user: true }, 'bots and workflows cannot vote'],
    ['a workflow', { is_workflow_bot: true }, 'bots and workflows cannot vote'],
    ['a connector', { is_connector_bot: true }, 'bots and workflows cannot vote'],
    ['a stranger', { is_stranger: true }, 'another company or workspace'],
    ['somebody of another workspace', { team_id: 'T0OTHER' }, 'another company or workspace'],
    ['somebody who never signed in', { is_invited_user: true }, 'never signed in'],
  ] as const;

  for (const [who, change, words] of cases) {
    it(`${who} is refused, though the configuration names the account`, async () => {
      await lab.arrive();
      const before = publicCount();
      await lab.workspace.changeUser('U0BOB', change);

      await lab.press('U0BOB', actionIds.approve);

      expect(await lab.form('U0BOB')).toContain(words);
      await noVotes();
      silentChannel(before);
    });
  }

  it('the vote of somebody who is deactivated before it is sent does not count', async () => {
    await lab.arrive();
    await lab.approve('U0ALICE');
    await lab.approve('U0BOB');
    await lab.workspace.changeUser('U0BOB', { deleted: true });

    await lab.advance(31_000);
    await lab.settle();

    expect(lab.world.sent).toEqual([]);
    expect((await lab.row()).state).toBe('pending');
  });

  it('nothing is sent on votes while Slack can not be asked about the voters', async () => {
    await lab.arrive();
    await lab.approve('U0ALICE');
    await lab.approve('U0BOB');
    lab.workspace.fault({ method: 'users.info', drop: true, times: 20 });
    lab.clock.now += 61_000;

    await lab.work();
    const whileDown = lab.world.sent.length;
    lab.workspace.clearFaults();
    await lab.advance(10_000);

    expect(whileDown).toBe(0);
    expect(lab.world.sent).toHaveLength(1);
  });

  it('a vote is refused while Slack does not say who clicked', async () => {
    await lab.arrive();
    lab.workspace.fault({ method: 'users.info', status: 503, times: 3 });

    await lab.press('U0ALICE', actionIds.approve);

    expect(await lab.form('U0ALICE')).toContain('Slack did not confirm who you are');
    await noVotes();
  });

  it('somebody of another company who clicks in a channel that was shared is refused', async () => {
    await lab.close();
    lab = await openSlackLab({
      workspace: {
        users: [
          { id: 'U0ALICE', name: 'alice' },
          { id: 'U0BOB', name: 'bob' },
          { id: 'U0SAM', name: 'sam', team_id: 'T0OTHER' },
          { id: 'U0BOT', name: 'countersign', is_bot: true },
        ],
      },
      config: { people: [alice, bob, carol, dave, aPerson({ id: 'sam', name: 'Sam', slack: ['T0ACME/U0SAM'] })] },
    });
    await lab.arrive();

    await lab.press('U0SAM', actionIds.approve);

    expect(await lab.form('U0SAM')).toContain('another company or workspace');
    await noVotes();
  });
});

describe('who they are here', () => {
  it('somebody whom the configuration does not name', async () => {
    await lab.arrive();

    await lab.press('U0NOBODY', actionIds.approve);

    expect(await lab.form('U0NOBODY')).toContain('not linked to anybody here');
    await noVotes();
  });

  it('the initiator, who may still cancel', async () => {
    await lab.arrive();

    await lab.press('U0DAVE', actionIds.approve);

    expect(await lab.form('U0DAVE')).toContain('You can still cancel it with Reject');
    await noVotes();
  });

  it('an approver who asked for it', async () => {
    await lab.arrive(
      anApproval({ initiator: { account: alice.accounts[connection]?.[0] ?? '', serviceAccount: false } }),
    );

    await lab.press('U0ALICE', actionIds.approve);

    expect(await lab.form('U0ALICE')).toContain('you asked for this request');
    await noVotes();
  });

  it('an approver whom the platform does not list', async () => {
    const group = aGroup({
      approvers: { kind: 'listed', accounts: ['us-e9vmh-dfj6n-9lgcuv5d2sf66vml', bob.accounts[connection]?.[0] ?? ''] },
    });
    await lab.arrive(anApproval({ policies: [aPolicy({ groups: [group] })] }));

    await lab.press('U0ALICE', actionIds.approve);

    expect(await lab.form('U0ALICE')).toContain('does not list you');
    await noVotes();
  });

  it('somebody whose entry changed not long ago', async () => {
    await lab.arrive();
    await markChanged(lab.db, ['alice'], noon);

    await lab.press('U0ALICE', actionIds.approve);

    expect(await lab.form('U0ALICE')).toContain('was changed not long ago');
    await noVotes();
  });

  it('somebody who approved already', async () => {
    await lab.arrive();
    await lab.approve('U0ALICE');

    await lab.press('U0ALICE', actionIds.approve);
    await until('the form says so', () => lab.modal('U0ALICE').includes('your vote counts once'));

    const row = await lab.row();
    expect(await liveVotes(lab.db, row.id, row.fingerprint ?? '')).toHaveLength(1);
  });

  it('an outsider who rejects', async () => {
    await lab.arrive();

    await lab.press('U0NOBODY', actionIds.reject);

    expect(await lab.form('U0NOBODY')).toContain('not linked to anybody here');
    await noVotes();
  });
});
