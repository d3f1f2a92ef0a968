// conversations.*: channels and direct messages as the app may see them.
import { flagAt, textAt, type JsonObject } from '../json.ts';
import { changed, directChannel, isMember, type Channel, type Workspace } from '../workspace.ts';
import { failure, missingScope, ok, type Answer, type Context, type Method } from './method.ts';
import { page } from './paging.ts';

const READ_SCOPES = ['channels:read', 'groups:read', 'im:read', 'mpim:read'];

function readScope(channel: Channel): string {
  if (channel.kind === 'im') return 'im:read';
  return channel.is_private ? 'groups:read' : 'channels:read';
}

function channelPayload(workspace: Workspace, channel: Channel): JsonObject {
  const isIm = channel.kind === 'im';
  return {
    id: channel.id,
    created: 1_700_000_000,
    is_archived: channel.is_archived,
    is_im: isIm,
    is_org_shared: false,
    context_team_id: workspace.team.id,
    ...(isIm
      ? { user: channel.user ?? '', is_user_deleted: workspace.people.get(channel.user ?? '')?.deleted ?? false }
      : {
          name: channel.name,
          name_normalized: channel.name,
          is_channel: !channel.is_private,
          is_group: channel.is_private,
          is_mpim: false,
          is_private: channel.is_private,
          is_general: false,
          is_shared: channel.is_ext_shared,
          is_ext_shared: channel.is_ext_shared,
          is_pending_ext_shared: channel.is_pending_ext_shared,
          is_member: isMember(channel, workspace.options.botUserId),
          pending_shared: [],
          shared_team_ids: [workspace.team.id],
          creator: workspace.options.botUserId,
          topic: { value: '', creator: '', last_set: 0 },
          purpose: { value: '', creator: '', last_set: 0 },
        }),
  };
}

type Found = { kind: 'found'; channel: Channel } | { kind: 'refused'; answer: Answer };

/** A private channel without the app inside does not exist for the app. */
function visibleChannel(context: Context, args: JsonObject): Found {
  const { workspace } = context;
  const channel = workspace.channels.get(textAt(args, 'channel') ?? '');
  const isHidden = channel?.is_private === true && !isMember(channel, workspace.options.botUserId);
  if (channel === undefined || isHidden) return { kind: 'refused', answer: failure('channel_not_found') };
  const missing = missingScope(context, readScope(channel));
  return missing === undefined ? { kind: 'found', channel } : { kind: 'refused', answer: missing };
}

function info(context: Context, args: JsonObject): Answer {
  const found = visibleChannel(context, args);
  if (found.kind === 'refused') return found.answer;
  const count = flagAt(args, 'include_num_members') ? { num_members: found.channel.members.length } : {};
  return ok({ channel: { ...channelPayload(context.workspace, found.channel), ...count } });
}

function members(context: Context, args: JsonObject): Answer {
  const found = visibleChannel(context, args);
  if (found.kind === 'refused') return found.answer;
  const { items, next } = page(found.channel.members, args, 100);
  return ok({ members: items, response_metadata: { next_cursor: next } });
}

function typeOf(channel: Channel): string {
  if (channel.kind === 'im') return 'im';
  return channel.is_private ? 'private_channel' : 'public_channel';
}

function list(context: Context, args: JsonObject): Answer {
  const { workspace } = context;
  const types = (textAt(args, 'types') ?? 'public_channel').split(',').map((type) => type.trim());
  const visible = [...workspace.channels.values()].filter(
    (channel) =>
      types.includes(typeOf(channel)) &&
      workspace.scopes.has(readScope(channel)) &&
      (!channel.is_private || isMember(channel, workspace.options.botUserId)) &&
      !(flagAt(args, 'exclude_archived') && channel.is_archived),
  );
  const { items, next } = page(visible, args, 100);
  const channels = items.map((channel) => channelPayload(workspace, channel));
  return ok({ channels, response_metadata: { next_cursor: next } });
}

function open(context: Context, args: JsonObject): Answer {
  const { workspace } = context;
  const given = textAt(args, 'channel');
  if (given !== undefined) {
    const channel = workspace.channels.get(given);
    return channel?.kind === 'im' ? ok({ channel: { id: channel.id } }) : failure('channel_not_found');
  }
  const users = (textAt(args, 'users') ?? '').split(',').filter((id) => id !== '');
  if (users.length === 0) return failure('users_list_not_supplied');
  if (users.length > 8) return failure('too_many_users');
  // Group messages are not part of this workspace.
  if (users.length > 1) return failure('method_not_supported_for_channel_type');
  const person = workspace.people.get(users[0] ?? '');
  if (person === undefined) return failure('user_not_found');
  if (person.deleted) return failure('user_disabled');
  if (person.is_bot) return failure('cannot_dm_bot');
  const isNew = !workspace.channels.has(`D${person.id.slice(1)}`);
  const channel = directChannel(workspace, person.id);
  if (isNew) changed(workspace);
  const already = isNew ? {} : { no_op: true, already_open: true };
  const full = flagAt(args, 'return_im') ? channelPayload(workspace, channel) : { id: channel.id };
  return ok({ ...already, channel: full });
}

export const conversationMethods: Record<string, Method> = {
  'conversations.info': { tier: 3, scopes: READ_SCOPES, token: 'bot', run: info },
  'conversations.members': { tier: 4, scopes: READ_SCOPES, token: 'bot', run: members },
  'conversations.list': { tier: 2, scopes: READ_SCOPES, token: 'bot', run: list },
  'conversations.open': { tier: 3, scopes: ['im:write'], token: 'bot', run: open },
};
