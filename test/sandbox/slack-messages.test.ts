// Messages in the Slack sandbox, posted and updated by the real client: content, threads, refusals and advice.
import { afterEach, describe, expect, it } from 'vitest';
import { startSlack, type SlackOptions, type SlackSandbox } from '../../src/sandbox/slack/index.ts';
import {
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

const section = (text: string, over: object = {}) => ({ type: 'section', text: { type: 'mrkdwn', text }, ...over });
const post = { channel: CHANNEL, text: 'hello' };

describe('posting', () => {
  it('takes forms and JSON alike and keeps blocks as they were given', async () => {
    const slack = await start();
    const block = section('*hi*', { block_id: 'b1' });

    const posted = await say(clientOf(slack), { ...post, blocks: [block] });
    await fetch(`${slack.url}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${BOT_TOKEN}`, 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ ...post, blocks: [block] }),
    });

    const messages = messagesIn(slack);
    expect(messages).toHaveLength(2);
    expect(messages[0]).toMatchObject({ ts: posted.ts, user: 'U0BOT', text: 'hello', blocks: [block], edited: false });
    expect(messages[1]?.blocks).toEqual([block]);
    expect(posted.message).toMatchObject({ type: 'message', bot_id: 'B0BOT', ts: posted.ts });
  });

  it('names unnamed blocks and elements', async () => {
    const slack = await start();
    const button = { type: 'button', text: { type: 'plain_text', text: 'Go' } };

    await clientOf(slack).apiCall('chat.postMessage', { ...post, blocks: [{ type: 'actions', elements: [button] }] });

    const [block] = messagesIn(slack)[0]?.blocks ?? [];
    expect(block?.['block_id']).toMatch(/^.+$/);
    expect(JSON.stringify(block)).toMatch(/"action_id":"[^"]+"/);
  });

  it.each([
    ['an unknown channel', { channel: 'C0NONE' }, 'channel_not_found'],
    ['a channel without the app', { channel: 'C0OUTSIDE' }, 'not_in_channel'],
    ['a private channel without the app', { channel: 'G0SECRET' }, 'channel_not_found'],
    ['an archived channel', { channel: 'C0CLOSED' }, 'is_archived'],
    ['nothing to say', { text: '' }, 'no_text'],
    ['broken blocks', { blocks: [section('')] }, 'invalid_blocks'],
    ['blocks that are no JSON', { blocks: 'nonsense' }, 'invalid_blocks_format'],
    [
      'too many blocks by size',
      { blocks: Array.from({ length: 5 }, () => section('x'.repeat(2_800))) },
      'msg_blocks_too_long',
    ],
    ['markdown beside text', { markdown_text: '**hi**' }, 'markdown_text_conflict'],
    [
      'large metadata',
      { metadata: { event_type: 'a', event_payload: { a: 'x'.repeat(16_000) } } },
      'metadata_too_large',
    ],
    ['shapeless metadata', { metadata: { a: 1 } }, 'invalid_metadata_schema'],
    [
      'too many attachments',
      { attachments: Array.from({ length: 101 }, () => ({ text: 'a' })) },
      'too_many_attachments',
    ],
  ])('refuses %s', async (_name, over, error) => {
    const slack = await start();

    const failure = await errorOf(clientOf(slack).apiCall('chat.postMessage', { ...post, ...over }));

    expect(failure).toBe(error);
    expect(messagesIn(slack)).toEqual([]);
  });

  it('points at each fault in the blocks and remembers the violation', async () => {
    const slack = await start();

    const failure = await failureOf(
      clientOf(slack).apiCall('chat.postMessage', { ...post, blocks: [section('x'.repeat(3_001))] }),
    );

    const complaint = 'must be less than 3001 characters [json-pointer:/blocks/0/text/text]';
    expect(failure).toMatchObject({ errors: [complaint], response_metadata: { messages: [`[ERROR] ${complaint}`] } });
    expect(slack.state().violations).toMatchObject([
      { where: 'chat.postMessage', code: 'invalid_blocks', messages: [complaint] },
    ]);
  });

  it('cuts a text above 40,000 characters and says so', async () => {
    const slack = await start();

    const posted = await say(clientOf(slack), { channel: CHANNEL, text: 'x'.repeat(40_001) });

    expect(posted.response_metadata?.warnings).toEqual(['message_truncated']);
    expect(messagesIn(slack)[0]?.text).toHaveLength(40_000);
    expect(slack.state().violations.map((violation) => violation.code)).toEqual(['message_truncated']);
  });

  it('threads replies under the parent, and un-threads them when it is gone', async () => {
    const slack = await start();
    const client = clientOf(slack);
    const parent = await say(client, post);
    const reply = await say(client, { ...post, thread_ts: parent.ts ?? '' });
    await say(client, { ...post, thread_ts: reply.ts ?? '' });

    const lost = await say(client, { ...post, thread_ts: '1.000001' });

    expect(messagesIn(slack)[0]).toMatchObject({ ts: parent.ts, replyCount: 2 });
    expect(messagesIn(slack)[2]?.threadTs).toBe(parent.ts);
    expect(lost.message?.thread_ts).toBeUndefined();
    expect(slack.state().advice.map((item) => item.code)).toEqual(['reply_as_thread', 'unthreaded']);
  });

  it('posts to a person by id, into their direct message', async () => {
    const slack = await start();
    const client = clientOf(slack);

    const opened = await client.conversations.open({ users: 'U0ANN' });
    const posted = await say(client, { channel: 'U0ANN', text: 'psst' });

    expect(posted.channel).toBe(opened.channel?.id);
    expect(slack.state('U0ANN').ims).toMatchObject([{ id: posted.channel, messages: [{ text: 'psst' }] }]);
    expect(slack.state('U0BEN').ims).toEqual([]);
    expect(await errorOf(client.chat.update({ channel: 'U0ANN', ts: posted.ts ?? '', text: 'new' }))).toBe(
      'channel_not_found',
    );
  });

  it('shows an ephemeral message to its addressee alone, and in a quiet thread to nobody', async () => {
    const slack = await start();
    const client = clientOf(slack);
    const parent = await say(client, post);

    await client.chat.postEphemeral({ channel: CHANNEL, user: 'U0ANN', text: 'only you' });
    await client.chat.postEphemeral({ channel: CHANNEL, user: 'U0ANN', text: 'unseen', thread_ts: parent.ts ?? '' });

    expect(messagesIn(slack, CHANNEL, 'U0ANN').map((message) => message.text)).toEqual(['hello', 'only you']);
    expect(messagesIn(slack, CHANNEL, 'U0BEN').map((message) => message.text)).toEqual(['hello']);
    expect(slack.state().advice.map((item) => item.code)).toEqual(['not_shown']);
    expect(await errorOf(client.chat.postEphemeral({ channel: CHANNEL, user: 'U0NONE', text: 'a' }))).toBe(
      'user_not_in_channel',
    );
  });
});

describe('updating', () => {
  it('replaces blocks, and drops them for a text alone', async () => {
    const slack = await start();
    const client = clientOf(slack);
    const { ts = '' } = await say(client, { ...post, blocks: [section('one')] });

    await client.chat.update({ channel: CHANNEL, ts, text: 'two', blocks: [section('two', { block_id: 'new' })] });
    expect(messagesIn(slack)[0]).toMatchObject({
      text: 'two',
      blocks: [{ block_id: 'new' }],
      edited: true,
      updates: 1,
    });
    await client.chat.update({ channel: CHANNEL, ts, text: 'three' });
    expect(messagesIn(slack)[0]).toMatchObject({ text: 'three', blocks: [], updates: 2 });
  });

  it('refuses what cannot be updated', async () => {
    const slack = await start();
    const client = clientOf(slack);
    const rich = {
      type: 'rich_text',
      elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'a' }] }],
    };
    await client.apiCall('chat.postMessage', { ...post, blocks: [rich] });
    const ts = messagesIn(slack)[0]?.ts ?? '';
    const update = (over: object): Promise<unknown> =>
      errorOf(client.apiCall('chat.update', { channel: CHANNEL, ts, text: 'a', ...over }));

    expect(await update({ ts: '1.000001' })).toBe('message_not_found');
    expect(await update({ channel: 'C0NONE' })).toBe('channel_not_found');
    expect(await update({ text: 'x'.repeat(4_001) })).toBe('msg_too_long');
    expect(await update({ blocks: [section('a')] })).toBe('block_mismatch');
    await say(client, { ...post, thread_ts: ts });
    slack.deleteMessage({ channel: CHANNEL, ts });
    expect(await update({})).toBe('cant_update_message');
    await slack.changeChannel({ id: CHANNEL, is_archived: true });
    expect(await update({})).toBe('is_inactive');
  });

  it('loses a deleted message without replies altogether', async () => {
    const slack = await start();
    const client = clientOf(slack);
    const { ts = '' } = await say(client, post);

    await client.chat.delete({ channel: CHANNEL, ts });

    expect(messagesIn(slack)).toEqual([]);
    expect(await errorOf(client.chat.update({ channel: CHANNEL, ts, text: 'a' }))).toBe('message_not_found');
    expect(await errorOf(client.chat.getPermalink({ channel: CHANNEL, message_ts: ts }))).toBe('message_not_found');
  });

  it('links to a message, and to a reply within its thread', async () => {
    const slack = await start();
    const client = clientOf(slack);
    const { ts = '' } = await say(client, post);
    const reply = await say(client, { ...post, thread_ts: ts });

    const link = await client.chat.getPermalink({ channel: CHANNEL, message_ts: ts });
    const deep = await client.chat.getPermalink({ channel: CHANNEL, message_ts: reply.ts ?? '' });

    expect(link.permalink).toBe(`https://testteam.slack.com/archives/${CHANNEL}/p${ts.replace('.', '')}`);
    expect(deep.permalink).toContain(`?thread_ts=${ts}&cid=${CHANNEL}`);
  });

  it('advises a new block_id for a changed block', async () => {
    const slack = await start();
    const client = clientOf(slack);
    const { ts = '' } = await say(client, { ...post, blocks: [section('one', { block_id: 'same' })] });

    await client.chat.update({ channel: CHANNEL, ts, text: 'two', blocks: [section('two', { block_id: 'same' })] });

    expect(slack.state().advice.map((item) => item.code)).toEqual(['reused_block_id']);
  });
});
