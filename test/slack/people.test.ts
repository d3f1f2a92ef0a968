// Who a Slack user is: only a clear and fresh answer lets anybody act.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { openSlack, type Slack } from '../../src/slack/app.ts';
import { startSlack, type SlackSandbox } from '../../src/sandbox/slack/index.ts';
import { botToken, until, workspaceOptions } from './lab.ts';

let workspace: SlackSandbox;
let slack: Slack;
let now = 0;

beforeEach(async () => {
  now = Date.UTC(2026, 10, 20, 12);
  workspace = await startSlack(workspaceOptions());
  slack = open(workspace.url);
});

afterEach(async () => {
  await slack.stop();
  await workspace.stop();
});

function open(apiUrl: string): Slack {
  return openSlack({
    slack: { enabled: true, channel: 'C0', botToken, signingSecret: 'x', appToken: null, apiUrl },
    log: createLogger('silent'),
    now: () => now,
  });
}

/** A Web API that says one thing per method: for what the sandbox's workspace can't be. */
async function answerWith(answers: Record<string, object>): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    const answer = answers[(request.url ?? '').split('/').at(-1) ?? ''] ?? { error: 'unknown_method' };
    request.resume();
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ok: !('error' in answer), ...answer }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/api/`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const asked = () => workspace.calls('users.info').filter((call) => call.args['user'] === 'U0ALICE').length;

describe('readVoter', () => {
  const refusals = [
    ['deactivated', { deleted: true }],
    ['guest', { is_restricted: true }],
    ['guest', { is_ultra_restricted: true }],
    ['bot', { is_bot: true }],
    ['bot', { is_app_user: true }],
    ['bot', { is_workflow_bot: true }],
    ['bot', { is_connector_bot: true }],
    ['external', { is_stranger: true }],
    ['external', { team_id: 'T0OTHER' }],
    ['never-signed-in', { is_invited_user: true }],
  ] as const;

  for (const [reason, change] of refusals) {
    it(`refuses ${JSON.stringify(change)} as ${reason}`, async () => {
      await workspace.changeUser('U0ALICE', change);

      expect(await slack.readVoter('T0ACME/U0ALICE')).toEqual({ kind: 'refused', reason });
    });
  }

  it('knows an active full member', async () => {
    expect(await slack.readVoter('T0ACME/U0ALICE')).toEqual({ kind: 'active' });
  });

  it('refuses whom Slack does not know, whom another team names, and what is no user at all', async () => {
    expect(await slack.readVoter('T0ACME/U0GHOST')).toEqual({ kind: 'refused', reason: 'not-found' });
    expect(await slack.readVoter('T0OTHER/U0ALICE')).toEqual({ kind: 'refused', reason: 'external' });
    expect(await slack.readVoter('U0ALICE')).toEqual({ kind: 'refused', reason: 'not-found' });
    expect(await slack.readVoter('')).toEqual({ kind: 'refused', reason: 'not-found' });
  });

  for (const [name, fault] of [
    ['503', { status: 503 }],
    ['429', { retryAfter: 30 }],
    ['no answer', { drop: true }],
    ['a fault of Slack', { error: 'internal_error' }],
    ['a missing scope', { error: 'missing_scope' }],
    ['a slow answer', { delayMs: 3000 }],
  ] as const) {
    it(`lets nobody act on ${name}, and asks again the next time`, async () => {
      await slack.ready();
      await slack.readVoter('T0ACME/U0BOB');
      workspace.fault({ method: 'users.info', times: 1, ...fault });

      const first = await slack.readVoter('T0ACME/U0ALICE');
      const second = await slack.readVoter('T0ACME/U0ALICE');

      expect(first.kind).toBe('unreachable');
      expect(second.kind).toBe('active');
    });
  }

  it('asks Slack once for many at the same moment, and again after a minute', async () => {
    const user = 'T0ACME/U0ALICE';

    await Promise.all([slack.readVoter(user), slack.readVoter(user), slack.readVoter(user)]);
    now += 59_000;
    await slack.readVoter(user);
    const within = asked();
    now += 2000;
    await slack.readVoter(user);

    expect(within).toBe(1);
    expect(asked()).toBe(2);
  });

  it('counts the minute from the question, not from the answer', async () => {
    await slack.readVoter('T0ACME/U0BOB');
    workspace.fault({ method: 'users.info', delayMs: 100, times: 1 });
    const reading = slack.readVoter('T0ACME/U0ALICE');
    now += 60_000;
    await reading;

    await slack.readVoter('T0ACME/U0ALICE');

    expect(asked()).toBe(2);
  });

  const enterprise = [
    ['a sister workspace, and ours too', 'E0ACME', ['T0SISTER', 'T0ACME'], { kind: 'active' }],
    ['a sister workspace alone', 'E0ACME', ['T0SISTER'], { kind: 'refused', reason: 'external' }],
    ['another organisation that claims ours', 'E0OTHER', ['T0ACME'], { kind: 'refused', reason: 'external' }],
  ] as const;

  for (const [name, id, teams, expected] of enterprise) {
    it(`judges a member of ${name} by the organisation's word`, async () => {
      const user = { id: 'U0ALICE', team_id: 'T0SISTER', deleted: false };
      const stub = await answerWith({
        'auth.test': { team_id: 'T0ACME', user_id: 'U0BOT', enterprise_id: 'E0ACME', app_id: 'A0ACME' },
        'users.info': { user: { ...user, enterprise_user: { enterprise_id: id, teams } } },
      });
      const room = open(stub.url);

      expect(await room.readVoter('T0ACME/U0ALICE')).toEqual(expected);
      expect(await room.readVoter('E0ACME/U0ALICE')).toEqual(expected);
      await stub.stop();
    });
  }

  it('takes an answer about somebody else, or without the decisive fields, for no answer', async () => {
    for (const user of [
      { id: 'U0OTHER', team_id: 'T0ACME', deleted: false },
      { id: 'U0ALICE', team_id: 'T0ACME' },
    ]) {
      const stub = await answerWith({
        'auth.test': { team_id: 'T0ACME', user_id: 'U0BOT', app_id: 'A0ACME' },
        'users.info': { user },
      });

      expect((await open(stub.url).readVoter('T0ACME/U0ALICE')).kind).toBe('unreachable');
      await stub.stop();
    }
  });

  it('never takes Slackbot for a person, though it says that it is no bot', async () => {
    const stub = await answerWith({
      'auth.test': { team_id: 'T0ACME', user_id: 'U0BOT', app_id: 'A0ACME' },
      'users.info': { user: { id: 'USLACKBOT', team_id: 'T0ACME', deleted: false, is_bot: false } },
    });

    expect(await open(stub.url).readVoter('T0ACME/USLACKBOT')).toEqual({ kind: 'refused', reason: 'bot' });
    await stub.stop();
  });
});

describe('ready', () => {
  it('asks at most once a minute, fails while the token does not work, and recovers', async () => {
    await slack.ready();
    await slack.ready();
    const asks = workspace.calls('auth.test').length;
    await workspace.token({ revoked: true });
    now += 61_000;
    await expect(slack.ready()).rejects.toThrow('failed to reach Slack');
    await workspace.token({ revoked: false });
    await slack.ready();

    expect(asks).toBe(1);
  });
});

describe('a revoked token', () => {
  it('does not end the process when the room opens', async () => {
    await workspace.token({ revoked: true });
    const faults: unknown[] = [];
    const note = (error: unknown) => void faults.push(error);
    process.on('unhandledRejection', note);

    const reading = await slack.readVoter('T0ACME/U0ALICE');
    await until('the event loop has turned', () => true);

    process.off('unhandledRejection', note);
    expect(reading).toEqual({ kind: 'unreachable', reason: 'token_revoked' });
    expect(faults).toEqual([]);
  });
});
