// Direct messages and notices: each thing is said once, to whom it concerns, whatever Slack answers.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onCrashPoint } from '../../src/flow/crash-points.ts';
import { addNotice } from '../../src/db/notices.ts';
import { addTasks } from '../../src/db/outbox.ts';
import { lockCard, updateCard } from '../../src/db/cards.ts';
import { pause } from '../../src/flow/switches.ts';
import { actionIds } from '../../src/slack/action-ids.ts';
import { aGroup, alice, anApproval, aPolicy, aVotingRule, bob, carol, dave, hourMs, minuteMs } from '../builders.ts';
import { aConfig } from '../flow/lab.ts';
import { channel, openProcess, openSlackLab, textOf, until, type SlackLab } from './lab.ts';

let lab: SlackLab;

beforeEach(async () => {
  lab = await openSlackLab();
});

afterEach(async () => {
  onCrashPoint(null);
  await lab.close();
});

const inbox = (user: string): string[] => lab.directs(user).map((message) => textOf(message.blocks));

describe('a request', () => {
  it('reaches every approver once, with a way to the form and to the card', async () => {
    await lab.arrive();
    await lab.advance(20_000);

    for (const user of ['U0ALICE', 'U0BOB', 'U0CAROL']) {
      expect(inbox(user)).toHaveLength(1);
      expect(inbox(user)[0]).toContain('Your approval is needed');
      expect(inbox(user)[0]).toContain('Review');
      expect(inbox(user)[0]).toContain('https://acme.slack.com/archives/');
    }
    expect(inbox('U0DAVE')).toEqual([]);
  });

  it('is not sent twice when its answer is lost, nor when two workers have the task', async () => {
    const other = await openProcess(lab);
    lab.workspace.fault({ method: 'chat.postMessage', channel: 'D0ALICE', status: 500, afterApply: true, times: 1 });
    lab.workspace.fault({ method: 'chat.postMessage', channel: 'D0BOB', delayMs: 200, times: 1 });
    const asking = lab.tasks.ask;
    // Bob's task is left to two workers at once.
    lab.tasks.ask = async (input) => (input.personId === 'bob' ? { kind: 'done' } : asking(input));
    const row = await lab.arrive();
    const toBob = { approvalId: row.id, personId: 'bob' };

    await Promise.all([asking(toBob), other.tasks.ask(toBob)]);
    await lab.advance(2 * minuteMs);
    await asking(toBob);
    await lab.tasks.ask({ approvalId: row.id, personId: 'alice' });

    expect(inbox('U0ALICE')).toHaveLength(1);
    expect(inbox('U0BOB')).toHaveLength(1);
    await other.slack.stop();
  });

  for (const [name, fault] of [
    ['a 429', { retryAfter: 3 }],
    ['a missing scope', { error: 'missing_scope' }],
  ] as const) {
    it(`is tried again after ${name}`, async () => {
      lab.workspace.fault({ method: 'chat.postMessage', channel: 'D0ALICE', times: 2, ...fault });
      await lab.arrive();

      await lab.advance(minuteMs);
      await lab.advance(2 * minuteMs);

      expect(inbox('U0ALICE')).toHaveLength(1);
    });
  }

  it('is given up for somebody whom nobody can write to', async () => {
    await lab.workspace.changeUser('U0ALICE', { deleted: true });
    await lab.arrive();

    await lab.advance(5 * minuteMs);

    expect(lab.workspace.calls('conversations.open').filter((call) => call.args['users'] === 'U0ALICE')).toHaveLength(
      1,
    );
    expect(await lab.directRow('alice')).toMatchObject({ ts: null, error: 'user_disabled' });
  });

  it('is not repeated after a process died between claim and answer', async () => {
    const row = await lab.arrive();
    const card = await lab.db.transaction(async (tx) =>
      lockCard(tx, { approvalId: row.id, kind: 'direct', personId: 'alice', channel: '' }),
    );
    await updateCard(lab.db, card.id, { ts: null, error: `sending since ${lab.clock.now}` }, lab.clock.now);
    const input = { approvalId: row.id, personId: 'alice' };

    const early = await lab.tasks.ask(input);
    lab.clock.now += minuteMs;
    const late = await lab.tasks.ask(input);
    const again = await lab.tasks.ask(input);

    expect(early.kind).toBe('later');
    expect([late, again]).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    expect(inbox('U0ALICE')).toHaveLength(1);
  });

  it('is settled after its reader voted, and says the outcome at the end', async () => {
    await lab.arrive();
    await lab.approve('U0ALICE');
    await until('no Review is left', () => inbox('U0ALICE')[0]?.includes('Review') === false);
    await lab.approve('U0BOB');
    await lab.settle();
    await lab.advance(31_000);
    await lab.settle();

    expect(lab.world.sent).toHaveLength(1);
    for (const user of ['U0ALICE', 'U0BOB', 'U0CAROL']) {
      expect(inbox(user)).toHaveLength(1);
      expect(inbox(user)[0]).toContain('Approved');
      expect(inbox(user)[0]).not.toContain('Review');
    }
  });
});

describe('a request to somebody whose vote counts only on the platform', () => {
  it('says so, and leads there first', async () => {
    await lab.close();
    lab = await openSlackLab({ config: { groups: [aVotingRule({ votes: 'platform', automation: false })] } });
    await lab.arrive();
    await lab.advance(20_000);

    const [message] = lab.directs('U0BOB');
    expect(textOf(message?.blocks)).toContain('Your decision in Dfns is needed');
    expect(JSON.stringify(message?.blocks)).toContain('https://app.dfns.io/policies');
  });
});

describe('a reminder', () => {
  it('comes once, at half the time left, to those who have not voted', async () => {
    await lab.arrive();
    await lab.approve('U0ALICE');
    await lab.settle();

    await lab.advance(2 * hourMs);
    await lab.advance(hourMs);

    expect(inbox('U0ALICE')).toHaveLength(1);
    expect(inbox('U0BOB')).toHaveLength(2);
    expect(inbox('U0BOB')[1]).toContain('this still waits for you');
    expect(inbox('U0CAROL')).toHaveLength(2);
  });

  it('does not come when it is over', async () => {
    await lab.arrive();
    lab.change({ status: 'denied', statusText: 'Denied' });
    await lab.run({ kind: 'refresh', connection: 'treasury', platformId: anApproval().id });

    await lab.advance(2 * hourMs);

    expect(inbox('U0BOB')).toHaveLength(1);
    expect(inbox('U0BOB')[0]).toContain('Denied');
  });

  it('is not lost to a 429', async () => {
    await lab.arrive();
    lab.workspace.fault({ method: 'chat.postMessage', channel: 'D0BOB', retryAfter: 5, times: 1 });

    await lab.advance(2 * hourMs);
    await lab.advance(minuteMs);
    await lab.advance(minuteMs);

    expect(inbox('U0BOB')).toHaveLength(2);
  });
});

describe('the outcome', () => {
  it('is told to the initiator, once', async () => {
    const row = await lab.arrive();
    await lab.reject('U0CAROL');
    await lab.advance(61_000);
    await lab.settle();

    await addTasks(lab.db, [{ kind: 'tell-outcome', approvalId: row.id }], lab.clock.now);
    await lab.settle();

    expect(inbox('U0DAVE')).toHaveLength(1);
    expect(inbox('U0DAVE')[0]).toContain('The vendor did not confirm it by phone.');
  });

  it('says when it was decided on the platform', async () => {
    await lab.arrive();
    lab.change({ status: 'approved', statusText: 'Approved' });

    await lab.run({ kind: 'refresh', connection: 'treasury', platformId: anApproval().id });
    await lab.settle();

    expect(inbox('U0DAVE')[0]).toContain('It was decided in Dfns');
    expect(JSON.stringify(lab.cards()[0]?.blocks)).not.toContain(actionIds.approve);
  });

  it('of a routine payout that a service account asked for is no news to whoever runs it', async () => {
    await lab.close();
    lab = await openSlackLab({ config: { people: [alice, bob, carol, { ...dave, owns: ['us-payouts'] }] } });
    await lab.arrive(anApproval({ initiator: { account: 'us-payouts', serviceAccount: true } }));

    lab.change({ status: 'approved', statusText: 'Approved' });
    await lab.run({ kind: 'refresh', connection: 'treasury', platformId: anApproval().id });
    await lab.settle();

    expect(inbox('U0DAVE')).toEqual([]);
  });
});

describe('a notice', () => {
  it('is said once in the channel', async () => {
    await pause(lab.ctx, { personId: 'alice', name: 'automation', reason: 'a drill <!channel>' });

    await lab.settle();
    await lab.advance(minuteMs);

    expect(lab.cards()).toHaveLength(1);
    expect(textOf(lab.cards()[0]?.blocks)).toContain('Alice Anderson paused automatic approvals');
    expect(JSON.stringify(lab.cards()[0]?.blocks)).not.toContain('<!channel>');
  });

  it('is said in the channels that are left when one is gone, and is not repeated there', async () => {
    await lab.close();
    const [first] = aConfig().connections;
    if (first === undefined) throw new Error('no connection');
    lab = await openSlackLab({ config: { connections: [{ ...first, channel: 'C0GONE' }] } });
    const noticeId = await addNotice(lab.db, { connection: null, kind: 'paused', words: 'Paused.' }, lab.clock.now);

    await addTasks(lab.db, [{ kind: 'announce', noticeId }], lab.clock.now);
    await lab.settle();
    await lab.advance(5 * minuteMs);

    expect(lab.cards()).toHaveLength(1);
  });

  it('waits while the channel is shared with another company', async () => {
    await lab.workspace.changeChannel({ id: channel, is_ext_shared: true });
    await pause(lab.ctx, { personId: 'alice', name: 'automation', reason: 'a drill' });
    await lab.advance(minuteMs);
    const shared = lab.cards().length;

    await lab.workspace.changeChannel({ id: channel, is_ext_shared: false });
    await lab.advance(2 * minuteMs);

    expect(shared).toBe(0);
    expect(lab.cards()).toHaveLength(1);
  });
});

describe('several groups', () => {
  it('ask a person once, whichever they are in', async () => {
    const second = aGroup({ key: 'plc-2/Treasury', policyId: 'plc-2' });

    await lab.arrive(anApproval({ policies: [aPolicy(), aPolicy({ id: 'plc-2', groups: [second] })] }));

    expect(inbox('U0ALICE')).toHaveLength(1);
    expect(inbox('U0ALICE')[0]).toContain('Treasury');
  });
});
