// Socket Mode: a vote without any way in, and a connection that comes back.
import { afterEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/slack/action-ids.ts';
import { liveVotes } from '../../src/db/votes.ts';
import { openSlackLab, until, type SlackLab } from './lab.ts';

let lab: SlackLab | null = null;

afterEach(async () => {
  await lab?.close();
});

async function open(): Promise<SlackLab> {
  const opened = await openSlackLab({ isSocketMode: true });
  lab = opened;
  await until('the socket is open', async () => isReady(opened));
  return opened;
}

async function isReady(at: SlackLab): Promise<boolean> {
  const response = await fetch(`${at.http.url}/readyz`);
  await response.text();
  return response.status === 200;
}

const post = async (at: SlackLab) => fetch(`${at.http.url}/slack/events`, { method: 'POST', body: 'payload={}' });

describe('Socket Mode', () => {
  it('takes a vote over the socket, while the HTTP route does not exist', async () => {
    const at = await open();
    await at.arrive();

    await at.press('U0ALICE', actionIds.approve);
    await at.form('U0ALICE');
    const submitted = await at.submit('U0ALICE', { compared: { compared: ['compared'] } });

    expect(submitted).toMatchObject({ status: 200, response: { response_action: 'update' } });
    const row = await at.row();
    expect(await liveVotes(at.db, row.id, row.fingerprint ?? '')).toHaveLength(1);
    expect((await post(at)).status).toBe(404);
  });

  it('comes back at once when Slack recycles the connection', async () => {
    const at = await open();
    await at.arrive();

    at.workspace.disconnectSockets();
    await until('another connection was opened', () => at.workspace.calls('apps.connections.open').length === 2);
    await until('it is ready', async () => isReady(at));
    const help = await at.workspace.command({
      user: 'U0ALICE',
      channel: 'C0APPROVALS',
      command: '/approvals',
      text: 'help',
    });

    expect(help).toMatchObject({ status: 200 });
    expect(JSON.stringify(help.response)).toContain('Commands');
  });

  for (const error of ['invalid_auth', 'account_inactive', 'internal_error']) {
    it(`survives ${error} while it reconnects, says that it is not ready, and recovers`, async () => {
      const at = await open();
      const faults: unknown[] = [];
      const note = (reason: unknown) => void faults.push(reason);
      process.on('unhandledRejection', note);
      at.workspace.fault({ method: 'apps.connections.open', error, times: 2 });

      at.workspace.disconnectSockets();
      await until('it is not ready', async () => !(await isReady(at)));
      await until('it is ready again', async () => isReady(at));

      process.off('unhandledRejection', note);
      expect(faults).toEqual([]);
    });
  }

  it('stops within two seconds, also while Slack refuses the connection', async () => {
    const at = await open();
    at.workspace.fault({ method: 'apps.connections.open', error: 'invalid_auth', times: 50 });
    at.workspace.disconnectSockets();
    await until('it is not ready', async () => !(await isReady(at)));
    const startedAt = Date.now();

    await at.slack.stop();

    expect(Date.now() - startedAt).toBeLessThan(2500);
  });
});
