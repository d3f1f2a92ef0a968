// What the service account approves by itself: one short card, and a button that stops it.
import { afterEach, describe, expect, it } from 'vitest';
import type { Check } from '../../src/checks/check.ts';
import { actionIds } from '../../src/slack/action-ids.ts';
import { switchPositions } from '../../src/db/switches.ts';
import { aFinding, anApproval, aVotingRule, connection, hourMs } from '../builders.ts';
import { permissiveRulebook } from '../flow/lab.ts';
import { channel, openSlackLab, textOf, until, type SlackLab } from './lab.ts';

let lab: SlackLab;

afterEach(async () => {
  await lab.close();
});

const automatic = {
  rulebook: permissiveRulebook,
  groups: [aVotingRule({ automation: true })],
  budgets: [
    { connection, per: 'connection', windowMs: 24 * hourMs, count: 10, amount: { value: '10000000', currency: 'USD' } },
  ],
} as const;

const checks: readonly Check[] = [{ name: 'asset', title: 'Asset', needs: {}, run: () => aFinding() }];

describe('an automatic approval', () => {
  it('never asks anybody: its first card is not a call to act, and nobody gets a message', async () => {
    lab = await openSlackLab({ config: automatic, checks });
    const texts: string[] = [];
    lab.workspace.subscribe(() => texts.push(lab.cards()[0]?.text ?? ''));

    await lab.arrive();
    await lab.settle();

    expect(lab.world.sent).toHaveLength(1);
    expect(lab.cards()).toHaveLength(1);
    expect(texts.some((text) => text.includes('Approval needed'))).toBe(false);
    expect(textOf(lab.cards()[0]?.blocks)).toContain('Why nobody was asked');
    for (const user of ['U0ALICE', 'U0BOB', 'U0CAROL', 'U0DAVE'])
      expect(lab.directs(user).filter((message) => textOf(message.blocks).includes('needed'))).toEqual([]);
  });

  it('can be paused from its card by anybody who is named, and by nobody else', async () => {
    lab = await openSlackLab({ config: automatic, checks });
    await lab.arrive();
    await lab.settle();
    const at = { channel, ts: lab.cards()[0]?.ts ?? '' };

    await lab.press('U0NOBODY', actionIds.pauseAutomation, at);
    const afterStranger = await switchPositions(lab.db);
    await lab.press('U0CAROL', actionIds.pauseAutomation, at);
    await lab.settle();
    await lab.arrive(anApproval({ id: 'ap-2' }));

    expect(afterStranger.automation).toBe(true);
    expect(await switchPositions(lab.db)).toEqual({ automation: false, approvals: true });
    await until('Carol is told', () => lab.whispers('U0CAROL').some((text) => text.includes('is paused')));
    expect(lab.world.sent).toHaveLength(1);
    expect((await lab.row('ap-2')).state).toBe('pending');
  });
});
