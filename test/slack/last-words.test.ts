// What counts reaches the channel first: the outcome before the moment that led to it, cards before direct messages.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addTasks } from '../../src/db/outbox.ts';
import { anApproval, connection, minuteMs } from '../builders.ts';
import { channel, openSlackLab, type SlackLab } from './lab.ts';

let lab: SlackLab;

beforeEach(async () => {
  lab = await openSlackLab({ workspace: { rates: { enabled: false } } });
});

afterEach(async () => {
  await lab.close();
});

const updates = () => lab.workspace.calls('chat.update');
const ofCards = () => updates().filter((call) => call.args['channel'] === channel);

async function reachQuorum(): Promise<void> {
  await lab.arrive();
  await lab.approve('U0ALICE');
  await lab.approve('U0BOB');
  await lab.settle();
}

describe('the outcome', () => {
  it('is drawn at the moment that it is known, and not behind the moment before it', async () => {
    await reachQuorum();
    const before = ofCards().length;
    const { id: approvalId } = await lab.row();
    // Another worker comes to the card between the start of the sending and its answer.
    lab.world.beforeDecide = async () => void (await lab.tasks.syncCard({ approvalId }));

    await lab.advance(30_000);

    expect(ofCards().length - before).toBe(1);
    expect(lab.cards()[0]?.text).toContain('Approved: ');
  });

  it('that takes its time is announced as on its way', async () => {
    await reachQuorum();
    lab.world.answers.push({ outcome: { kind: 'unknown', reason: 'no answer within 10 s' }, apply: false });

    await lab.advance(30_000);

    expect(lab.cards()[0]?.text).toContain('Sending to Dfns');
  });
});

describe('many outcomes at once', () => {
  const ids = Array.from({ length: 20 }, (_, index) => `ap-many-${index}`);

  it("are on every card before Slack's minute is used up for direct messages, which follow", async () => {
    for (const id of ids) await lab.arrive(anApproval({ id }));
    await lab.advance(2 * minuteMs);
    for (const id of ids) lab.change({ status: 'denied', statusText: 'Denied' }, id);
    const before = updates().length;
    const refreshes = ids.map((platformId) => ({ kind: 'refresh', connection, platformId }) as const);
    await addTasks(lab.db, refreshes, lab.clock.now);

    await lab.work();
    const atOnce = updates().slice(before);
    const denied = lab.cards().filter((card) => card.text.startsWith('Denied')).length;
    for (let minute = 0; minute < 3; minute += 1) await lab.advance(minuteMs);

    expect(denied).toBe(20);
    expect(atOnce.length).toBeLessThanOrEqual(50);
    for (const user of ['U0ALICE', 'U0BOB', 'U0CAROL'])
      expect(lab.directs(user).filter((message) => message.text.startsWith('Denied'))).toHaveLength(20);
  });
});
