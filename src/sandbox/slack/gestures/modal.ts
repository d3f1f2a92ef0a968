// A person works in a modal or in their Home: fills it in, uses its elements, submits it, closes it.
import { findElement } from '../elements.ts';
import { clientErrors, fillIn } from '../form.ts';
import { textAt, type Json, type JsonObject } from '../json.ts';
import { viewActions, viewClosed, viewSubmission } from '../payloads.ts';
import { blocksOf, findView, stackOf } from '../views.ts';
import { changed, type View } from '../workspace.ts';
import { useElement } from './action.ts';
import { absence, ask, impossible, outcomeOf, type Desk, type Outcome } from './outcome.ts';
import { applyResponse } from './submission.ts';

export type ModalGesture = {
  user: string;
  viewId: string;
  action: 'submit' | 'close' | 'click' | 'fill';
  /** Values to enter first, by block_id and action_id: bare values or Slack's own state objects. */
  state?: JsonObject | undefined;
  blockId?: string | undefined;
  actionId?: string | undefined;
  value?: Json | undefined;
  selected?: Json | undefined;
  /** With `close`: the whole stack, as the cross at the top does when there is no way back. */
  all?: boolean | undefined;
};

function ownView(desk: Desk, given: ModalGesture): View | string {
  const { workspace } = desk.context;
  const absent = absence(desk, given.user);
  if (absent !== undefined) return absent;
  const view = findView(workspace, given.viewId);
  if (view === undefined || view.user !== given.user) return `${given.user} has no open view ${given.viewId}`;
  const isHidden = view.type === 'modal' && stackOf(workspace, given.user).at(-1) !== view;
  return isHidden ? `view ${given.viewId} is covered by another` : view;
}

async function submit(desk: Desk, view: View): Promise<Outcome> {
  const { workspace, triggers } = desk.context;
  if (view.type !== 'modal' || typeof view.content['submit'] !== 'object' || view.content['submit'] === null) {
    return impossible(`view ${view.id} has no submit button`);
  }
  const errors = clientErrors(blocksOf(view), view.values);
  if (Object.keys(errors).length > 0) {
    view.errors = errors;
    changed(workspace);
    return { kind: 'client_errors', status: 0, ackMs: 0, response: null, clientErrors: errors };
  }
  view.errors = {};
  const payload = viewSubmission(workspace, view, triggers.issue(view.user));
  const what = `submit ${textAt(view.content, 'callback_id') ?? view.id}`;
  const ack = await ask(desk, { user: view.user, what, type: 'interactive', payload });
  if (ack.error !== undefined) return outcomeOf(ack);
  const fault = applyResponse(desk, view, ack.body);
  return outcomeOf(fault === undefined ? ack : { ...ack, error: fault });
}

async function use(desk: Desk, view: View, given: ModalGesture): Promise<Outcome> {
  const { workspace, triggers } = desk.context;
  const placed = findElement(blocksOf(view), given.actionId ?? '', given.blockId);
  if (placed === undefined) {
    return impossible(`view ${view.id} has no element ${given.blockId ?? '*'}/${given.actionId ?? ''}`);
  }
  const used = useElement(workspace, placed, given);
  if (used.kind === 'refused') return impossible(used.reason);
  if (used.state !== undefined) {
    view.values = {
      ...view.values,
      [placed.blockId]: { ...view.values[placed.blockId], [placed.actionId]: used.state },
    };
    changed(workspace);
  }
  if (placed.block['type'] === 'input' && placed.block['dispatch_action'] !== true) {
    return { kind: 'delivered', status: 200, ackMs: 0, response: null };
  }
  const interaction = { userId: view.user, triggerId: triggers.issue(view.user), actions: [used.action] };
  const payload = viewActions(workspace, interaction, view);
  const ack = await ask(desk, { user: view.user, what: `click ${placed.actionId}`, type: 'interactive', payload });
  return outcomeOf(ack);
}

async function close(desk: Desk, view: View, all: boolean): Promise<Outcome> {
  const { workspace } = desk.context;
  if (view.type !== 'modal') return impossible('Home cannot be closed');
  const stack = stackOf(workspace, view.user);
  const isCleared = all || view.content['clear_on_close'] === true;
  const closed = isCleared ? stack.splice(0).toReversed() : stack.splice(stack.indexOf(view), 1);
  changed(workspace);
  let outcome: Outcome = { kind: 'delivered', status: 200, ackMs: 0, response: null };
  for (const gone of closed) {
    if (gone.content['notify_on_close'] !== true) continue;
    const payload = viewClosed(workspace, gone, isCleared);
    const ack = await ask(desk, { user: view.user, what: `close ${gone.id}`, type: 'interactive', payload });
    outcome = outcomeOf(ack);
  }
  return outcome;
}

export async function useModal(desk: Desk, given: ModalGesture): Promise<Outcome> {
  const view = ownView(desk, given);
  if (typeof view === 'string') return impossible(view);
  if (given.state !== undefined) {
    const filled = fillIn(blocksOf(view), view.values, given.state);
    if (filled.kind === 'refused') return impossible(filled.reason);
    view.values = filled.values;
    changed(desk.context.workspace);
  }
  switch (given.action) {
    case 'fill':
      return { kind: 'delivered', status: 200, ackMs: 0, response: null };
    case 'submit':
      return submit(desk, view);
    case 'click':
      return use(desk, view, given);
    case 'close':
      return close(desk, view, given.all === true);
  }
}
