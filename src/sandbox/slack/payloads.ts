// The payloads of interactions, commands and events, in the shapes Slack sends.
import { messagePayload } from './messages.ts';
import { blocksOf, viewPayload } from './views.ts';
import { valuesFor } from './form.ts';
import type { JsonObject } from './json.ts';
import {
  nextTs,
  now,
  randomId,
  type Channel,
  type FormValues,
  type Message,
  type View,
  type Workspace,
} from './workspace.ts';

/** Of the days before signatures; apps must not rely on it. */
const VERIFICATION_TOKEN = 'sandbox-verification-token';

function team(workspace: Workspace): JsonObject {
  return { id: workspace.team.id, domain: workspace.team.domain };
}

function user(workspace: Workspace, id: string): JsonObject {
  const person = workspace.people.get(id);
  const name = person?.name ?? id.toLowerCase();
  return { id, username: name, name, team_id: person?.team_id ?? workspace.team.id };
}

function common(workspace: Workspace, userId: string): JsonObject {
  return {
    user: user(workspace, userId),
    api_app_id: workspace.options.appId,
    token: VERIFICATION_TOKEN,
    team: team(workspace),
    enterprise: null,
    is_enterprise_install: false,
  };
}

function channelName(channel: Channel): string {
  if (channel.kind === 'im') return 'directmessage';
  return channel.is_private ? 'privategroup' : channel.name;
}

export type Interaction = { userId: string; triggerId: string; actions: JsonObject[] };

export function messageActions(
  workspace: Workspace,
  interaction: Interaction,
  source: { channel: Channel; message: Message; values: FormValues; responseUrl: string },
): JsonObject {
  const { channel, message } = source;
  const isEphemeral = message.ephemeralFor !== undefined;
  const values = valuesFor(message.blocks, source.values);
  return {
    type: 'block_actions',
    ...common(workspace, interaction.userId),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: isEphemeral,
      ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    },
    trigger_id: interaction.triggerId,
    channel: { id: channel.id, name: channelName(channel) },
    ...(isEphemeral ? {} : { message: messagePayload(workspace, message) }),
    ...(Object.keys(values).length > 0 ? { state: { values } } : {}),
    response_url: source.responseUrl,
    actions: interaction.actions,
  };
}

export function viewActions(workspace: Workspace, interaction: Interaction, view: View): JsonObject {
  return {
    type: 'block_actions',
    ...common(workspace, interaction.userId),
    container: { type: 'view', view_id: view.id },
    trigger_id: interaction.triggerId,
    view: viewPayload(workspace, view),
    actions: interaction.actions,
  };
}

export function viewSubmission(workspace: Workspace, view: View, triggerId: string): JsonObject {
  return {
    type: 'view_submission',
    ...common(workspace, view.user),
    trigger_id: triggerId,
    view: viewPayload(workspace, { ...view, values: valuesFor(blocksOf(view), view.values) }),
    response_urls: [],
  };
}

export function viewClosed(workspace: Workspace, view: View, isCleared: boolean): JsonObject {
  return {
    type: 'view_closed',
    ...common(workspace, view.user),
    view: viewPayload(workspace, view),
    is_cleared: isCleared,
  };
}

export function shortcut(workspace: Workspace, userId: string, callbackId: string, triggerId: string): JsonObject {
  return {
    type: 'shortcut',
    ...common(workspace, userId),
    callback_id: callbackId,
    trigger_id: triggerId,
    action_ts: nextTs(workspace),
  };
}

export function slashCommand(
  workspace: Workspace,
  args: { userId: string; channel: Channel; command: string; text: string; triggerId: string; responseUrl: string },
): JsonObject {
  return {
    token: VERIFICATION_TOKEN,
    team_id: workspace.team.id,
    team_domain: workspace.team.domain,
    channel_id: args.channel.id,
    channel_name: channelName(args.channel),
    user_id: args.userId,
    user_name: workspace.people.get(args.userId)?.name ?? '',
    command: args.command,
    text: args.text,
    api_app_id: workspace.options.appId,
    is_enterprise_install: 'false',
    response_url: args.responseUrl,
    trigger_id: args.triggerId,
  };
}

export function eventCallback(workspace: Workspace, event: JsonObject): JsonObject {
  return {
    token: VERIFICATION_TOKEN,
    team_id: workspace.team.id,
    context_team_id: workspace.team.id,
    context_enterprise_id: null,
    api_app_id: workspace.options.appId,
    event: { event_ts: nextTs(workspace), ...event },
    type: 'event_callback',
    event_id: randomId('Ev'),
    event_time: Math.floor(now(workspace) / 1_000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: workspace.team.id,
        user_id: workspace.options.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  };
}
