// A small Slack workspace for the sandbox's own tests, and a real Bolt app beside it.
import { createServer } from 'node:http';
import { App, ExpressReceiver, LogLevel, SocketModeReceiver, type AppOptions, type Receiver } from '@slack/bolt';
import {
  WebAPIPlatformError,
  WebClient,
  type ChatPostMessageArguments,
  type ChatPostMessageResponse,
} from '@slack/web-api';
import type { KnownBlock, ModalView } from '@slack/types';
import express from 'express';
import { startSlack, type MessageState, type SlackOptions, type SlackSandbox } from '../../src/sandbox/slack/index.ts';

export const BOT_TOKEN = 'xoxb-test-bot';
export const APP_TOKEN = 'xapp-test-app';
const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
export const CHANNEL = 'C0ROOM';

const SCOPES = ['chat:write', 'commands', 'im:write', 'users:read', 'usergroups:read', 'channels:read', 'groups:read'];

export function workspaceOptions(over: Partial<SlackOptions> = {}): SlackOptions {
  return {
    team: { id: 'T0TEST', name: 'Test Team', domain: 'testteam' },
    users: [
      { id: 'U0ANN', name: 'ann', real_name: 'Ann Archer', email: 'ann@example.com' },
      { id: 'U0BEN', name: 'ben', real_name: 'Ben Baker' },
      { id: 'U0GUEST', name: 'guest', is_restricted: true },
      { id: 'U0GONE', name: 'gone', deleted: true },
      { id: 'U0FAR', name: 'far', team_id: 'T0OTHER' },
      { id: 'U0BOT', name: 'testbot', is_bot: true },
    ],
    channels: [
      { id: CHANNEL, name: 'room' },
      { id: 'C0CLOSED', name: 'closed', is_archived: true },
      { id: 'C0OUTSIDE', name: 'outside', members: ['U0ANN'] },
      { id: 'G0SECRET', name: 'secret', is_private: true, members: ['U0ANN'] },
    ],
    usergroups: [{ id: 'S0OPS', handle: 'ops', users: ['U0ANN', 'U0BEN'] }],
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
    signingSecret: SIGNING_SECRET,
    appId: 'A0TEST',
    botUserId: 'U0BOT',
    scopes: SCOPES,
    ...over,
  };
}

/** No retries and no log lines: a test looks at the first answer. */
export function clientOf(slack: SlackSandbox, token: string = BOT_TOKEN): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.url,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quiet,
  });
}

export function say(client: WebClient, message: ChatPostMessageArguments): Promise<ChatPostMessageResponse> {
  return client.chat.postMessage(message);
}

const nothing = (): void => {};

const quiet = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  setName: nothing,
  getLevel: () => LogLevel.ERROR,
};

/** The platform error of a call that must fail, with all its data. */
export async function failureOf(call: Promise<unknown>): Promise<Record<string, unknown>> {
  const error: unknown = await call.then(
    () => new Error('the call succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof WebAPIPlatformError)) throw error;
  return { ...error.data };
}

export const errorOf = async (call: Promise<unknown>): Promise<unknown> => (await failureOf(call))['error'];

export type Running = { slack: SlackSandbox; app: App; stop: () => Promise<void> };

function boltApp(slack: SlackSandbox, receiver: Receiver): App {
  const options: AppOptions = {
    receiver,
    logger: quiet,
    authorize: () => Promise.resolve({ botToken: BOT_TOKEN, botId: 'B0BOT', botUserId: 'U0BOT', teamId: 'T0TEST' }),
    clientOptions: { slackApiUrl: slack.url, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, logger: quiet },
  };
  const app = new App(options);
  app.error(() => Promise.resolve());
  return app;
}

/** Bolt behind its ExpressReceiver, on a port of its own. */
export async function startOverHttp(over: Partial<SlackOptions> = {}): Promise<Running> {
  const slack = await startSlack(workspaceOptions(over));
  const web = express();
  const app = boltApp(slack, new ExpressReceiver({ app: web, signingSecret: SIGNING_SECRET, logger: quiet }));
  const server = createServer(web);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('failed to listen');
  slack.setRequestUrl(`http://127.0.0.1:${address.port}/slack/events`);
  return {
    slack,
    app,
    async stop() {
      await slack.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** Bolt in Socket Mode: built from its receiver, since App passes no client options on to it. */
export async function startOverSocket(over: Partial<SlackOptions> = {}): Promise<Running> {
  const slack = await startSlack(workspaceOptions(over));
  const receiver = new SocketModeReceiver({
    appToken: APP_TOKEN,
    logger: quiet,
    clientPingTimeout: 200,
    installerOptions: { clientOptions: { slackApiUrl: slack.url } },
  });
  const app = boltApp(slack, receiver);
  await receiver.start();
  return {
    slack,
    app,
    async stop() {
      await receiver.client.disconnect();
      await slack.stop();
    },
  };
}

export async function until(what: string, isTrue: () => boolean, timeoutMs = 5_000): Promise<void> {
  const deadlineAt = Date.now() + timeoutMs;
  while (!isTrue()) {
    if (Date.now() > deadlineAt) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}

export function messagesIn(slack: SlackSandbox, channel: string = CHANNEL, as?: string): MessageState[] {
  return slack.state(as).channels.find((candidate) => candidate.id === channel)?.messages ?? [];
}

export function topModal(slack: SlackSandbox, user: string): string {
  return slack.state(user).modals.at(-1)?.id ?? 'none';
}

export const plain = (text: string) => ({ type: 'plain_text' as const, text });

/** A card with a button that carries a value and a menu. */
export const CARD: KnownBlock[] = [
  { type: 'section', block_id: 'facts', text: { type: 'mrkdwn', text: '*100 USDC*' } },
  {
    type: 'actions',
    block_id: 'vote:1',
    elements: [
      { type: 'button', action_id: 'approve', text: plain('Approve'), value: 'ap-1' },
      { type: 'overflow', action_id: 'more', options: [{ text: plain('Copy'), value: 'copy' }] },
    ],
  },
];

export async function postCard({ slack }: Running): Promise<string> {
  const { ts } = await say(clientOf(slack), { channel: CHANNEL, text: 'card', blocks: CARD });
  if (ts === undefined) throw new Error('failed to post the card');
  return ts;
}

export const press = (ts: string, user = 'U0ANN') => ({
  user,
  channel: CHANNEL,
  ts,
  blockId: 'vote:1',
  actionId: 'approve',
});

/** A form that asks for a reason and a note of 10 to 20 characters. */
export function form(over: Partial<ModalView> = {}): ModalView {
  const reasons = [
    { text: plain('Amount'), value: 'amount' },
    { text: plain('Other'), value: 'other' },
  ];
  return {
    type: 'modal',
    callback_id: 'reject',
    title: plain('Reject'),
    submit: plain('Send'),
    private_metadata: 'ap-1',
    blocks: [
      {
        type: 'input',
        block_id: 'reason',
        label: plain('Reason'),
        element: { type: 'static_select', action_id: 'reason', options: reasons },
      },
      {
        type: 'input',
        block_id: 'note',
        label: plain('Note'),
        element: { type: 'plain_text_input', action_id: 'note', min_length: 10, max_length: 20 },
      },
    ],
    ...over,
  };
}
