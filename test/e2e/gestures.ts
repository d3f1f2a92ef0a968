// What people do in the Slack workspace, as they do it: they see a card, press a button, fill in a form, read an answer.
import { setTimeout as sleep } from 'node:timers/promises';
import { organisation, people } from '../../src/sandbox/company.ts';
import { actionIds, callbackIds, inputIds, readButtonValue } from '../../src/slack/action-ids.ts';
import type { MessageState } from '../../src/sandbox/slack/index.ts';
import type { Deployment } from './harness.ts';
import { until } from '../queue/until.ts';

/** All that a gesture needs: the workspace, and which of our ids an approval of the platform has. */
export type Stage = Pick<Deployment, 'sandbox' | 'row'>;

export type Who = keyof typeof people;

/** One person's answer from the bot: the modal that they see in the end, in words and by its kind. */
export type Answer =
  | { readonly kind: 'shown'; readonly callbackId: string; readonly words: string }
  /** No answer, or none in time: the person would try again. */
  | { readonly kind: 'trouble'; readonly error: string };

const waitMs = 20_000;
/** How long a person looks for a button, and at a form that says "loading", before they think of something else. */
const offerMs = 5000;
const formMs = 8000;
const reason = 'the vendor did not confirm the destination';

/** Channel messages that show this approval, by the value of their buttons. */
export async function cardsOf(stage: Stage, approvalId: string): Promise<readonly MessageState[]> {
  const row = await stage.row(approvalId);
  if (row === null) return [];
  const channel = stage.sandbox.slack.state().channels.find(({ id }) => id === organisation.channel.id);
  return (channel?.messages ?? []).filter(
    (message) =>
      message.threadTs === undefined &&
      message.ephemeralFor === undefined &&
      buttonsOf(message).some((button) => readButtonValue(button.value)?.id === row.id),
  );
}

type Button = { readonly actionId: string; readonly blockId: string; readonly value: string };

export function buttonsOf(message: { readonly blocks: MessageState['blocks'] }): readonly Button[] {
  return message.blocks.flatMap((block) => {
    const elements = Array.isArray(block['elements']) ? block['elements'] : [];
    return elements.flatMap((element): Button[] => {
      if (typeof element !== 'object' || element === null || Array.isArray(element)) return [];
      const { action_id: actionId, value } = element;
      const blockId = block['block_id'];
      return typeof actionId === 'string' && typeof value === 'string' && typeof blockId === 'string'
        ? [{ actionId, blockId, value }]
        : [];
    });
  });
}

export async function cardShows(
  stage: Stage,
  approvalId: string,
  what: string | RegExp,
  timeoutMs = waitMs,
): Promise<MessageState> {
  let shown: MessageState | undefined;
  await until(
    `the card says ${String(what)}`,
    async () => {
      shown = (await cardsOf(stage, approvalId)).at(-1);
      const text = JSON.stringify(shown ?? null);
      return typeof what === 'string' ? text.includes(what) : what.test(text);
    },
    timeoutMs,
  );
  if (shown === undefined) throw new Error('failed to find the card');
  return shown;
}

/** A click on a card that shows what was before is answered in private, and opens nothing. */
export async function cardIsCurrent(stage: Stage, approvalId: string): Promise<void> {
  await until(
    'the card shows what is there now',
    async () => {
      const row = await stage.row(approvalId);
      const card = (await cardsOf(stage, approvalId)).at(-1);
      const values = card === undefined ? [] : buttonsOf(card).map((button) => readButtonValue(button.value));
      return values.some((value) => value !== null && value.fp === row?.fingerprint);
    },
    waitMs,
  );
}

/** Presses a button of the card as soon as it is there; trouble is what the person sees instead of an answer. */
export async function press(
  stage: Stage,
  who: Who,
  approvalId: string,
  actionId: string,
): Promise<{ readonly trouble: string | null }> {
  const found = await offered(stage, approvalId, actionId);
  if (found === null) return { trouble: `the card does not offer ${actionId}` };
  const outcome = await stage.sandbox.slack.click({
    user: people[who].slackUser,
    channel: organisation.channel.id,
    ts: found.message.ts,
    blockId: found.button.blockId,
    actionId,
  });
  return { trouble: 'error' in outcome ? (outcome.error ?? null) : null };
}

type Offer = { readonly message: MessageState; readonly button: Button };

async function offered(stage: Stage, approvalId: string, actionId: string): Promise<Offer | null> {
  const deadlineAt = Date.now() + offerMs;
  for (;;) {
    for (const message of (await cardsOf(stage, approvalId)).toReversed()) {
      const button = buttonsOf(message).find((each) => each.actionId === actionId);
      if (button !== undefined) return { message, button };
    }
    if (Date.now() > deadlineAt) return null;
    await sleep(25);
  }
}

type Modal = { readonly id: string; readonly callbackId: string; readonly words: string };

function modalOf(stage: Stage, who: Who): Modal | null {
  const top = stage.sandbox.slack.state(people[who].slackUser).modals.at(-1);
  if (top === undefined) return null;
  const callbackId = top.view['callback_id'];
  return {
    id: top.id,
    callbackId: typeof callbackId === 'string' ? callbackId : '',
    words: `${JSON.stringify(top.view['title'])} ${JSON.stringify(top.view['blocks'])} ${JSON.stringify(top.errors)}`,
  };
}

/** The modal after the one that says "loading", unless the process behind it is gone. */
async function settledModal(stage: Stage, who: Who): Promise<Modal | { readonly trouble: string }> {
  const deadlineAt = Date.now() + formMs;
  for (;;) {
    const modal = modalOf(stage, who);
    if (modal !== null && modal.callbackId !== callbackIds.loading) return modal;
    if (Date.now() > deadlineAt) return { trouble: 'the form never came' };
    await sleep(10);
  }
}

export async function closeModals(stage: Stage, who: Who): Promise<void> {
  for (let modal = modalOf(stage, who); modal !== null; modal = modalOf(stage, who)) {
    await stage.sandbox.slack.modal({ user: people[who].slackUser, viewId: modal.id, action: 'close', all: true });
  }
}

/** Opens a form from the card. Trouble (the process is gone) is the person's to see, not the test's to fail on. */
export async function openForm(
  stage: Stage,
  who: Who,
  approvalId: string,
  actionId: string,
): Promise<Modal | { readonly trouble: string }> {
  await closeModals(stage, who);
  const { trouble } = await press(stage, who, approvalId, actionId);
  return trouble === null ? settledModal(stage, who) : { trouble };
}

export async function approve(stage: Stage, who: Who, approvalId: string): Promise<Answer> {
  const form = await openForm(stage, who, approvalId, actionIds.approve);
  if ('trouble' in form) return { kind: 'trouble', error: form.trouble };
  if (form.callbackId !== callbackIds.approve) return { kind: 'shown', callbackId: form.callbackId, words: form.words };
  return submit(stage, who, form.id, comparedIn(stage, who));
}

export async function reject(stage: Stage, who: Who, approvalId: string): Promise<Answer> {
  const form = await openForm(stage, who, approvalId, actionIds.reject);
  if ('trouble' in form) return { kind: 'trouble', error: form.trouble };
  if (form.callbackId !== callbackIds.reject) return { kind: 'shown', callbackId: form.callbackId, words: form.words };
  return submit(stage, who, form.id, {
    [inputIds.reasonCode.block]: { [inputIds.reasonCode.action]: 'destination' },
    [inputIds.reason.block]: { [inputIds.reason.action]: reason },
  });
}

type Filled = Record<string, Record<string, string | string[]>>;

/** A first payment asks for one more tick. */
export function comparedIn(stage: Stage, who: Who): Filled {
  const { block, action, value } = inputIds.compared;
  const asks = modalOf(stage, who)?.words.includes(`"block_id":"${block}"`) === true;
  return asks ? { [block]: { [action]: [value] } } : {};
}

async function submit(stage: Stage, who: Who, viewId: string, state: Filled): Promise<Answer> {
  const outcome = await stage.sandbox.slack.modal({
    user: people[who].slackUser,
    viewId,
    action: 'submit',
    state,
  });
  if (outcome.kind === 'client_errors') throw new Error(`the form is incomplete: ${JSON.stringify(outcome)}`);
  if (outcome.error !== undefined) return { kind: 'trouble', error: outcome.error };
  const after = modalOf(stage, who);
  return { kind: 'shown', callbackId: after?.callbackId ?? '', words: after?.words ?? '' };
}

/** Tries again after trouble, as a person does who saw "we had some trouble connecting", until nothing is left to do. */
export async function insist(attempt: () => Promise<Answer>, isOver: () => boolean): Promise<void> {
  for (;;) {
    if (isOver() || (await attempt()).kind === 'shown') return;
    await sleep(100);
  }
}
