// Messages of a workspace: finding, naming, removing, and their shape in Slack's answers.
import { isObject, objectsAt, type Json, type JsonObject } from './json.ts';
import { changed, randomId, type Message, type Workspace } from './workspace.ts';

export function findMessage(workspace: Workspace, channel: string, ts: string): Message | undefined {
  return workspace.messages.find((message) => message.channel === channel && message.ts === ts);
}

export function repliesOf(workspace: Workspace, parent: Message): Message[] {
  return workspace.messages.filter(
    (message) =>
      message.channel === parent.channel && message.threadTs === parent.ts && message.ephemeralFor === undefined,
  );
}

/** A message with replies leaves a tombstone; one without disappears. */
export function removeMessage(workspace: Workspace, message: Message): void {
  if (repliesOf(workspace, message).length > 0) {
    Object.assign(message, {
      tombstone: true,
      user: 'USLACKBOT',
      text: 'This message was deleted.',
      blocks: [],
      attachments: [],
    });
  } else {
    workspace.messages.splice(workspace.messages.indexOf(message), 1);
  }
  changed(workspace);
}

function withActionId(element: Json): Json {
  if (!isObject(element) || element['type'] === 'image') return element;
  return { ...element, action_id: element['action_id'] || randomId('') };
}

const WITHOUT_ACTIONS = new Set<Json | undefined>(['context', 'rich_text']);

/** Slack names every block and element that the app left unnamed, and keeps everything else as given. */
export function withIds(blocks: JsonObject[]): JsonObject[] {
  return blocks.map((block) => {
    const named: JsonObject = { ...block, block_id: block['block_id'] || randomId('') };
    if (WITHOUT_ACTIONS.has(block['type'])) return named;
    for (const key of ['accessory', 'element']) {
      const element = named[key];
      if (element !== undefined) named[key] = withActionId(element);
    }
    for (const key of ['elements', 'actions']) {
      const elements = named[key];
      if (Array.isArray(elements)) named[key] = elements.map(withActionId);
    }
    if (Array.isArray(named['child_blocks'])) named['child_blocks'] = withIds(objectsAt(named, 'child_blocks'));
    return named;
  });
}

/** The message object of Web API answers and interaction payloads. */
export function messagePayload(workspace: Workspace, message: Message): JsonObject {
  return {
    type: 'message',
    ...(message.tombstone === true
      ? { subtype: 'tombstone', hidden: true }
      : { bot_id: workspace.botId, app_id: workspace.options.appId }),
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: workspace.team.id,
    blocks: message.blocks,
    ...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(message.edited === undefined ? {} : { edited: message.edited }),
    ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
  };
}
