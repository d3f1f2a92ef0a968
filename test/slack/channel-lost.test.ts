// A channel that takes no cards: admins hear of it directly, approvers are asked all the same, nothing is lost.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listAttention } from '../../src/flow/list-attention.ts';
import { anApproval, hourMs, minuteMs } from '../builders.ts';
import { channel, openSlackLab, textOf, type SlackLab } from './lab.ts';

let lab: SlackLab;

beforeEach(async () => {
  lab = await openSlackLab();
});

afterEach(async () => {
  await lab.close();
});

const alarms = (user: string) =>
  lab.directs(user).filter((message) => textOf(message.blocks).includes('No cards can be shown'));

const archive = async (isArchived: boolean) => lab.workspace.changeChannel({ id: channel, is_archived: isArchived });

describe('a channel that takes no cards', () => {
  it.each([
    ['is archived', async () => archive(true), 'Unarchive it'],
    [
      'has lost the app',
      async () => lab.workspace.changeChannel({ id: channel, members: ['U0ALICE'] }),
      'Invite it again',
    ],
    [
      'is gone',
      async () =>
        lab.workspace.fault({ method: 'conversations.info', channel, error: 'channel_not_found', times: 1000 }),
      'Invite the app',
    ],
  ])('because it %s: every admin is told once, with what to do', async (_name, lose, remedy) => {
    await lose();
    await lab.arrive();
    await lab.arrive(anApproval({ id: 'ap-2' }));
    for (let minute = 0; minute < 5; minute += 1) await lab.advance(minuteMs);

    for (const admin of ['U0ALICE', 'U0DAVE']) {
      expect(alarms(admin)).toHaveLength(1);
      expect(textOf(alarms(admin)[0]?.blocks)).toContain(remedy);
    }
    expect(alarms('U0BOB')).toEqual([]);
  });

  it('leaves approvers asked, and the approval in the attention list by its name', async () => {
    await archive(true);
    await lab.arrive();
    for (let minute = 0; minute < 2; minute += 1) await lab.advance(minuteMs);

    expect(lab.directs('U0BOB').map((message) => textOf(message.blocks))[0]).toContain('Your approval is needed');
    const attention = await listAttention(lab.ctx);
    expect(attention).toContainEqual(
      expect.objectContaining({
        subject: `card of treasury/${anApproval().id}`,
        words: expect.stringContaining('is_archived'),
      }),
    );
  });

  it('is news again once cards stood there in between', async () => {
    await archive(true);
    await lab.arrive();
    await archive(false);
    for (let minute = 0; minute < 3; minute += 1) await lab.advance(minuteMs);
    const cards = lab.cards().length;
    await archive(true);
    await lab.arrive(anApproval({ id: 'ap-2' }));
    await lab.advance(hourMs);

    expect(cards).toBe(1);
    expect(alarms('U0DAVE')).toHaveLength(2);
  });
});
