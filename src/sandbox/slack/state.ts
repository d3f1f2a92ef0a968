// What the page and the tests read: the workspace as one person sees it, or as a whole.
import { repliesOf } from './messages.ts';
import { personPayload } from './methods/people.ts';
import { viewPayload } from './views.ts';
import type { JsonObject } from './json.ts';
import {
  isMember,
  type Call,
  type Channel,
  type Message,
  type Trouble,
  type View,
  type Violation,
  type Workspace,
} from './workspace.ts';

export type MessageState = {
  ts: string;
  user: string;
  text: string;
  blocks: JsonObject[];
  attachments: JsonObject[];
  metadata?: JsonObject;
  threadTs?: string;
  broadcast: boolean;
  replyCount: number;
  edited: boolean;
  /** How often the app has updated it. */
  updates: number;
  ephemeralFor?: string;
  tombstone: boolean;
};

type ChannelState = {
  id: string;
  name: string;
  members: string[];
  is_private: boolean;
  is_archived: boolean;
  is_ext_shared: boolean;
  messages: MessageState[];
};

type ViewState = {
  id: string;
  user: string;
  type: 'modal' | 'home';
  hash: string;
  errors: Record<string, string>;
  values: View['values'];
  /** The view as the app and the payloads know it. */
  view: JsonObject;
};

export type SlackState = {
  revision: number;
  team: { id: string; name: string; domain: string };
  botUserId: string;
  users: JsonObject[];
  channels: ChannelState[];
  ims: { id: string; user: string; messages: MessageState[] }[];
  home: ViewState | null;
  /** From the bottom of the stack to the top. */
  modals: ViewState[];
  calls: Call[];
  violations: Violation[];
  advice: Violation[];
  troubles: Trouble[];
};

const RECENT_CALLS = 100;

function messageState(workspace: Workspace, message: Message): MessageState {
  return {
    ts: message.ts,
    user: message.user,
    text: message.text,
    blocks: message.blocks,
    attachments: message.attachments,
    ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
    ...(message.threadTs === undefined ? {} : { threadTs: message.threadTs }),
    broadcast: message.broadcast ?? false,
    replyCount: repliesOf(workspace, message).length,
    edited: message.edited !== undefined,
    updates: message.updates,
    ...(message.ephemeralFor === undefined ? {} : { ephemeralFor: message.ephemeralFor }),
    tombstone: message.tombstone ?? false,
  };
}

function messagesOf(workspace: Workspace, channel: Channel, as: string | undefined): MessageState[] {
  return workspace.messages
    .filter((message) => message.channel === channel.id)
    .filter((message) => as === undefined || message.ephemeralFor === undefined || message.ephemeralFor === as)
    .map((message) => messageState(workspace, message));
}

function viewState(workspace: Workspace, view: View): ViewState {
  const { id, user, type, hash, errors, values } = view;
  return { id, user, type, hash, errors, values, view: viewPayload(workspace, view) };
}

/** Without `as`: everything, every direct message and every modal. */
export function stateOf(workspace: Workspace, as: string | undefined): SlackState {
  const visible = [...workspace.channels.values()].filter((channel) => as === undefined || isMember(channel, as));
  const stacks = as === undefined ? [...workspace.stacks.values()].flat() : (workspace.stacks.get(as) ?? []);
  const home = as === undefined ? undefined : workspace.homes.get(as);
  // A copy: what a caller keeps must not change under it, nor be changed by it.
  return structuredClone({
    revision: workspace.revision,
    team: workspace.team,
    botUserId: workspace.options.botUserId,
    users: [...workspace.people.values()].map((person) => personPayload(workspace, person)),
    channels: visible
      .filter((channel) => channel.kind === 'channel')
      .map((channel) => ({
        id: channel.id,
        name: channel.name,
        members: channel.members,
        is_private: channel.is_private,
        is_archived: channel.is_archived,
        is_ext_shared: channel.is_ext_shared,
        messages: messagesOf(workspace, channel, as),
      })),
    ims: visible
      .filter((channel) => channel.kind === 'im')
      .map((channel) => ({
        id: channel.id,
        user: channel.user ?? '',
        messages: messagesOf(workspace, channel, as),
      })),
    home: home === undefined ? null : viewState(workspace, home),
    modals: stacks.map((view) => viewState(workspace, view)),
    calls: workspace.calls.slice(-RECENT_CALLS),
    violations: workspace.violations,
    advice: workspace.advice,
    troubles: workspace.troubles,
  });
}
