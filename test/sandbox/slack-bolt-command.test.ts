// A real Bolt app behind its ExpressReceiver: commands, shortcuts, Home and events.
import { afterEach, describe, expect, it } from 'vitest';
import type { SlackOptions } from '../../src/sandbox/slack/index.ts';
import { CHANNEL, clientOf, messagesIn, plain, startOverHttp, until, type Running } from './slack-workspace.ts';

const running: Running[] = [];

async function start(over: Partial<SlackOptions> = {}): Promise<Running> {
  const started = await startOverHttp(over);
  running.push(started);
  return started;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

describe('commands, shortcuts and Home', () => {
  it('runs a command and shows its answer to the person alone', async () => {
    const one = await start({ commands: ['/approvals'] });
    let seen: unknown;
    one.app.command('/approvals', async ({ ack, command }) => {
      seen = command;
      await ack({ response_type: 'ephemeral', text: 'nothing waits' });
    });

    const outcome = await one.slack.command({ user: 'U0ANN', channel: CHANNEL, command: '/approvals', text: 'list' });

    expect(outcome).toMatchObject({ status: 200, response: { text: 'nothing waits' } });
    expect(seen).toMatchObject({
      command: '/approvals',
      text: 'list',
      user_id: 'U0ANN',
      channel_id: CHANNEL,
      team_id: 'T0TEST',
      api_app_id: 'A0TEST',
    });
    expect(messagesIn(one.slack)).toMatchObject([{ text: 'nothing waits', ephemeralFor: 'U0ANN' }]);
    expect(await one.slack.command({ user: 'U0ANN', channel: CHANNEL, command: '/other' })).toMatchObject({
      status: 404,
    });
  });

  it('runs a global shortcut', async () => {
    const one = await start();
    let user: unknown;
    one.app.shortcut('inbox', async ({ ack, shortcut }) => {
      user = shortcut.user.id;
      await ack();
    });

    expect((await one.slack.shortcut({ user: 'U0BEN', callbackId: 'inbox' })).status).toBe(200);
    expect(user).toBe('U0BEN');
  });

  it('opens Home, which the app publishes and its buttons work', async () => {
    const one = await start();
    let clicked: unknown;
    one.app.event('app_home_opened', async ({ event, client }) => {
      const button = { type: 'button' as const, action_id: 'refresh', text: plain('Refresh') };
      await client.views.publish({
        user_id: event.user,
        view: { type: 'home', blocks: [{ type: 'actions', block_id: 'top', elements: [button] }] },
      });
    });
    one.app.action('refresh', async ({ ack, body }) => {
      clicked = body.user.id;
      await ack();
    });

    await one.slack.home({ user: 'U0ANN' });

    await until('Home is published', () => one.slack.state('U0ANN').home !== null);
    const viewId = one.slack.state('U0ANN').home?.id ?? '';
    expect((await one.slack.modal({ user: 'U0ANN', viewId, action: 'click', actionId: 'refresh' })).status).toBe(200);
    expect(clicked).toBe('U0ANN');
    expect((await one.slack.modal({ user: 'U0BEN', viewId, action: 'click', actionId: 'refresh' })).status).toBe(404);
    await expect(
      clientOf(one.slack).views.publish({ user_id: 'U0ANN', hash: 'old', view: { type: 'home', blocks: [] } }),
    ).rejects.toThrow('hash_conflict');
  });
});

describe('events', () => {
  it('tell of changed people, shared channels and a revoked token', async () => {
    const one = await start();
    const seen: unknown[] = [];
    one.app.event('user_change', ({ event }) => Promise.resolve(void seen.push([event.user.id, event.user.deleted])));
    one.app.event('channel_shared', ({ event }) => Promise.resolve(void seen.push(event.channel)));
    one.app.event('tokens_revoked', ({ event }) => Promise.resolve(void seen.push(event.tokens.bot)));

    await one.slack.changeUser('U0BEN', { deleted: true });
    await one.slack.changeChannel({ id: CHANNEL, is_ext_shared: true });
    await one.slack.token({ revoked: true });

    await until('all three arrived', () => seen.length === 3);
    expect(seen).toEqual([['U0BEN', true], CHANNEL, ['U0BOT']]);
  });
});
