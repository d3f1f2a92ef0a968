// A real Bolt app behind its ExpressReceiver: modals filled in, checked, submitted, stacked and closed.
import type { BlockButtonAction, ViewSubmitAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { afterEach, describe, expect, it } from 'vitest';
import {
  clientOf,
  form,
  plain,
  postCard,
  press,
  startOverHttp,
  topModal,
  until,
  type Running,
} from './slack-workspace.ts';

const running: Running[] = [];

async function start(): Promise<Running> {
  const started = await startOverHttp();
  running.push(started);
  return started;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

/** Opens the form when Approve is pressed, and answers `true` to wait for it. */
async function withForm(one: Running, view: ModalView = form()): Promise<void> {
  one.app.action('approve', async ({ ack, body, client }) => {
    await ack();
    if (!('trigger_id' in body)) return;
    await client.views.open({ trigger_id: body.trigger_id, view });
  });
  const ts = await postCard(one);
  await one.slack.click(press(ts));
  await until('the modal is open', () => topModal(one.slack, 'U0ANN') !== 'none');
}

describe('a form', () => {
  it('is checked by the client first, then submitted with what was typed', async () => {
    const one = await start();
    let seen: ViewSubmitAction['view'] | undefined;
    one.app.view('reject', async ({ ack, view }) => {
      seen = view;
      await ack();
    });
    await withForm(one);
    const submit = { user: 'U0ANN', viewId: topModal(one.slack, 'U0ANN'), action: 'submit' as const };

    expect(await one.slack.modal(submit)).toMatchObject({ clientErrors: { reason: /required/, note: /required/ } });
    const tooShort = await one.slack.modal({
      ...submit,
      state: { note: { note: 'short' }, reason: { reason: 'amount' } },
    });
    expect(tooShort).toMatchObject({
      kind: 'client_errors',
      clientErrors: { note: 'This entry must be at least 10 characters' },
    });
    expect(await one.slack.modal({ ...submit, state: { reason: { reason: 'none' } } })).toMatchObject({ status: 404 });
    const sent = await one.slack.modal({ ...submit, state: { note: { note: 'long enough' } } });

    expect(sent).toMatchObject({ kind: 'delivered', status: 200, response: null });
    expect(seen).toMatchObject({
      callback_id: 'reject',
      private_metadata: 'ap-1',
      state: {
        values: {
          note: { note: { type: 'plain_text_input', value: 'long enough' } },
          reason: { reason: { type: 'static_select', selected_option: { value: 'amount' } } },
        },
      },
    });
    expect(one.slack.state('U0ANN').modals).toEqual([]);
  });

  it('stays open with the errors that the app names, and refuses errors for what is no input', async () => {
    const one = await start();
    const errors = [{ note: 'Say more' }, { elsewhere: 'What?' }];
    one.app.view('reject', ({ ack }) => ack({ response_action: 'errors', errors: errors.shift() ?? {} }));
    await withForm(one);
    const viewId = topModal(one.slack, 'U0ANN');
    const state = { note: { note: 'long enough' }, reason: { reason: 'other' } };

    await one.slack.modal({ user: 'U0ANN', viewId, action: 'submit', state });
    expect(one.slack.state('U0ANN').modals).toMatchObject([{ id: viewId, errors: { note: 'Say more' } }]);
    expect(await one.slack.modal({ user: 'U0ANN', viewId, action: 'submit' })).toMatchObject({
      error: 'invalid_errors',
    });
    expect(one.slack.state().violations.map((violation) => violation.code)).toEqual(['invalid_errors']);
  });

  it('is updated, pushed upon and cleared by the answer', async () => {
    const one = await start();
    const answers = [
      { response_action: 'push' as const, view: form({ title: plain('Second'), blocks: [] }) },
      { response_action: 'update' as const, view: form({ title: plain('Changed'), blocks: [] }) },
      { response_action: 'clear' as const },
    ];
    one.app.view('reject', ({ ack }) => ack(answers.shift() ?? { response_action: 'clear' }));
    await withForm(one, form({ blocks: [] }));
    const titles = (): unknown[] => one.slack.state('U0ANN').modals.map((modal) => modal.view['title']);
    const submit = (viewId: string) => one.slack.modal({ user: 'U0ANN', viewId, action: 'submit' });
    const bottom = topModal(one.slack, 'U0ANN');

    await submit(bottom);
    expect(titles()).toEqual([plain('Reject'), plain('Second')]);
    expect(await submit(bottom)).toMatchObject({ status: 404 });
    await submit(topModal(one.slack, 'U0ANN'));
    expect(titles()).toEqual([plain('Reject'), plain('Changed')]);
    await submit(topModal(one.slack, 'U0ANN'));
    expect(titles()).toEqual([]);
  });

  it('keeps typed values over an update of the same elements, and its hash guards against races', async () => {
    const one = await start();
    await withForm(one);
    const client = clientOf(one.slack);
    const [before] = one.slack.state('U0ANN').modals;
    const viewId = before?.id ?? '';
    await one.slack.modal({ user: 'U0ANN', viewId, action: 'fill', state: { note: { note: 'typed words' } } });

    await client.views.update({ view_id: viewId, hash: before?.hash ?? '', view: form({ title: plain('New') }) });
    const late = client.views.update({ view_id: viewId, hash: before?.hash ?? '', view: form() });

    await expect(late).rejects.toThrow('hash_conflict');
    expect(one.slack.state('U0ANN').modals).toMatchObject([
      {
        view: { title: plain('New') },
        values: { note: { note: { value: 'typed words' } }, reason: { reason: { selected_option: null } } },
      },
    ]);
    await expect(client.views.update({ view_id: 'V0NONE', view: form() })).rejects.toThrow('not_found');
  });

  it('can be stacked three high and no higher', async () => {
    const one = await start();
    const errors: string[] = [];
    one.app.action<BlockButtonAction>('deeper', async ({ ack, body, client }) => {
      await ack();
      await client.views
        .push({ trigger_id: body.trigger_id, view: nest })
        .catch((error: Error) => errors.push(error.message));
    });
    const button = { type: 'button' as const, action_id: 'deeper', text: plain('Deeper') };
    const nest = form({ blocks: [{ type: 'actions', block_id: 'a', elements: [button] }] });
    await withForm(one, nest);

    for (const depth of [2, 3, 3]) {
      const viewId = topModal(one.slack, 'U0ANN');
      await one.slack.modal({ user: 'U0ANN', viewId, action: 'click', actionId: 'deeper' });
      await until(
        'pushed or refused',
        () =>
          one.slack.state('U0ANN').modals.length === depth &&
          (depth !== 3 || viewId !== topModal(one.slack, 'U0ANN') || errors.length > 0),
      );
    }

    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain('push_limit_reached');
  });

  it('tells the app when it is closed, if the app asked', async () => {
    const one = await start();
    let isCleared: unknown;
    one.app.view({ callback_id: 'reject', type: 'view_closed' }, async ({ ack, body }) => {
      isCleared = 'is_cleared' in body && body.is_cleared;
      await ack();
    });
    await withForm(one, form({ notify_on_close: true }));

    await one.slack.modal({ user: 'U0ANN', viewId: topModal(one.slack, 'U0ANN'), action: 'close' });

    expect(isCleared).toBe(false);
    expect(one.slack.state('U0ANN').modals).toEqual([]);
  });

  it('is refused when the view breaks a limit, with Slack’s error for views', async () => {
    const one = await start();
    let failure: unknown;
    one.app.action<BlockButtonAction>('approve', async ({ ack, body, client }) => {
      await ack();
      const view = form({ title: plain('A title that is far too long') });
      failure = await client.views.open({ trigger_id: body.trigger_id, view }).catch((error: Error) => error.message);
    });
    const ts = await postCard(one);

    await one.slack.click(press(ts));

    await until('the call is done', () => failure !== undefined);
    expect(failure).toContain('invalid_arguments');
    expect(one.slack.state().violations).toMatchObject([{ where: 'views.open', code: 'invalid_arguments' }]);
  });
});
