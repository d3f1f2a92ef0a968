// A person uses an element of a message: possible only where that element really is, and is theirs to see.
import type { Forgery } from '../delivery.ts';
import { findElement } from '../elements.ts';
import type { Json, JsonObject } from '../json.ts';
import { findMessage } from '../messages.ts';
import { messageActions } from '../payloads.ts';
import { isMember, nextTs, type Channel, type FormValues, type Message, type Workspace } from '../workspace.ts';
import { useElement } from './action.ts';
import { absence, ask, impossible, outcomeOf, type Desk, type Outcome } from './outcome.ts';

export type Click = {
  user: string;
  channel: string;
  ts: string;
  blockId?: string | undefined;
  actionId: string;
  value?: Json | undefined;
  /** An option's value, or several, or a user or channel id. */
  selected?: Json | undefined;
  /** Send it even if no such element exists (any more), as a stale client or an attacker with the secret would. */
  raw?: boolean | undefined;
  /** With `raw`: top-level fields of the payload to replace. */
  payload?: JsonObject | undefined;
  /** Departures from an honest signature; implies `raw`. */
  forgery?: Forgery | undefined;
};

function valuesKey(given: Click): string {
  return `${given.user} ${given.channel} ${given.ts}`;
}

function visibleMessage(workspace: Workspace, given: Click): { message: Message; channel: Channel } | string {
  const channel = workspace.channels.get(given.channel);
  if (channel === undefined || !isMember(channel, given.user)) return `${given.user} is not in ${given.channel}`;
  const message = findMessage(workspace, given.channel, given.ts);
  if (message === undefined) return `no message ${given.ts} in ${given.channel}`;
  if (message.ephemeralFor !== undefined && message.ephemeralFor !== given.user) {
    return `message ${given.ts} is only for ${message.ephemeralFor}`;
  }
  return { message, channel };
}

function keepState(workspace: Workspace, given: Click, blockId: string, state: JsonObject | undefined): FormValues {
  const before = workspace.messageValues.get(valuesKey(given)) ?? {};
  if (state === undefined) return before;
  const values = { ...before, [blockId]: { ...before[blockId], [given.actionId]: state } };
  workspace.messageValues.set(valuesKey(given), values);
  return values;
}

function forgedPayload(desk: Desk, given: Click): JsonObject {
  const { workspace, triggers } = desk.context;
  const channel: Channel = workspace.channels.get(given.channel) ?? {
    id: given.channel,
    name: 'unknown',
    kind: 'channel',
    members: [],
    is_private: false,
    is_archived: false,
    is_ext_shared: false,
    is_pending_ext_shared: false,
  };
  const found = findMessage(workspace, given.channel, given.ts);
  const message: Message = found ?? {
    ts: given.ts,
    channel: given.channel,
    user: workspace.options.botUserId,
    text: '',
    blocks: [],
    attachments: [],
    updates: 0,
  };
  const action: JsonObject = {
    type: 'button',
    action_id: given.actionId,
    block_id: given.blockId ?? '',
    action_ts: nextTs(workspace),
    ...(given.value === undefined ? {} : { value: given.value }),
    ...(given.selected === undefined ? {} : { type: 'overflow', selected_option: { value: given.selected } }),
  };
  const responseUrl = desk.responseUrls.issue({ user: given.user, channel: given.channel, source: found });
  const interaction = { userId: given.user, triggerId: triggers.issue(given.user), actions: [action] };
  return { ...messageActions(workspace, interaction, { channel, message, values: {}, responseUrl }), ...given.payload };
}

export async function click(desk: Desk, given: Click): Promise<Outcome> {
  const { workspace, triggers } = desk.context;
  const what = `click ${given.actionId}`;
  if (given.raw === true || given.forgery !== undefined) {
    const payload = forgedPayload(desk, given);
    const forgery = given.forgery === undefined ? {} : { forgery: given.forgery };
    return outcomeOf(await ask(desk, { user: given.user, what, type: 'interactive', payload, ...forgery }));
  }

  const absent = absence(desk, given.user);
  if (absent !== undefined) return impossible(absent);
  const seen = visibleMessage(workspace, given);
  if (typeof seen === 'string') return impossible(seen);
  const placed = findElement(seen.message.blocks, given.actionId, given.blockId);
  if (placed === undefined) {
    return impossible(`message ${given.ts} has no element ${given.blockId ?? '*'}/${given.actionId}`);
  }
  const use = useElement(workspace, placed, given);
  if (use.kind === 'refused') return impossible(use.reason);

  const values = keepState(workspace, given, placed.blockId, use.state);
  const responseUrl = desk.responseUrls.issue({ user: given.user, channel: given.channel, source: seen.message });
  const interaction = { userId: given.user, triggerId: triggers.issue(given.user), actions: [use.action] };
  const payload = messageActions(workspace, interaction, { ...seen, values, responseUrl });
  return outcomeOf(await ask(desk, { user: given.user, what, type: 'interactive', payload }));
}
