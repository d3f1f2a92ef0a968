// What admins are told directly when a channel takes no cards: why, what happens meanwhile, what to do.
import { slashCommand } from '../action-ids.ts';
import { sealed, section, type Message } from './blocks.ts';
import { code, fallback } from './text.ts';

const remedies: Readonly<Record<string, string>> = {
  channel_is_externally_shared: 'It is shared with another company. Name a channel that only this workspace can read.',
  channel_not_found: 'It is gone, or private and without the app. Invite the app, or name another channel.',
  is_archived: 'It is archived. Unarchive it, or name another channel.',
  missing_scope: 'The app lacks a right. Take its scopes from the manifest, and install it again.',
  not_in_channel: 'The app was removed from it. Invite it again (`/invite`), or name another channel.',
  restricted_action: 'Only some people may post there. Let the app post, or name another channel.',
};

/** `error` is Slack's own word. */
export function directChannelLost({ channel, error }: { channel: string; error: string }): Message {
  const remedy = Object.hasOwn(remedies, error) ? remedies[error] : undefined;
  const where = /^[CG][A-Z0-9]{1,32}$/.test(channel) ? `<#${channel}>` : code(channel, 40);
  const lines = [
    `⚠️ *No cards can be shown in ${where}* (${code(error, 60)})`,
    remedy ?? 'Run `countersign doctor`: it says what to do.',
    'Nothing is lost: approvers are asked by direct message, and cards appear by themselves once it is mended.',
    `What waits: \`${slashCommand} status\`, or \`countersign status\`.`,
  ];
  const text = fallback(
    `No approval cards can be shown in a channel: ${error}. Nothing is lost; look what waits.`,
    170,
  );
  return { text, blocks: sealed([section('channel-lost', lines.join('\n'))], 0) };
}
