// What the thread says once because nobody's phone rings for an updated card: our vote is sent, time runs out.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aGroup, anApproval, aPolicy, hourMs, minuteMs } from '../builders.ts';
import { channel, openProcess, openSlackLab, type SlackLab } from './lab.ts';

let lab: SlackLab;

beforeEach(async () => {
  lab = await openSlackLab();
});

afterEach(async () => {
  await lab.close();
});

const compliance = aGroup({
  key: 'plc-2/Compliance',
  policyId: 'plc-2',
  name: 'Compliance',
  approvers: { kind: 'listed', accounts: ['us-erin'] },
  serviceAccountsCanApprove: false,
});

const inThread = (words: string) => lab.thread().filter((text) => text.includes(words));
const draw = async () => lab.run({ kind: 'sync-card', approvalId: (await lab.row()).id });

describe('our vote that is not the last one', () => {
  const sendOurVote = async (): Promise<void> => {
    await lab.arrive(anApproval({ policies: [aPolicy(), aPolicy({ id: 'plc-2', groups: [compliance] })] }));
    await lab.approve('U0ALICE');
    await lab.approve('U0BOB');
    await lab.advance(30_000);
    await lab.settle();
  };

  it('is told in the thread, with what the platform still needs, once', async () => {
    await sendOurVote();
    await draw();
    await lab.advance(minuteMs);
    await draw();

    expect((await lab.row()).state).toBe('sent');
    expect(inThread('Our vote is in Dfns')).toHaveLength(1);
    expect(inThread('Our vote is in Dfns')[0]).toContain('Dfns needs 1 more');
  });

  it('is told once when two workers draw at the same time', async () => {
    const other = await openProcess(lab);
    lab.workspace.fault({ method: 'chat.postMessage', channel, delayMs: 150, times: 20 });
    await sendOurVote();
    const input = { approvalId: (await lab.row()).id };

    await Promise.all([lab.tasks.syncCard(input), other.tasks.syncCard(input)]);

    expect(inThread('Our vote is in Dfns')).toHaveLength(1);
    await other.slack.stop();
  });

  it('is not told when it was the last one: then the card says the end', async () => {
    await lab.arrive();
    await lab.approve('U0ALICE');
    await lab.approve('U0BOB');
    await lab.advance(30_000);
    await lab.settle();

    expect((await lab.row()).state).toBe('approved');
    expect(inThread('Our vote is in Dfns')).toEqual([]);
  });
});

describe('an approval that nobody decides', () => {
  const escalations = () => inThread('Escalated');

  it('is brought before the admins and the channel once, when half an hour is left', async () => {
    await lab.arrive();
    await lab.advance(3 * hourMs + 20 * minuteMs);
    await draw();
    const early = escalations().length;
    await lab.advance(15 * minuteMs);
    await draw();
    await lab.advance(10 * minuteMs);
    await draw();

    expect(early).toBe(0);
    expect(escalations()).toHaveLength(1);
    expect(escalations()[0]).toContain('<@U0ALICE>');
    expect(escalations()[0]).toContain('<@U0DAVE>');
    expect(lab.messages().some((message) => message.broadcast)).toBe(true);
  });

  it('is not brought up when it is over', async () => {
    await lab.arrive();
    await lab.reject('U0CAROL');
    await lab.advance(2 * minuteMs);
    await lab.advance(3 * hourMs + 40 * minuteMs);
    await draw();

    expect((await lab.row()).state).toBe('denied');
    expect(escalations()).toEqual([]);
  });
});
