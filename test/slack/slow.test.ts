// When something takes longer than Slack waits: nobody is told what is not true yet, and everybody is told in the end.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/slack/action-ids.ts';
import { liveVotes } from '../../src/db/votes.ts';
import { openSlackLab, until, type SlackLab } from './lab.ts';

let lab: SlackLab;

beforeEach(async () => {
  lab = await openSlackLab();
  await lab.arrive();
});

afterEach(async () => {
  await lab.close();
});

const votes = async () => {
  const row = await lab.row();
  return liveVotes(lab.db, row.id, row.fingerprint ?? '');
};

describe('a vote that takes long', () => {
  it('is answered in time with "nothing is confirmed yet", and then with what became of it', async () => {
    await lab.press('U0ALICE', actionIds.approve);
    await lab.form('U0ALICE');
    lab.clock.now += 61_000;
    lab.workspace.fault({ method: 'users.info', delayMs: 2400, times: 1 });

    const outcome = await lab.submit('U0ALICE', { compared: { compared: ['compared'] } });
    const meanwhile = lab.modal('U0ALICE');
    await until('the outcome is shown', () => lab.modal('U0ALICE').includes('Your approval is recorded'));

    expect(outcome).toMatchObject({ status: 200 });
    expect(outcome.ackMs).toBeLessThan(2800);
    expect(meanwhile).toContain('Nothing is confirmed yet');
    expect(await votes()).toHaveLength(1);
  });

  it('that fails on our side says that nothing is certain', async () => {
    await lab.press('U0ALICE', actionIds.approve);
    await lab.form('U0ALICE');
    const row = await lab.row();
    const { held, release } = aHold();
    const holding = lab.sql.begin(async (tx) => {
      await tx`select 1 from approvals where id = ${row.id} for update`;
      await held;
    });

    await lab.submit('U0ALICE', { compared: { compared: ['compared'] } });
    await until('it says so', () => lab.modal('U0ALICE').includes('Something failed on our side'));
    release();
    await holding;

    expect(await votes()).toEqual([]);
  });
});

describe('a platform that takes long', () => {
  it('leaves the reader with a form that says what is going on', async () => {
    const read = lab.platform.readApproval.bind(lab.platform);
    const { held, release } = aHold();
    Object.assign(lab.platform, {
      readApproval: async (id: string) => {
        await held;
        return read(id);
      },
    });

    const clicked = await lab.press('U0ALICE', actionIds.approve);
    await until('the form opens', () => lab.modals('U0ALICE').length === 1);
    const meanwhile = lab.modal('U0ALICE');
    release();
    await lab.form('U0ALICE');

    expect(clicked.ackMs).toBeLessThan(1000);
    expect(meanwhile).toContain('Reading the request again from Dfns');
    expect(lab.modal('U0ALICE')).toContain('Approve this?');
  });
});

describe('a form that Slack does not open', () => {
  for (const error of ['expired_trigger_id', 'internal_error']) {
    it(`${error}: whoever clicked is told to click again`, async () => {
      lab.workspace.fault({ method: 'views.open', error, times: 1 });

      await lab.press('U0ALICE', actionIds.approve);

      await until('Alice is told', () => lab.whispers('U0ALICE').some((text) => text.includes('Please click again')));
      expect(lab.modals('U0ALICE')).toEqual([]);
    });
  }
});

describe('stopping', () => {
  it('waits for what a click has started', async () => {
    lab.workspace.fault({ method: 'views.update', delayMs: 500, times: 1 });
    await lab.press('U0ALICE', actionIds.approve);

    await lab.slack.stop();

    expect(lab.modal('U0ALICE')).toContain('Approve this?');
  });
});

function aHold(): { held: Promise<void>; release: () => void } {
  const waiting: (() => void)[] = [];
  const held = new Promise<void>((resolve) => waiting.push(resolve));
  return { held, release: () => waiting.forEach((resolve) => resolve()) };
}
