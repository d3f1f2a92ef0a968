// A real Bolt app over Socket Mode, and events that are delivered again until they are accepted.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { BlockButtonAction } from '@slack/bolt';
import { WebSocket } from 'ws';
import { afterEach, describe, expect, it } from 'vitest';
import { startSlack } from '../../src/sandbox/slack/index.ts';
import {
  CHANNEL,
  clientOf,
  messagesIn,
  startOverSocket,
  topModal,
  until,
  workspaceOptions,
  say,
} from './slack-workspace.ts';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const BUTTONS = [
  {
    type: 'actions' as const,
    block_id: 'row',
    elements: [{ type: 'button' as const, action_id: 'go', text: plain('Go'), value: '1' }],
  },
];

describe('Socket Mode', () => {
  it('plays a click, a modal and a command over the socket, without any request URL', async () => {
    const one = await startOverSocket();
    stops.push(one.stop);
    one.app.action<BlockButtonAction>('go', async ({ ack, body, client }) => {
      await ack();
      const view = {
        type: 'modal' as const,
        callback_id: 'form',
        title: plain('Form'),
        submit: plain('Send'),
        blocks: [],
      };
      await client.views.open({ trigger_id: body.trigger_id, view });
    });
    one.app.view('form', ({ ack }) => ack({ response_action: 'clear' }));
    one.app.command('/hi', ({ ack }) => ack('hello'));
    const { ts = '' } = await say(clientOf(one.slack), { channel: CHANNEL, text: 'card', blocks: BUTTONS });

    const clicked = await one.slack.click({ user: 'U0ANN', channel: CHANNEL, ts, actionId: 'go' });
    await until('the modal is open', () => topModal(one.slack, 'U0ANN') !== 'none');
    const sent = await one.slack.modal({ user: 'U0ANN', viewId: topModal(one.slack, 'U0ANN'), action: 'submit' });
    const answered = await one.slack.command({ user: 'U0ANN', channel: CHANNEL, command: '/hi' });

    expect(clicked).toMatchObject({ status: 200, response: null });
    expect(sent).toMatchObject({ status: 200, response: { response_action: 'clear' } });
    expect(answered).toMatchObject({ status: 200 });
    expect(one.slack.state('U0ANN').modals).toEqual([]);
    expect(messagesIn(one.slack).at(-1)).toMatchObject({ text: 'hello', ephemeralFor: 'U0ANN' });
  });

  it('delivers events, and the client comes back after Slack recycles the connection', async () => {
    const one = await startOverSocket();
    stops.push(one.stop);
    const seen: string[] = [];
    one.app.event('app_home_opened', ({ event }) => Promise.resolve(void seen.push(event.user)));
    await one.slack.home({ user: 'U0ANN' });

    one.slack.disconnectSockets();
    await until('a second connection was opened', () => one.slack.calls('apps.connections.open').length === 2);
    await until('it carries events', () => {
      void one.slack.home({ user: 'U0BEN' });
      return seen.includes('U0BEN');
    });

    expect(seen[0]).toBe('U0ANN');
  });

  it('shows an error when no acknowledgement comes in time', async () => {
    const one = await startOverSocket({ ackTimeoutMs: 100 });
    stops.push(one.stop);
    one.app.command('/slow', () => Promise.resolve());

    const outcome = await one.slack.command({ user: 'U0ANN', channel: CHANNEL, command: '/slow' });

    expect(outcome).toMatchObject({ status: 0, error: 'operation_timeout' });
  });

  it('opens no connection without a fresh ticket', async () => {
    const slack = await startSlack(workspaceOptions());
    stops.push(() => slack.stop());

    const socket = new WebSocket(`${slack.origin.replace('http', 'ws')}/link/?ticket=made-up`);
    const ended = await new Promise((resolve) => {
      socket.on('open', () => resolve('open'));
      socket.on('error', (error) => resolve(error.message));
    });

    expect(ended).toContain('401');
  });
});

describe('events over HTTP', () => {
  async function startListener(statuses: number[], extra: Record<string, string> = {}) {
    const seen: { headers: IncomingHttpHeaders; body: Record<string, unknown> }[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
        response.writeHead(statuses.shift() ?? 200, extra).end();
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const slack = await startSlack(
      workspaceOptions({ requestUrl: `http://127.0.0.1:${port}/`, eventRetryDelaysMs: [0, 10, 20] }),
    );
    stops.push(
      () => slack.stop(),
      () =>
        new Promise((resolve) => {
          server.close(() => resolve());
        }),
    );
    return { slack, seen };
  }

  it('are retried with the same id, a number and a reason, until one is accepted', async () => {
    const { slack, seen } = await startListener([500, 500, 200]);

    const outcome = await slack.home({ user: 'U0ANN' });

    expect(outcome).toMatchObject({ status: 500, error: 'http_500' });
    await until('the third attempt arrived', () => seen.length === 3);
    expect(seen.map((one) => one.headers['x-slack-retry-num'])).toEqual([undefined, '1', '2']);
    expect(seen[1]?.headers['x-slack-retry-reason']).toBe('http_error');
    expect(new Set(seen.map((one) => one.body['event_id'])).size).toBe(1);
    expect(seen[0]?.headers['content-type']).toBe('application/json');
    expect(seen[0]?.body).toMatchObject({
      type: 'event_callback',
      team_id: 'T0TEST',
      event: { type: 'app_home_opened', user: 'U0ANN', tab: 'home' },
      authorizations: [{ user_id: 'U0BOT', is_bot: true }],
    });
  });

  it('are given up after three retries, and at once when the app says so', async () => {
    const failing = await startListener([500, 500, 500, 500]);
    const polite = await startListener([500], { 'x-slack-no-retry': '1' });

    await failing.slack.home({ user: 'U0ANN' });
    await polite.slack.home({ user: 'U0ANN' });

    await until('the loss is on record', () => failing.slack.state().troubles.length > 0);
    expect(failing.seen).toHaveLength(4);
    expect(polite.seen).toHaveLength(1);
  });

  it('are not sent unless the app subscribed', async () => {
    const { slack, seen } = await startListener([]);

    expect(await slack.event({ type: 'reaction_added' })).toEqual({ ok: false, error: 'not_subscribed' });
    expect(await slack.event({ type: 'app_uninstalled' })).toEqual({ ok: true });
    expect(seen).toHaveLength(1);
  });
});
