// Retry delivery: a decision that the platform refused goes out once more at an admin's word, and at nobody else's.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/slack/action-ids.ts';
import { openSlackLab, until, type SlackLab } from './lab.ts';

let lab: SlackLab;

beforeEach(async () => {
  lab = await openSlackLab();
  lab.world.answers.push({ outcome: { kind: 'refused', reason: 'not activated', mayNotVote: true }, apply: false });
  await lab.arrive();
  await lab.approve('U0ALICE');
  await lab.approve('U0BOB');
  await lab.advance(30_000);
  await lab.settle();
});

afterEach(async () => {
  await lab.close();
});

describe('a decision that the platform refused', () => {
  it('goes out once more when an admin clicks Retry delivery', async () => {
    expect(JSON.stringify(lab.cards()[0]?.blocks)).toContain('Retry delivery');

    await lab.press('U0DAVE', actionIds.retrySubmission);
    await until('Dave is told', () => lab.whispers('U0DAVE').some((text) => text.includes('Sending it once more')));
    await lab.settle();

    expect(lab.world.sent).toHaveLength(2);
    expect((await lab.row()).state).toBe('approved');
  });

  it('stays where it is when somebody else clicks, who is told why', async () => {
    await lab.press('U0BOB', actionIds.retrySubmission);
    await until('Bob is told', () => lab.whispers('U0BOB').some((text) => text.includes('only admins')));
    await lab.press('U0NOBODY', actionIds.retrySubmission);
    await until('the stranger is told', () => lab.whispers('U0NOBODY').some((text) => text.includes('not linked')));
    await lab.settle();

    expect(lab.world.sent).toHaveLength(1);
    expect((await lab.row()).state).toBe('blocked');
  });

  it('is offered to an admin who asks for it by name, and explained in the help', async () => {
    const { platformId } = await lab.row();
    const ask = async (text: string) => {
      const outcome = await lab.workspace.command({
        user: 'U0DAVE',
        channel: 'C0APPROVALS',
        command: '/approvals',
        text,
      });
      return JSON.stringify(outcome.response);
    };

    expect(await ask(`show ${platformId}`)).toContain(actionIds.retrySubmission);
    expect(await ask('help')).toContain('/approvals retry');
  });
});
