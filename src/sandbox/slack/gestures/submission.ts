// The app's answer to a view_submission: errors, update, push, clear, or nothing (the view closes).
// https://docs.slack.dev/surfaces/modals#updating_response
import { isObject, objectAt, textAt, type Json, type JsonObject } from '../json.ts';
import { checkView, LIMITS } from '../limits/check.ts';
import { sentence } from '../limits/problems.ts';
import { blocksOf, createView, replaceContent, stackOf } from '../views.ts';
import { changed, recordTrouble, recordViolation, type View } from '../workspace.ts';
import type { Desk } from './outcome.ts';

/** The person sees "We had some trouble connecting" and the modal stays. */
function refuse(desk: Desk, view: View, code: string, messages: string[]): string {
  const { workspace } = desk.context;
  recordViolation(workspace, 'view_submission', code, messages);
  recordTrouble(workspace, view.user, 'submit', code);
  return code;
}

function showErrors(desk: Desk, view: View, errors: JsonObject | undefined): string | undefined {
  const inputs = new Set(
    blocksOf(view)
      .filter((block) => block['type'] === 'input')
      .map((block) => block['block_id']),
  );
  const shown: Record<string, string> = {};
  const wrong: string[] = [];
  for (const [blockId, words] of Object.entries(errors ?? {})) {
    if (inputs.has(blockId) && typeof words === 'string' && words !== '') shown[blockId] = words;
    else wrong.push(`no input block ${blockId}, or no words for it`);
  }
  if (wrong.length > 0 || Object.keys(shown).length === 0) return refuse(desk, view, 'invalid_errors', wrong);
  view.errors = shown;
  changed(desk.context.workspace);
  return undefined;
}

function show(desk: Desk, view: View, content: JsonObject | undefined, how: 'update' | 'push'): string | undefined {
  const { workspace } = desk.context;
  const verdict = checkView(content ?? null, 'modal');
  if (verdict.error !== undefined || content === undefined) {
    return refuse(desk, view, verdict.error ?? 'invalid_arguments', verdict.problems.map(sentence));
  }
  if (how === 'update') {
    replaceContent(workspace, view, content);
    return undefined;
  }
  const stack = stackOf(workspace, view.user);
  if (stack.length >= LIMITS.modalStack) return refuse(desk, view, 'push_limit_reached', []);
  stack.push(createView(workspace, view.user, content, view));
  changed(workspace);
  return undefined;
}

function closeView(desk: Desk, view: View): void {
  const stack = stackOf(desk.context.workspace, view.user);
  const index = stack.indexOf(view);
  if (index >= 0) stack.splice(index, 1);
  changed(desk.context.workspace);
}

export function applyResponse(desk: Desk, view: View, body: Json): string | undefined {
  if (body === null || body === '') {
    closeView(desk, view);
    return undefined;
  }
  if (!isObject(body))
    return refuse(desk, view, 'invalid_response', [`not an object: ${JSON.stringify(body).slice(0, 200)}`]);
  const action = textAt(body, 'response_action');
  switch (action) {
    case undefined:
      closeView(desk, view);
      return undefined;
    case 'errors':
      return showErrors(desk, view, objectAt(body, 'errors'));
    case 'update':
    case 'push':
      return show(desk, view, objectAt(body, 'view'), action);
    case 'clear':
      stackOf(desk.context.workspace, view.user).length = 0;
      changed(desk.context.workspace);
      return undefined;
    default:
      return refuse(desk, view, 'invalid_response', [`unknown response_action ${action}`]);
  }
}
