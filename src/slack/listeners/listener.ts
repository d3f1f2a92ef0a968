// The frame around every listener: the payload is judged first, the answer comes in time, and a fault is said out loud.
import type { App } from '@slack/bolt';
import { faultWords, noteMessage, noteModal, stillWorkingModal } from '../answers.ts';
import { failureWord } from '../call.ts';
import { openDirect, postEphemeral, postMessage } from '../messages.ts';
import type { Room } from '../room.ts';
import type { Message, Modal } from '../views/blocks.ts';
import type { Workspace } from '../workspace.ts';
import {
  readActor,
  readClick,
  readCommand,
  readSubmission,
  type Actor,
  type Click,
  type Command,
  type Submission,
} from './payload.ts';

export type Ack = () => Promise<void>;

/** Slack waits three seconds for an answer; what takes longer says so. */
const answerWithinMs = 2300;

/** Null when the payload is not ours to act on, or nobody can tell right now whose it is. */
async function judge<T>(
  room: Room,
  body: unknown,
  read: (body: unknown, workspace: Workspace) => T | null,
): Promise<T | null> {
  const workspace = await room.workspace.read();
  if (workspace.kind !== 'ok') {
    room.ctx.log.warn({ error: failureWord(workspace) }, 'interaction refused: our workspace is not known');
    return null;
  }
  const found = read(body, workspace.value);
  if (found === null) room.ctx.log.warn('interaction refused: not from our app in our workspace');
  return found;
}

/** One owner per action id: Bolt runs every listener that matches, and a second answer is a fault. */
export function onClick(app: App, room: Room, actionId: string, act: (click: Click, ack: Ack) => Promise<void>): void {
  app.action({ type: 'block_actions', action_id: actionId }, async ({ ack, body }) => {
    const click = await judge(room, body, readClick);
    // Without an answer Slack shows the person that it failed, which is true.
    if (click === null) return;
    let isAnswered = false;
    const answer = async (): Promise<void> => {
      if (isAnswered) return;
      isAnswered = true;
      await ack();
    };
    try {
      await act(click, answer);
    } catch (error) {
      room.ctx.log.error({ err: error, actionId }, 'click failed');
      await tell(room, click, noteMessage(faultWords));
    }
  });
}

/**
 * Answers a form with what became of it. `act` commits first; if that takes longer than Slack waits, the form says
 * that nothing is confirmed, and shows the outcome when there is one.
 */
export function onSubmit(
  app: App,
  room: Room,
  callbackId: string,
  act: (submission: Submission) => Promise<Outcome>,
): void {
  app.view({ type: 'view_submission', callback_id: callbackId }, async ({ ack, body }) => {
    const outcome = settle(room, body, callbackId, act);
    const first = await within(outcome, answerWithinMs);
    if (first.kind === 'late') {
      await ack({ response_action: 'update', view: stillWorkingModal() });
      await showLate(room, body, await outcome);
    } else if (first.value === null) return;
    else if (first.value.errors !== undefined) await ack({ response_action: 'errors', errors: first.value.errors });
    else await ack({ response_action: 'update', view: first.value.modal });
    await (await outcome)?.after?.();
  });
}

export type Outcome =
  | { readonly modal: Modal; readonly after?: () => Promise<void>; readonly errors?: undefined }
  | { readonly errors: Record<string, string>; readonly after?: undefined; readonly modal?: undefined };

async function settle(
  room: Room,
  body: unknown,
  callbackId: string,
  act: (submission: Submission) => Promise<Outcome>,
): Promise<Outcome | null> {
  try {
    const submission = await judge(room, body, readSubmission);
    return submission === null ? null : await act(submission);
  } catch (error) {
    room.ctx.log.error({ err: error, callbackId }, 'submission failed');
    return { modal: noteModal('Not certain', faultWords) };
  }
}

async function showLate(room: Room, body: { view: { id: string } }, outcome: Outcome | null): Promise<void> {
  const words = Object.values(outcome?.errors ?? {}).join(' ');
  const view = outcome?.modal ?? noteModal('Not recorded', words === '' ? faultWords : words);
  await updateView(room, body.view.id, view);
}

export function onCommand(app: App, room: Room, name: string, act: (command: Command) => Promise<Message>): void {
  app.command(name, async ({ ack, body, respond }) => {
    const answer = answerCommand(room, body, act);
    const first = await within(answer, answerWithinMs);
    if (first.kind === 'done') {
      if (first.value !== null) await ack({ response_type: 'ephemeral', ...first.value });
      return;
    }
    await ack({ response_type: 'ephemeral', ...noteMessage('⏳ This takes longer than usual…') });
    const late = await answer;
    if (late !== null) await respond({ response_type: 'ephemeral', ...late });
  });
}

async function answerCommand(
  room: Room,
  body: unknown,
  act: (command: Command) => Promise<Message>,
): Promise<Message | null> {
  try {
    const command = await judge(room, body, readCommand);
    return command === null ? null : await act(command);
  } catch (error) {
    room.ctx.log.error({ err: error }, 'command failed');
    return noteMessage(faultWords);
  }
}

export function onShortcut(
  app: App,
  room: Room,
  callbackId: string,
  act: (actor: Actor, ack: Ack) => Promise<void>,
): void {
  app.shortcut({ type: 'shortcut', callback_id: callbackId }, async ({ ack, body }) => {
    const actor = await judge(room, body, readActor);
    if (actor !== null) await act(actor, async () => ack());
  });
}

/** Said to one person: beside the message that they clicked, or directly where there is none. */
export async function tell(room: Room, to: Pick<Click, 'userId' | 'place'>, message: Message): Promise<void> {
  if (to.place.kind === 'message') {
    const told = await postEphemeral(room.fast, { channel: to.place.channel, user: to.userId, message });
    if (told.kind === 'ok') return;
  }
  const opened = await openDirect(room.fast, to.userId);
  const told = opened.kind === 'ok' ? await postMessage(room.fast, { channel: opened.value, message }) : opened;
  if (told.kind !== 'ok') room.ctx.log.warn({ error: failureWord(told) }, 'answer not shown');
}

/** Best effort: whoever closed the form meanwhile does not need it. */
export async function updateView(room: Room, viewId: string, view: Modal): Promise<void> {
  const updated = await room.patient(async (client) => client.views.update({ view_id: viewId, view }));
  if (updated.kind !== 'ok') room.ctx.log.info({ error: failureWord(updated) }, 'form not updated');
}

/** The id of the form; null when it could not be opened, in which case the person was told so. */
export async function openView(
  room: Room,
  click: Actor & { place?: Click['place'] },
  view: Modal,
): Promise<string | null> {
  const { place = { kind: 'home' }, triggerId, userId } = click;
  const opened = await room.fast(async (client) =>
    // A form that led here is replaced, so that nothing outdated waits below to be sent.
    place.kind === 'modal'
      ? client.views.update({ view_id: place.viewId, view })
      : client.views.open({ trigger_id: triggerId, view }),
  );
  if (opened.kind === 'ok') return opened.value.view?.id ?? null;
  room.ctx.log.warn({ error: failureWord(opened) }, 'form not opened');
  const words = '⚠️ Slack did not open the form in time. Nothing was recorded. Please click again.';
  await tell(room, { userId, place }, noteMessage(words));
  return null;
}

type Timed<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'late' };

async function within<T>(work: Promise<T>, ms: number): Promise<Timed<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Timed<T>>((resolve) => {
    timer = setTimeout(resolve, ms, { kind: 'late' });
  });
  try {
    return await Promise.race([work.then((value): Timed<T> => ({ kind: 'done', value })), late]);
  } finally {
    clearTimeout(timer);
  }
}
