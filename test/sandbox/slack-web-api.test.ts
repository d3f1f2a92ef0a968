// The Web API of the Slack sandbox, called by the real client: tokens, scopes, people, rate limits and faults.
import { WebAPIHTTPError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { afterEach, describe, expect, it } from 'vitest';
import { startSlack, type SlackOptions, type SlackSandbox } from '../../src/sandbox/slack/index.ts';
import {
  APP_TOKEN,
  BOT_TOKEN,
  CHANNEL,
  clientOf,
  errorOf,
  failureOf,
  messagesIn,
  workspaceOptions,
  say,
} from './slack-workspace.ts';

const running: SlackSandbox[] = [];

async function start(over: Partial<SlackOptions> = {}): Promise<SlackSandbox> {
  const slack = await startSlack(workspaceOptions(over));
  running.push(slack);
  return slack;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((slack) => slack.stop()));
});

const post = { channel: CHANNEL, text: 'hello' };

describe('tokens and scopes', () => {
  it('says who the app is, with its scopes in a header', async () => {
    const slack = await start();

    const answer = await clientOf(slack).auth.test();

    expect(answer).toMatchObject({ ok: true, team_id: 'T0TEST', user_id: 'U0BOT', bot_id: 'B0BOT' });
    expect(answer.response_metadata?.scopes).toContain('chat:write');
  });

  it('refuses a wrong, a missing and a revoked token, each by its own name', async () => {
    const slack = await start();

    expect(await errorOf(clientOf(slack, 'xoxb-wrong').auth.test())).toBe('invalid_auth');
    const answer = await fetch(`${slack.url}auth.test`, { method: 'POST' });
    expect(await answer.json()).toEqual({ ok: false, error: 'not_authed' });
    await slack.token({ revoked: true });
    expect(await errorOf(clientOf(slack).auth.test())).toBe('token_revoked');
    await slack.token({ revoked: false });
    expect((await clientOf(slack).auth.test()).ok).toBe(true);
  });

  it('keeps bot and app tokens apart', async () => {
    const slack = await start();

    expect(await errorOf(clientOf(slack).apps.connections.open())).toBe('not_allowed_token_type');
    expect(await errorOf(say(clientOf(slack, APP_TOKEN), post))).toBe('not_allowed_token_type');
    expect((await clientOf(slack, APP_TOKEN).apps.connections.open()).url).toMatch(/^ws:/);
  });

  it('names the missing scope', async () => {
    const slack = await start({ scopes: ['users:read'] });

    const failure = await failureOf(say(clientOf(slack), post));

    expect(failure).toMatchObject({ error: 'missing_scope', needed: 'chat:write', provided: 'users:read' });
  });

  it('knows no other methods', async () => {
    const slack = await start();

    expect(await errorOf(clientOf(slack).apiCall('chat.shout'))).toBe('unknown_method');
    expect(await clientOf(slack).apiCall('api.test', { foo: 'bar' })).toMatchObject({ args: { foo: 'bar' } });
  });
});

describe('people and channels', () => {
  it('describes people in full, without the address unless the scope allows it', async () => {
    const slack = await start();
    const client = clientOf(slack);

    const { user: guest } = await client.users.info({ user: 'U0GUEST' });
    const { user: far } = await client.users.info({ user: 'U0FAR' });
    const { user: ann } = await client.users.info({ user: 'U0ANN' });

    expect(guest).toMatchObject({ is_restricted: true, is_ultra_restricted: false, deleted: false, team_id: 'T0TEST' });
    expect(far).toMatchObject({ team_id: 'T0OTHER', is_stranger: false });
    expect(ann).toMatchObject({
      is_bot: false,
      is_invited_user: false,
      profile: { real_name: 'Ann Archer', display_name: 'ann' },
    });
    expect(ann?.profile?.email).toBeUndefined();
    slack.scopes(['users:read', 'users:read.email']);
    expect((await client.users.info({ user: 'U0ANN' })).user?.profile?.email).toBe('ann@example.com');
    expect(await errorOf(client.users.info({ user: 'U0NONE' }))).toBe('user_not_found');
  });

  it('describes channels as the app may see them', async () => {
    const slack = await start();
    const client = clientOf(slack);
    await slack.changeChannel({ id: CHANNEL, is_ext_shared: true });

    const { channel } = await client.conversations.info({ channel: CHANNEL });
    const outside = await client.conversations.info({ channel: 'C0OUTSIDE' });
    const members = await client.conversations.members({ channel: CHANNEL, limit: 2 });

    expect(channel).toMatchObject({
      is_ext_shared: true,
      is_pending_ext_shared: false,
      is_archived: false,
      is_member: true,
      is_private: false,
    });
    expect(outside.channel?.is_member).toBe(false);
    expect(members.members).toEqual(['U0ANN', 'U0BEN']);
    expect(members.response_metadata?.next_cursor).not.toBe('');
    expect(await errorOf(client.conversations.info({ channel: 'G0SECRET' }))).toBe('channel_not_found');
    expect((await client.conversations.list({})).channels).toHaveLength(3);
    expect((await client.usergroups.users.list({ usergroup: 'S0OPS' })).users).toEqual(['U0ANN', 'U0BEN']);
  });

  it('opens direct messages with people only', async () => {
    const slack = await start();
    const client = clientOf(slack);

    expect(await errorOf(client.conversations.open({ users: 'U0GONE' }))).toBe('user_disabled');
    expect(await errorOf(client.conversations.open({ users: 'U0NONE' }))).toBe('user_not_found');
    expect(await errorOf(client.apiCall('conversations.open', {}))).toBe('users_list_not_supplied');
    expect((await client.conversations.open({ users: 'U0BEN' })).channel?.id).toBe('D0BEN');
  });
});

describe('limits of pace', () => {
  it('lets a burst into a channel and then asks to wait, per channel', async () => {
    const slack = await start({ rates: { postMessageBurst: 2 } });
    const client = clientOf(slack);
    await say(client, post);
    await say(client, post);

    const refusal: unknown = await say(client, post).catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(WebAPIRateLimitedError);
    expect(refusal).toMatchObject({ retryAfter: 1 });
    expect((await say(client, { channel: 'U0ANN', text: 'a' })).ok).toBe(true);
    slack.advanceClock(1_000);
    expect((await say(client, post)).ok).toBe(true);
  });

  it('counts the tiers per method', async () => {
    const slack = await start();
    const client = clientOf(slack);
    const calls = Array.from({ length: 51 }, () =>
      client.conversations.info({ channel: CHANNEL }).then(
        () => 'ok',
        () => 'limited',
      ),
    );

    const outcomes = await Promise.all(calls);

    expect(outcomes.filter((outcome) => outcome === 'limited')).toHaveLength(1);
    expect((await client.users.info({ user: 'U0ANN' })).ok).toBe(true);
    slack.rates({ enabled: false });
    expect((await client.conversations.info({ channel: CHANNEL })).ok).toBe(true);
  });
});

describe('faults on demand', () => {
  it('answers as told, as often as told', async () => {
    const slack = await start();
    const client = clientOf(slack);
    slack.fault({ method: 'chat.postMessage', error: 'internal_error', times: 2 });

    expect(await errorOf(say(client, post))).toBe('internal_error');
    expect(await errorOf(say(client, post))).toBe('internal_error');
    expect((await say(client, post)).ok).toBe(true);
  });

  it('limits, fails and breaks the connection', async () => {
    const slack = await start();
    const client = clientOf(slack);

    slack.fault({ method: '*', retryAfter: 7 });
    await expect(say(client, post)).rejects.toMatchObject({ retryAfter: 7 });
    slack.fault({ method: 'chat.postMessage', status: 503 });
    await expect(say(client, post)).rejects.toBeInstanceOf(WebAPIHTTPError);
    slack.fault({ method: 'chat.postMessage', drop: true });
    await expect(say(client, post)).rejects.toBeInstanceOf(WebAPIRequestError);
    slack.fault({ method: 'chat.postMessage', channel: 'C0OTHER', status: 500 });
    expect((await say(client, post)).ok).toBe(true);
    expect(messagesIn(slack)).toHaveLength(1);
  });

  it('applies a call and then never answers, or answers 500', async () => {
    const slack = await start();
    const client = clientOf(slack);
    slack.fault({ method: 'chat.postMessage', timeoutAfterApply: true });

    const call = fetch(`${slack.url}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${BOT_TOKEN}` },
      body: new URLSearchParams(post),
      signal: AbortSignal.timeout(200),
    });

    await expect(call).rejects.toThrow(/aborted/);
    expect(messagesIn(slack)).toHaveLength(1);
    slack.fault({ method: 'chat.postMessage', afterApply: true, status: 500 });
    await expect(say(client, post)).rejects.toBeInstanceOf(WebAPIHTTPError);
    expect(messagesIn(slack)).toHaveLength(2);
  });

  it('keeps a record of every call without its token', async () => {
    const slack = await start();
    slack.fault({ method: 'chat.update', error: 'fatal_error' });
    const client = clientOf(slack);

    await say(client, { ...post, blocks: [{ type: 'divider' }, { type: 'divider' }] });
    await client.chat.update({ channel: CHANNEL, ts: '1.000001', text: 'a' }).catch(() => undefined);

    expect(slack.calls('chat.postMessage')).toMatchObject([
      { method: 'chat.postMessage', status: 200, error: null, args: { channel: CHANNEL, blocks: 2 } },
    ]);
    expect(slack.calls('chat.update')).toMatchObject([{ status: 200, error: 'fatal_error' }]);
    expect(JSON.stringify(slack.calls())).not.toContain(BOT_TOKEN);
  });
});
