// chat.*: posting, updating and deleting the app's own messages.
import { textAt, flagAt, type JsonObject } from '../json.ts';
import { findMessage, messagePayload, removeMessage, repliesOf } from '../messages.ts';
import {
  changed,
  directChannel,
  isMember,
  nextTs,
  recordAdvice,
  type Channel,
  type Message,
  type Workspace,
} from '../workspace.ts';
import { readContent, type Content } from './content.ts';
import { contentFailure, failure, ok, type Answer, type Context, type Method } from './method.ts';

/** A user id stands for the direct message with that person, where posting is concerned. */
function postingChannel(workspace: Workspace, id: string): Channel | undefined {
  const person = workspace.people.get(id);
  if (person !== undefined) return person.deleted || person.is_bot ? undefined : directChannel(workspace, id);
  return workspace.channels.get(id);
}

function postingFault(workspace: Workspace, channel: Channel | undefined): Answer | undefined {
  if (channel === undefined) return failure('channel_not_found');
  const isInside = isMember(channel, workspace.options.botUserId);
  if (!isInside) return failure(channel.is_private ? 'channel_not_found' : 'not_in_channel');
  return channel.is_archived ? failure('is_archived') : undefined;
}

/** The parent of a thread; a reply's own ts leads to its parent. A parent that is gone leaves the reply un-threaded. */
function threadParent(
  context: Context,
  where: string,
  channel: Channel,
  threadTs: string | undefined,
): Message | undefined {
  if (threadTs === undefined || threadTs === '') return undefined;
  const found = findMessage(context.workspace, channel.id, threadTs);
  if (found === undefined) {
    // Observed on the live API: https://github.com/slack-go/slack/issues/1571
    recordAdvice(
      context.workspace,
      where,
      'unthreaded',
      `no message ${threadTs}: the reply became a message of its own`,
    );
    return undefined;
  }
  if (found.threadTs === undefined) return found;
  recordAdvice(context.workspace, where, 'reply_as_thread', `${threadTs} is a reply; use its parent`);
  return findMessage(context.workspace, channel.id, found.threadTs);
}

function store(workspace: Workspace, channel: Channel, content: Content, extra: Partial<Message>): Message {
  const message: Message = {
    ts: nextTs(workspace),
    channel: channel.id,
    user: workspace.options.botUserId,
    text: content.text ?? '',
    blocks: content.blocks ?? [],
    attachments: content.attachments ?? [],
    updates: 0,
    ...(content.metadata === undefined ? {} : { metadata: content.metadata }),
    ...extra,
  };
  workspace.messages.push(message);
  changed(workspace);
  return message;
}

function postMessage(context: Context, args: JsonObject): Answer {
  const { workspace } = context;
  const channel = postingChannel(workspace, textAt(args, 'channel') ?? '');
  const fault = postingFault(workspace, channel);
  if (fault !== undefined || channel === undefined) return fault ?? failure('channel_not_found');
  const reading = readContent(context, 'chat.postMessage', args, 'post');
  if (reading.kind === 'refused') return reading.answer;
  const parent = threadParent(context, 'chat.postMessage', channel, textAt(args, 'thread_ts'));
  const message = store(workspace, channel, reading.content, {
    ...(parent === undefined ? {} : { threadTs: parent.ts }),
    ...(parent !== undefined && flagAt(args, 'reply_broadcast') ? { broadcast: true } : {}),
  });
  const { warning } = reading.content;
  return ok({
    channel: channel.id,
    ts: message.ts,
    message: messagePayload(workspace, message),
    ...(warning === undefined ? {} : { warning, response_metadata: { warnings: [warning] } }),
  });
}

function hasRichText(blocks: JsonObject[]): boolean {
  return blocks.some((block) => block['type'] === 'rich_text');
}

/** With blocks: they replace. With text alone: blocks go. With neither part named, the old one stays. */
export function applyUpdate(workspace: Workspace, message: Message, content: Content): void {
  message.blocks = content.blocks ?? (content.text === undefined ? message.blocks : []);
  message.text = content.text ?? message.text;
  message.attachments = content.attachments ?? message.attachments;
  if (content.metadata !== undefined) message.metadata = content.metadata;
  message.edited = { user: workspace.options.botUserId, ts: nextTs(workspace) };
  message.updates += 1;
  changed(workspace);
}

/** Slack advises a new block_id for every version of a message: clients may keep a stale state under the old one. */
function adviseNewIds(workspace: Workspace, message: Message, blocks: JsonObject[] | undefined): void {
  const before = new Map(message.blocks.map((block) => [block['block_id'], JSON.stringify(block)]));
  const reused = (blocks ?? []).filter((block) => {
    const old = before.get(block['block_id']);
    return old !== undefined && old !== JSON.stringify(block);
  });
  if (reused.length === 0) return;
  const ids = reused.map((block) => textAt(block, 'block_id')).join(', ');
  recordAdvice(workspace, 'chat.update', 'reused_block_id', `changed blocks kept their block_id: ${ids}`);
}

function update(context: Context, args: JsonObject): Answer {
  const { workspace } = context;
  const channel = workspace.channels.get(textAt(args, 'channel') ?? '');
  if (channel === undefined) return failure('channel_not_found');
  if (channel.is_archived) return failure('is_inactive');
  const message = findMessage(workspace, channel.id, textAt(args, 'ts') ?? '');
  if (message === undefined || message.ephemeralFor !== undefined) return failure('message_not_found');
  if (message.user !== workspace.options.botUserId) return failure('cant_update_message');
  const reading = readContent(context, 'chat.update', args, 'update');
  if (reading.kind === 'refused') return reading.answer;
  const { blocks } = reading.content;
  if (blocks !== undefined && hasRichText(message.blocks) && !hasRichText(blocks)) {
    return contentFailure(context, 'chat.update', 'block_mismatch');
  }
  adviseNewIds(workspace, message, blocks);
  applyUpdate(workspace, message, reading.content);
  return ok({
    channel: channel.id,
    ts: message.ts,
    text: message.text,
    message: messagePayload(workspace, message),
  });
}

function remove(context: Context, args: JsonObject): Answer {
  const { workspace } = context;
  const channel = workspace.channels.get(textAt(args, 'channel') ?? '');
  if (channel === undefined) return failure('channel_not_found');
  const message = findMessage(workspace, channel.id, textAt(args, 'ts') ?? '');
  if (message === undefined || message.ephemeralFor !== undefined) return failure('message_not_found');
  if (message.user !== workspace.options.botUserId) return failure('cant_delete_message');
  removeMessage(workspace, message);
  return ok({ channel: channel.id, ts: message.ts });
}

function postEphemeral(context: Context, args: JsonObject): Answer {
  const { workspace } = context;
  const where = 'chat.postEphemeral';
  const channel = workspace.channels.get(textAt(args, 'channel') ?? '');
  const fault = postingFault(workspace, channel);
  if (fault !== undefined || channel === undefined) return fault ?? failure('channel_not_found');
  const user = textAt(args, 'user') ?? '';
  if (!workspace.people.has(user) || !isMember(channel, user)) return failure('user_not_in_channel');
  const reading = readContent(context, where, args, 'ephemeral');
  if (reading.kind === 'refused') return reading.answer;
  const parent = threadParent(context, where, channel, textAt(args, 'thread_ts'));
  if (parent !== undefined && repliesOf(workspace, parent).length === 0) {
    // Slack accepts it, and nobody ever sees it.
    recordAdvice(
      workspace,
      where,
      'not_shown',
      `no reply under ${parent.ts} yet: an ephemeral reply there stays invisible`,
    );
    return ok({ message_ts: nextTs(workspace) });
  }
  const message = store(workspace, channel, reading.content, {
    ephemeralFor: user,
    ...(parent === undefined ? {} : { threadTs: parent.ts }),
  });
  return ok({ message_ts: message.ts });
}

function getPermalink(context: Context, args: JsonObject): Answer {
  const { workspace } = context;
  const channel = workspace.channels.get(textAt(args, 'channel') ?? '');
  if (channel === undefined) return failure('channel_not_found');
  const message = findMessage(workspace, channel.id, textAt(args, 'message_ts') ?? '');
  if (message === undefined || message.ephemeralFor !== undefined) return failure('message_not_found');
  const thread = message.threadTs === undefined ? '' : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
  const base = `https://${workspace.team.domain}.slack.com/archives/${channel.id}`;
  return ok({ channel: channel.id, permalink: `${base}/p${message.ts.replace('.', '')}${thread}` });
}

export const chatMethods: Record<string, Method> = {
  'chat.postMessage': { tier: 'post', scopes: ['chat:write'], token: 'bot', run: postMessage },
  'chat.update': { tier: 3, scopes: ['chat:write'], token: 'bot', run: update },
  'chat.delete': { tier: 3, scopes: ['chat:write'], token: 'bot', run: remove },
  'chat.postEphemeral': { tier: 4, scopes: ['chat:write'], token: 'bot', run: postEphemeral },
  'chat.getPermalink': { tier: 'special', scopes: [], token: 'bot', run: getPermalink },
};
