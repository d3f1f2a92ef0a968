// The control API over HTTP, as the demo page and outside tests use it.
import { afterEach, describe, expect, it } from 'vitest';
import { CHANNEL, clientOf, messagesIn, startOverHttp, say, until, type Running } from './slack-workspace.ts';

const running: Running[] = [];

async function start(): Promise<Running> {
  const started = await startOverHttp();
  running.push(started);
  return started;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

type Answer = { status: number; body: unknown };

async function call({ slack }: Running, method: string, path: string, body?: object): Promise<Answer> {
  const answer = await fetch(`${slack.origin}/_sandbox/${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}

const BUTTONS = [
  {
    type: 'actions' as const,
    block_id: 'row',
    elements: [
      { type: 'button' as const, action_id: 'go', text: { type: 'plain_text' as const, text: 'Go' }, value: '1' },
    ],
  },
];

describe('the control API', () => {
  it('shows the workspace as one person sees it, to any origin', async () => {
    const one = await start();
    await say(clientOf(one.slack), { channel: CHANNEL, text: 'hello' });
    await say(clientOf(one.slack), { channel: 'U0ANN', text: 'psst' });

    const { body } = await call(one, 'GET', 'state?as=U0BEN');
    const preflight = await fetch(`${one.slack.origin}/_sandbox/click`, { method: 'OPTIONS' });

    expect(body).toMatchObject({
      team: { id: 'T0TEST' },
      channels: [{ id: CHANNEL, messages: [{ text: 'hello' }] }, { id: 'C0CLOSED' }],
      ims: [],
      home: null,
      modals: [],
      violations: [],
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('clicks, and says 404 for what cannot be clicked and 400 for what makes no sense', async () => {
    const one = await start();
    one.app.action('go', ({ ack }) => ack());
    const { ts } = await say(clientOf(one.slack), { channel: CHANNEL, text: 'card', blocks: BUTTONS });
    const click = { user: 'U0ANN', channel: CHANNEL, ts, blockId: 'row', actionId: 'go' };

    expect(await call(one, 'POST', 'click', click)).toMatchObject({
      status: 200,
      body: { status: 200, kind: 'delivered' },
    });
    expect(await call(one, 'POST', 'click', { ...click, actionId: 'no' })).toMatchObject({ status: 404 });
    expect(await call(one, 'POST', 'click', { ...click, colour: 'red' })).toMatchObject({ status: 400 });
  });

  it('runs commands and opens Home', async () => {
    const one = await start();
    one.app.command('/hi', ({ ack }) => ack('hello'));

    const ran = await call(one, 'POST', 'command', { user: 'U0ANN', channel: CHANNEL, command: '/hi', text: '' });
    const opened = await call(one, 'POST', 'home', { user: 'U0ANN' });

    expect(ran.body).toMatchObject({ status: 200, response: 'hello' });
    expect(opened.body).toMatchObject({ status: 200 });
    expect(messagesIn(one.slack)).toMatchObject([{ text: 'hello', ephemeralFor: 'U0ANN' }]);
  });

  it('plants and clears faults, and lists calls by method', async () => {
    const one = await start();
    const client = clientOf(one.slack);

    await call(one, 'POST', 'faults', { method: 'auth.test', error: 'fatal_error', times: 5 });
    await expect(client.auth.test()).rejects.toThrow('fatal_error');
    expect(await call(one, 'POST', 'faults', { method: 'auth.test', colour: 'red' })).toMatchObject({ status: 400 });
    await call(one, 'DELETE', 'faults');
    await client.auth.test();
    await client.users.info({ user: 'U0ANN' });

    const { body } = await call(one, 'GET', 'calls?method=auth.test');
    expect(body).toMatchObject([{ error: 'fatal_error' }, { error: null }]);
  });

  it('changes people, channels, messages and the token', async () => {
    const one = await start();
    const client = clientOf(one.slack);
    const { ts } = await say(client, { channel: CHANNEL, text: 'hello' });

    await call(one, 'POST', 'users/U0BEN', { is_restricted: true });
    await call(one, 'POST', 'channel', { id: CHANNEL, is_ext_shared: true });
    await call(one, 'POST', 'delete-message', { channel: CHANNEL, ts });

    expect((await client.users.info({ user: 'U0BEN' })).user?.is_restricted).toBe(true);
    expect((await client.conversations.info({ channel: CHANNEL })).channel?.is_ext_shared).toBe(true);
    expect(messagesIn(one.slack)).toEqual([]);
    expect(await call(one, 'POST', 'users/U0NONE', { deleted: true })).toMatchObject({ status: 404 });
    await call(one, 'POST', 'token', { revoked: true, error: 'account_inactive' });
    await expect(client.auth.test()).rejects.toThrow('account_inactive');
  });

  it('streams a new revision on every change', async () => {
    const one = await start();
    const stream = await fetch(`${one.slack.origin}/_sandbox/events`);
    const reader = stream.body?.getReader();
    const next = async (): Promise<number> => {
      const chunk = await reader?.read();
      const [, digits] = /"revision":(\d+)/.exec(new TextDecoder().decode(chunk?.value)) ?? [];
      return Number(digits);
    };
    const first = await next();

    await say(clientOf(one.slack), { channel: CHANNEL, text: 'hello' });

    expect(await next()).toBeGreaterThan(first);
    expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);
    await reader?.cancel();
  });

  it('leaves no handle behind when it stops', async () => {
    const before = process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length;
    const one = await startOverHttp();
    const stream = await fetch(`${one.slack.origin}/_sandbox/events`);
    one.slack.fault({ method: 'chat.postMessage', timeoutAfterApply: true });
    const held = say(clientOf(one.slack), { channel: CHANNEL, text: 'hello' }).catch((error: Error) => error.name);
    await until('the call was applied', () => messagesIn(one.slack).length === 1);

    await one.stop();

    expect(await held).toBe('WebAPIRequestError');
    expect(await stream.text()).toContain('revision');
    expect(process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap')).toHaveLength(before);
  });
});
