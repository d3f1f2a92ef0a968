// Cards that are lost to people, to Slack or to a crash: one that works always comes back.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onCrashPoint } from '../../src/flow/crash-points.ts';
import { actionIds } from '../../src/slack/action-ids.ts';
import { anActivity, anApproval, minuteMs } from '../builders.ts';
import { channel, openSlackLab, until, type SlackLab } from './lab.ts';

let lab: SlackLab;

beforeEach(async () => {
  lab = await openSlackLab();
});

afterEach(async () => {
  onCrashPoint(null);
  await lab.close();
});

describe('a card that nobody remembers', () => {
  const loseAnswer = () =>
    lab.workspace.fault({ method: 'chat.postMessage', channel, status: 500, afterApply: true, times: 1 });

  it('after a lost answer is removed by the first click on it, which still opens the form', async () => {
    loseAnswer();
    await lab.arrive();
    await lab.advance(minuteMs);
    const [orphan, real] = lab.cards();

    await lab.press('U0ALICE', actionIds.approve, { channel, ts: orphan?.ts ?? '' });
    await lab.form('U0ALICE');
    await lab.submit('U0ALICE', { compared: { compared: ['compared'] } });

    await until('the orphan is gone', () => lab.cards().length === 1);
    expect(lab.cards()[0]?.ts).toBe(real?.ts);
    expect((await lab.cardRow())?.ts).toBe(real?.ts);
    await lab.settle();
    expect(lab.cards()[0]?.text).toContain('Treasury 1 of 2');
  });

  it('after a crash between the post and the commit is posted again', async () => {
    let crashes = 0;
    onCrashPoint((name) => {
      if (name === 'card-posted' && crashes === 0) {
        crashes += 1;
        throw new Error('the process died here');
      }
    });
    await lab.arrive();
    await lab.advance(minuteMs);

    expect(crashes).toBe(1);
    expect(lab.cards()).toHaveLength(2);
    expect((await lab.cardRow())?.ts).toBe(lab.cards()[1]?.ts);
  });
});

describe('a lost card', () => {
  const change = async () => {
    lab.world.approvals.set(anApproval().id, anApproval({ activity: anActivity({ memo: 'changed' }) }));
    await lab.run({ kind: 'refresh', connection: 'treasury', platformId: anApproval().id });
    await lab.settle();
  };

  it('that a person deleted comes back with the next change', async () => {
    await lab.arrive();
    lab.workspace.deleteMessage({ channel, ts: lab.cards()[0]?.ts ?? '' });

    await change();

    expect(lab.cards()).toHaveLength(1);
    expect(JSON.stringify(lab.cards()[0]?.blocks)).toContain('changed');
    expect((await lab.cardRow())?.ts).toBe(lab.cards()[0]?.ts);
  });

  it('comes back within five minutes when nothing changes', async () => {
    const row = await lab.arrive();
    lab.workspace.deleteMessage({ channel, ts: lab.cards()[0]?.ts ?? '' });

    await lab.advance(5 * minuteMs);
    await lab.run({ kind: 'sync-card', approvalId: row.id });

    expect(lab.cards()).toHaveLength(1);
  });

  for (const error of ['edit_window_closed', 'cant_update_message', 'block_mismatch']) {
    it(`${error}: goes on in a new card, and the old one says where`, async () => {
      await lab.arrive();
      const old = lab.cards()[0];
      lab.workspace.fault({ method: 'chat.update', channel, error, times: 1 });

      await change();

      expect(lab.cards()).toHaveLength(2);
      expect((await lab.cardRow())?.ts).toBe(lab.cards()[1]?.ts);
      const note = lab.messages().find((message) => message.threadTs === old?.ts);
      expect(JSON.stringify(note?.blocks)).toContain('goes on in a new card');
    });
  }
});
