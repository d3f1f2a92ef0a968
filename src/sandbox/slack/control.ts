// The levers of the sandbox: what tests and the demo page make people, Slack and the network do.
import { z } from 'zod';
import type { Events } from './events.ts';
import type { Fault, FaultInput, Faults } from './faults.ts';
import { click, type Click } from './gestures/click.ts';
import { openHome, runCommand, runShortcut, type Command } from './gestures/command.ts';
import { useModal, type ModalGesture } from './gestures/modal.ts';
import type { Desk, Outcome } from './gestures/outcome.ts';
import type { JsonObject } from './json.ts';
import { findMessage, removeMessage } from './messages.ts';
import { personPayload } from './methods/people.ts';
import type { RateOptions } from './options.ts';
import type { Rates } from './rates.ts';
import type { SocketMode } from './socket-mode.ts';
import { stateOf, type SlackState } from './state.ts';
import { changed, now, type Call } from './workspace.ts';

const flag = z.boolean().optional();

export const personPatch = z.strictObject({
  name: z.string().optional(),
  real_name: z.string().optional(),
  email: z.string().optional(),
  team_id: z.string().optional(),
  deleted: flag,
  is_admin: flag,
  is_bot: flag,
  is_restricted: flag,
  is_ultra_restricted: flag,
  is_stranger: flag,
  is_invited_user: flag,
  is_app_user: flag,
  is_workflow_bot: flag,
  is_connector_bot: flag,
});

export const channelPatch = z.strictObject({
  id: z.string(),
  name: z.string().optional(),
  members: z.array(z.string()).optional(),
  is_private: flag,
  is_archived: flag,
  is_ext_shared: flag,
  is_pending_ext_shared: flag,
});

export type Done = { ok: true } | { ok: false; error: string };

export type Controls = {
  state(as?: string): SlackState;
  calls(method?: string): Call[];
  click(given: Click): Promise<Outcome>;
  modal(given: ModalGesture): Promise<Outcome>;
  command(given: Command): Promise<Outcome>;
  shortcut(given: { user: string; callbackId: string }): Promise<Outcome>;
  home(given: { user: string }): Promise<Outcome>;
  event(event: JsonObject): Promise<Done>;
  /** Refused with a reason when it is no fault that this workspace can play. */
  fault(given: FaultInput): Done;
  faults(): Fault[];
  clearFaults(): void;
  changeUser(id: string, patch: z.input<typeof personPatch>): Promise<Done>;
  changeChannel(patch: z.input<typeof channelPatch>): Promise<Done>;
  deleteMessage(given: { channel: string; ts: string }): Done;
  token(given: { revoked: boolean; error?: string | undefined }): Promise<Done>;
  scopes(scopes: string[]): void;
  rates(options: RateOptions): void;
  advanceClock(ms: number): void;
  disconnectSockets(reason?: string): void;
  setRequestUrl(url: string | undefined): void;
  /** Forgets recorded calls, violations, advice and troubles; the workspace itself stays. */
  clearRecords(): void;
  subscribe(watcher: (revision: number) => void): () => void;
};

type Parts = { desk: Desk; faults: Faults; rates: Rates; socket: SocketMode; events: Events };

const done: Done = { ok: true };

/** Only what the patch names; a key set to undefined changes nothing. */
function defined<T extends object>(patch: T): Partial<T> {
  const copy: Partial<T> = { ...patch };
  for (const key in copy) if (copy[key] === undefined) delete copy[key];
  return copy;
}

function changes({ desk, events }: Parts): Pick<Controls, 'changeUser' | 'changeChannel' | 'deleteMessage' | 'token'> {
  const { workspace } = desk.context;
  return {
    async changeUser(id, given) {
      const person = workspace.people.get(id);
      if (person === undefined) return { ok: false, error: 'user_not_found' };
      Object.assign(person, defined(personPatch.parse(given)), { updatedAt: now(workspace) });
      changed(workspace);
      await events.emit({ type: 'user_change', user: personPayload(workspace, person) });
      return done;
    },
    async changeChannel(given) {
      const patch = channelPatch.parse(given);
      const channel = workspace.channels.get(patch.id);
      if (channel === undefined) return { ok: false, error: 'channel_not_found' };
      const wasShared = channel.is_ext_shared;
      Object.assign(channel, defined(patch));
      changed(workspace);
      if (channel.is_ext_shared && !wasShared) {
        await events.emit({ type: 'channel_shared', channel: channel.id, connected_team_id: 'T0OTHER' });
      }
      return done;
    },
    deleteMessage({ channel, ts }) {
      const message = findMessage(workspace, channel, ts);
      if (message === undefined) return { ok: false, error: 'message_not_found' };
      removeMessage(workspace, message);
      return done;
    },
    async token({ revoked, error }) {
      workspace.token = revoked ? { revoked, error: error ?? 'token_revoked' } : { revoked };
      changed(workspace);
      if (revoked)
        await events.emit({ type: 'tokens_revoked', tokens: { oauth: [], bot: [workspace.options.botUserId] } });
      return done;
    },
  };
}

export function createControls(parts: Parts): Controls {
  const { desk, faults, rates, socket, events } = parts;
  const { workspace } = desk.context;
  return {
    ...changes(parts),
    state: (as) => stateOf(workspace, as),
    calls: (method) => workspace.calls.filter((call) => method === undefined || call.method === method),
    click: (given) => click(desk, given),
    modal: (given) => useModal(desk, given),
    command: (given) => runCommand(desk, given),
    shortcut: (given) => runShortcut(desk, given),
    home: (given) => openHome(desk, given),
    async event(event) {
      const ack = await events.emit(event);
      if ('kind' in ack) return { ok: false, error: 'not_subscribed' };
      return ack.error === undefined ? done : { ok: false, error: ack.error };
    },
    fault(given) {
      const outcome = faults.add(given);
      return outcome.kind === 'added' ? done : { ok: false, error: outcome.reason };
    },
    faults: () => faults.list(),
    clearFaults: () => faults.clear(),
    scopes(scopes) {
      workspace.scopes.clear();
      for (const scope of scopes) workspace.scopes.add(scope);
    },
    rates: (options) => rates.configure(options),
    advanceClock(ms) {
      workspace.clockOffsetMs += ms;
      changed(workspace);
    },
    disconnectSockets: (reason) => socket.disconnect(reason ?? 'refresh_requested'),
    setRequestUrl(url) {
      workspace.requestUrl = url;
    },
    clearRecords() {
      for (const list of [workspace.calls, workspace.violations, workspace.advice, workspace.troubles]) list.length = 0;
      changed(workspace);
    },
    subscribe(watcher) {
      workspace.watchers.add(watcher);
      return () => workspace.watchers.delete(watcher);
    },
  };
}
