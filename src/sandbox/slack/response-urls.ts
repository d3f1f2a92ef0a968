// response_url: five answers within thirty minutes after an interaction.
// https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
import { randomBytes } from 'node:crypto';
import { flagAt, textAt, type JsonObject } from './json.ts';
import { removeMessage } from './messages.ts';
import { applyUpdate } from './methods/chat.ts';
import { readContent } from './methods/content.ts';
import type { Context } from './methods/method.ts';
import { changed, nextTs, now, recordViolation, type EpochMs, type Message } from './workspace.ts';

const USES = 5;
const LIFETIME_MS = 30 * 60_000;

type Grant = { user: string; channel: string; source: Message | undefined; expiresAt: EpochMs; left: number };

export type ResponseUrls = {
  issue(args: { user: string; channel: string; source: Message | undefined }): string;
  /** Answers a POST to one of them. */
  use(secret: string, body: JsonObject): { status: number; body: JsonObject | string };
};

/** Also serves the bodies of slash commands: shown to the person alone unless it says `in_channel`. */
export function showResponse(
  context: Context,
  where: string,
  target: { user: string; channel: string; threadTs: string | undefined },
  body: JsonObject,
): { error?: string } {
  const { workspace } = context;
  const isPublic = body['response_type'] === 'in_channel';
  const reading = readContent(context, where, body, isPublic ? 'post' : 'ephemeral');
  if (reading.kind === 'refused') return { error: textAt(reading.answer, 'error') ?? 'invalid_payload' };
  const { content } = reading;
  workspace.messages.push({
    ts: nextTs(workspace),
    channel: target.channel,
    user: workspace.options.botUserId,
    text: content.text ?? '',
    blocks: content.blocks ?? [],
    attachments: content.attachments ?? [],
    updates: 0,
    ...(isPublic ? {} : { ephemeralFor: target.user }),
    ...(target.threadTs === undefined ? {} : { threadTs: target.threadTs }),
  });
  changed(workspace);
  return {};
}

export function createResponseUrls(context: Context): ResponseUrls {
  const { workspace } = context;
  const grants = new Map<string, Grant>();

  const apply = (grant: Grant, body: JsonObject): { error?: string } => {
    const { source } = grant;
    if (source !== undefined && flagAt(body, 'delete_original')) {
      removeMessage(workspace, source);
      return {};
    }
    if (source !== undefined && flagAt(body, 'replace_original')) {
      const reading = readContent(context, 'response_url', body, 'update');
      if (reading.kind === 'refused') return { error: textAt(reading.answer, 'error') ?? 'invalid_payload' };
      applyUpdate(workspace, source, reading.content);
      return {};
    }
    const threadTs = textAt(body, 'thread_ts') ?? source?.threadTs;
    return showResponse(context, 'response_url', { user: grant.user, channel: grant.channel, threadTs }, body);
  };

  return {
    issue({ user, channel, source }) {
      const secret = randomBytes(18).toString('base64url');
      grants.set(secret, { user, channel, source, expiresAt: now(workspace) + LIFETIME_MS, left: USES });
      return `${workspace.origin}/actions/${workspace.team.id}/${secret}`;
    },
    use(secret, body) {
      const grant = grants.get(secret);
      if (grant === undefined) return { status: 404, body: 'no_such_url' };
      if (grant.expiresAt <= now(workspace) || grant.left <= 0) {
        const code = grant.left <= 0 ? 'used_url' : 'expired_url';
        recordViolation(workspace, 'response_url', code, []);
        return { status: 404, body: code };
      }
      grant.left -= 1;
      const { error } = apply(grant, body);
      return error === undefined ? { status: 200, body: { ok: true } } : { status: 400, body: { ok: false, error } };
    },
  };
}
