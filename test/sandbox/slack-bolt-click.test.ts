// A real Bolt app behind its ExpressReceiver: clicks on cards, honest and forged, and what response_url allows.
import type { BlockButtonAction } from '@slack/bolt';
import { afterEach, describe, expect, it } from 'vitest';
import type { SlackOptions } from '../../src/sandbox/slack/index.ts';
import {
  CARD,
  CHANNEL,
  clientOf,
  form,
  messagesIn,
  plain,
  postCard,
  press,
  startOverHttp,
  until,
  type Running,
} from './slack-workspace.ts';

const running: Running[] = [];

async function start(over: Partial<SlackOptions> = {}): Promise<Running> {
  const started = await startOverHttp(over);
  running.push(started);
  return started;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

describe('a click on a card', () => {
  it('arrives signed, with who, where, what and a trigger that opens a modal once', async () => {
    const one = await start();
    let seen: BlockButtonAction | undefined;
    let second: unknown;
    one.app.action<BlockButtonAction>('approve', async ({ ack, body, client }) => {
      await ack();
      seen = body;
      await client.views.open({ trigger_id: body.trigger_id, view: form() });
      second = await client.views
        .open({ trigger_id: body.trigger_id, view: form() })
        .catch((error: Error) => error.message);
    });
    const ts = await postCard(one);

    const outcome = await one.slack.click(press(ts));

    expect(outcome).toMatchObject({ kind: 'delivered', status: 200, response: null });
    await until('both calls are done', () => second !== undefined);
    expect(seen).toMatchObject({
      type: 'block_actions',
      api_app_id: 'A0TEST',
      team: { id: 'T0TEST', domain: 'testteam' },
      user: { id: 'U0ANN', name: 'ann', team_id: 'T0TEST' },
      container: { type: 'message', message_ts: ts, channel_id: CHANNEL, is_ephemeral: false },
      channel: { id: CHANNEL, name: 'room' },
      message: { ts, text: 'card', user: 'U0BOT' },
      actions: [{ type: 'button', action_id: 'approve', block_id: 'vote:1', value: 'ap-1', text: plain('Approve') }],
    });
    expect(seen?.response_url).toContain('/actions/T0TEST/');
    expect(second).toContain('exchanged_trigger_id');
    expect(one.slack.state('U0ANN').modals).toHaveLength(1);
    expect(one.slack.state('U0BEN').modals).toEqual([]);
  });

  it('carries the chosen option of a menu', async () => {
    const one = await start();
    let chosen: unknown;
    one.app.action('more', async ({ ack, action }) => {
      await ack();
      chosen = action;
    });
    const ts = await postCard(one);
    const click = { user: 'U0ANN', channel: CHANNEL, ts, blockId: 'vote:1', actionId: 'more' };

    expect((await one.slack.click({ ...click, selected: 'copy' })).status).toBe(200);
    expect(chosen).toMatchObject({ type: 'overflow', selected_option: { text: plain('Copy'), value: 'copy' } });
    expect(await one.slack.click({ ...click, selected: 'paste' })).toMatchObject({ status: 404, kind: 'impossible' });
  });

  it('is impossible where no such element is, or not for this person', async () => {
    const one = await start();
    const ts = await postCard(one);
    await clientOf(one.slack).apiCall('chat.postEphemeral', {
      channel: CHANNEL,
      user: 'U0BEN',
      text: 'private',
      blocks: CARD,
    });
    const privateTs = messagesIn(one.slack, CHANNEL, 'U0BEN').at(-1)?.ts ?? '';

    const status = async (over: object): Promise<number> => (await one.slack.click({ ...press(ts), ...over })).status;

    expect(await status({ actionId: 'reject' })).toBe(404);
    expect(await status({ blockId: 'vote:0' })).toBe(404);
    expect(await status({ value: 'ap-2' })).toBe(404);
    expect(await status({ ts: '1.000001' })).toBe(404);
    expect(await status({ channel: 'C0OUTSIDE' })).toBe(404);
    expect(await status({ user: 'U0GONE' })).toBe(404);
    expect(await status({ user: 'U0NONE' })).toBe(404);
    expect(await status({ ts: privateTs })).toBe(404);
  });

  it('can be forged and stale when a test says so, but not with another secret', async () => {
    const one = await start();
    const values: unknown[] = [];
    one.app.action('approve', async ({ ack, action, body }) => {
      values.push('value' in action ? action.value : null, body.user.id);
      await ack();
    });
    const ts = await postCard(one);
    const stale = { ...press('1.000001', 'U0GONE'), value: 'ap-9', raw: true };

    expect((await one.slack.click(stale)).status).toBe(200);
    expect(values).toEqual(['ap-9', 'U0GONE']);
    expect((await one.slack.click({ ...press(ts), forgery: { signingSecret: 'wrong' } })).status).toBe(401);
    expect((await one.slack.click({ ...press(ts), forgery: { timestamp: '1700000000' } })).status).toBe(401);
    expect(
      (await one.slack.click({ ...press(ts), raw: true, payload: { user: { id: 'U0FAR', team_id: 'T0OTHER' } } }))
        .status,
    ).toBe(200);
    expect(values.at(-1)).toBe('U0FAR');
  });

  it('shows the person an error when nobody answers in time', async () => {
    const one = await start({ ackTimeoutMs: 100 });
    const ts = await postCard(one);

    const outcome = await one.slack.click(press(ts));

    expect(outcome).toMatchObject({ kind: 'delivered', status: 0, error: 'operation_timeout' });
    expect(one.slack.state().troubles).toMatchObject([
      { user: 'U0ANN', what: 'click approve', error: 'operation_timeout' },
    ]);
  });

  it('lets its trigger expire after three seconds', async () => {
    const one = await start();
    let outcome: unknown;
    one.app.action<BlockButtonAction>('approve', async ({ ack, body, client }) => {
      await ack();
      one.slack.advanceClock(3_001);
      outcome = await client.views
        .open({ trigger_id: body.trigger_id, view: form() })
        .catch((error: Error) => error.message);
    });
    const ts = await postCard(one);

    await one.slack.click(press(ts));

    await until('the call is done', () => outcome !== undefined);
    expect(outcome).toContain('expired_trigger_id');
  });
});

describe('a response_url', () => {
  it('answers five times within half an hour: ephemeral, replacing, deleting', async () => {
    const one = await start();
    const errors: string[] = [];
    one.app.action('approve', async ({ ack, respond }) => {
      await ack();
      await respond({ text: 'only you' });
      await respond({ text: 'replaced', replace_original: true });
      await respond({ text: 'all', response_type: 'in_channel', replace_original: false });
      await respond({ delete_original: true, text: '' });
      await respond('fifth');
      await respond('sixth').catch((error: Error) => errors.push(error.message));
    });
    const ts = await postCard(one);

    await one.slack.click(press(ts));

    await until('the sixth is refused', () => errors.length === 1);
    expect(messagesIn(one.slack, CHANNEL, 'U0ANN').map((message) => message.text)).toEqual([
      'only you',
      'all',
      'fifth',
    ]);
    expect(messagesIn(one.slack, CHANNEL, 'U0BEN').map((message) => message.text)).toEqual(['all']);
    expect(one.slack.state().violations.map((violation) => violation.code)).toEqual(['used_url']);
  });
});
