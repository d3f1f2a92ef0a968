// Views of a workspace: the stack of modals each person has open, and their Home.
import { isObject, objectsAt, textAt, type JsonObject } from './json.ts';
import { valuesFor } from './form.ts';
import { withIds } from './messages.ts';
import { changed, now, randomId, type View, type Workspace } from './workspace.ts';

export function blocksOf(view: View): JsonObject[] {
  return objectsAt(view.content, 'blocks');
}

function freshHash(workspace: Workspace): string {
  return `${Math.floor(now(workspace) / 1_000)}.${randomId('').toLowerCase()}`;
}

function named(content: JsonObject): JsonObject {
  return { ...content, blocks: withIds(objectsAt(content, 'blocks')) };
}

export function stackOf(workspace: Workspace, user: string): View[] {
  const stack = workspace.stacks.get(user) ?? [];
  workspace.stacks.set(user, stack);
  return stack;
}

export function createView(workspace: Workspace, user: string, content: JsonObject, previous: View | undefined): View {
  const id = randomId('V');
  const withNames = named(content);
  return {
    id,
    type: content['type'] === 'home' ? 'home' : 'modal',
    user,
    content: withNames,
    values: valuesFor(objectsAt(withNames, 'blocks'), {}),
    errors: {},
    hash: freshHash(workspace),
    rootId: previous?.rootId ?? id,
    previousId: previous?.id ?? null,
  };
}

/** The same view with new content; what was typed stays where the same element is still there. */
export function replaceContent(workspace: Workspace, view: View, content: JsonObject): void {
  view.content = named(content);
  view.values = valuesFor(blocksOf(view), view.values);
  view.errors = {};
  view.hash = freshHash(workspace);
  changed(workspace);
}

export function openViews(workspace: Workspace): View[] {
  return [...workspace.homes.values(), ...[...workspace.stacks.values()].flat()];
}

export function findView(workspace: Workspace, id: string): View | undefined {
  return openViews(workspace).find((view) => view.id === id);
}

export function viewPayload(workspace: Workspace, view: View): JsonObject {
  const { content } = view;
  return {
    id: view.id,
    team_id: workspace.team.id,
    type: view.type,
    blocks: blocksOf(view),
    private_metadata: textAt(content, 'private_metadata') ?? '',
    callback_id: textAt(content, 'callback_id') ?? '',
    state: { values: view.values },
    hash: view.hash,
    title: isObject(content['title']) ? content['title'] : null,
    clear_on_close: content['clear_on_close'] === true,
    notify_on_close: content['notify_on_close'] === true,
    close: isObject(content['close']) ? content['close'] : null,
    submit: isObject(content['submit']) ? content['submit'] : null,
    previous_view_id: view.previousId,
    root_view_id: view.rootId,
    app_id: workspace.options.appId,
    external_id: textAt(content, 'external_id') ?? '',
    app_installed_team_id: workspace.team.id,
    bot_id: workspace.botId,
  };
}
