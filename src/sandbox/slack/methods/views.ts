// views.*: modals by trigger id, and the Home of one person.
import { isObject, textAt, type JsonObject } from '../json.ts';
import { checkView, LIMITS } from '../limits/check.ts';
import { createView, findView, openViews, replaceContent, stackOf, viewPayload } from '../views.ts';
import { changed, type View } from '../workspace.ts';
import { contentFailure, failure, invalidArguments, ok, type Answer, type Context, type Method } from './method.ts';

type Reading = { kind: 'view'; content: JsonObject } | { kind: 'refused'; answer: Answer };

function readView(context: Context, where: string, args: JsonObject, surface: 'modal' | 'home', self?: View): Reading {
  const { view } = args;
  if (view === undefined) {
    return { kind: 'refused', answer: invalidArguments('[ERROR] missing required field: view') };
  }
  const verdict = checkView(view, surface);
  if (verdict.error !== undefined || !isObject(view)) {
    const error = verdict.error ?? 'invalid_arguments';
    return { kind: 'refused', answer: contentFailure(context, where, error, verdict.problems) };
  }
  const externalId = textAt(view, 'external_id');
  const isTaken =
    externalId !== undefined &&
    externalId !== '' &&
    openViews(context.workspace).some((other) => other.id !== self?.id && other.content['external_id'] === externalId);
  if (isTaken) return { kind: 'refused', answer: contentFailure(context, where, 'duplicate_external_id') };
  return { kind: 'view', content: view };
}

function triggerFailure(error: string): Answer {
  return error === 'invalid_trigger_id' ? invalidArguments('[ERROR] invalid `trigger_id`') : failure(error);
}

function open(context: Context, args: JsonObject): Answer {
  const { workspace, triggers } = context;
  const reading = readView(context, 'views.open', args, 'modal');
  if (reading.kind === 'refused') return reading.answer;
  const exchange = triggers.exchange(textAt(args, 'trigger_id') ?? '');
  if (exchange.kind === 'refused') return triggerFailure(exchange.error);
  const view = createView(workspace, exchange.user, reading.content, undefined);
  workspace.stacks.set(exchange.user, [view]);
  changed(workspace);
  return ok({ view: viewPayload(workspace, view) });
}

function push(context: Context, args: JsonObject): Answer {
  const { workspace, triggers } = context;
  const reading = readView(context, 'views.push', args, 'modal');
  if (reading.kind === 'refused') return reading.answer;
  const trigger = textAt(args, 'trigger_id') ?? '';
  const look = triggers.look(trigger);
  if (look.kind === 'refused') return triggerFailure(look.error);
  const stack = stackOf(workspace, look.user);
  const top = stack.at(-1);
  if (top === undefined) return failure('not_found');
  if (stack.length >= LIMITS.modalStack) return contentFailure(context, 'views.push', 'push_limit_reached');
  triggers.exchange(trigger);
  const view = createView(workspace, look.user, reading.content, top);
  stack.push(view);
  changed(workspace);
  return ok({ view: viewPayload(workspace, view) });
}

function update(context: Context, args: JsonObject): Answer {
  const { workspace } = context;
  const viewId = textAt(args, 'view_id');
  const externalId = textAt(args, 'external_id');
  if (viewId !== undefined && externalId !== undefined) {
    return invalidArguments('[ERROR] Cannot provide both `view_id` and `external_id`');
  }
  const view =
    viewId === undefined
      ? openViews(workspace).find((other) => externalId !== undefined && other.content['external_id'] === externalId)
      : findView(workspace, viewId);
  if (view === undefined) return failure('not_found');
  const reading = readView(context, 'views.update', args, view.type, view);
  if (reading.kind === 'refused') return reading.answer;
  const hash = textAt(args, 'hash');
  if (hash !== undefined && hash !== view.hash) return failure('hash_conflict');
  replaceContent(workspace, view, reading.content);
  return ok({ view: viewPayload(workspace, view) });
}

function publish(context: Context, args: JsonObject): Answer {
  const { workspace } = context;
  const user = textAt(args, 'user_id') ?? '';
  if (!workspace.people.has(user)) return invalidArguments('[ERROR] invalid `user_id`');
  const current = workspace.homes.get(user);
  const reading = readView(context, 'views.publish', args, 'home', current);
  if (reading.kind === 'refused') return reading.answer;
  const hash = textAt(args, 'hash');
  if (hash !== undefined && hash !== current?.hash) return failure('hash_conflict');
  const view = current ?? createView(workspace, user, reading.content, undefined);
  if (current === undefined) workspace.homes.set(user, view);
  replaceContent(workspace, view, reading.content);
  return ok({ view: viewPayload(workspace, view) });
}

export const viewMethods: Record<string, Method> = {
  'views.open': { tier: 4, scopes: [], token: 'bot', run: open },
  'views.push': { tier: 4, scopes: [], token: 'bot', run: push },
  'views.update': { tier: 4, scopes: [], token: 'bot', run: update },
  'views.publish': { tier: 4, scopes: [], token: 'bot', run: publish },
};
