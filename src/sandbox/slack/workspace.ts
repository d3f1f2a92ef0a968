// The state of one Slack workspace: people, channels, messages, views and what was recorded about calls.
import { randomBytes } from 'node:crypto';
import type { JsonObject } from './json.ts';
import type { ChannelInput, PersonInput, SlackOptions, UsergroupInput } from './options.ts';

export type EpochMs = number;

export type Person = Required<Omit<PersonInput, 'enterprise_user' | 'email'>> & {
  email?: string;
  enterprise_user?: JsonObject;
  updatedAt: EpochMs;
};

export type Channel = Required<ChannelInput> & {
  kind: 'channel' | 'im';
  /** The other side of an im. */ user?: string;
};

export type Message = {
  ts: string;
  channel: string;
  user: string;
  text: string;
  blocks: JsonObject[];
  attachments: JsonObject[];
  metadata?: JsonObject;
  threadTs?: string;
  broadcast?: boolean;
  edited?: { user: string; ts: string };
  updates: number;
  ephemeralFor?: string;
  /** Left in place of a deleted message that had replies. */
  tombstone?: boolean;
};

/** Values a person has entered, by block_id and action_id, each in Slack's own state shape. */
export type FormValues = Record<string, Record<string, JsonObject>>;

export type View = {
  id: string;
  type: 'modal' | 'home';
  user: string;
  /** As the app gave it, with missing ids filled in. */
  content: JsonObject;
  values: FormValues;
  errors: Record<string, string>;
  hash: string;
  rootId: string;
  previousId: string | null;
};

export type Call = {
  at: EpochMs;
  method: string;
  args: JsonObject;
  status: number;
  error: string | null;
  durationMs: number;
};

export type Violation = { at: EpochMs; where: string; code: string; messages: string[] };

/** What a person saw go wrong: a red triangle, "operation timed out", a command that failed. */
export type Trouble = { at: EpochMs; user: string; what: string; error: string };

export type Workspace = {
  readonly options: SlackOptions;
  readonly team: { id: string; name: string; domain: string };
  readonly botId: string;
  readonly scopes: Set<string>;
  readonly people: Map<string, Person>;
  readonly channels: Map<string, Channel>;
  readonly usergroups: Map<string, UsergroupInput>;
  readonly messages: Message[];
  /** Values entered into elements of messages, by user and message. */
  readonly messageValues: Map<string, FormValues>;
  readonly homes: Map<string, View>;
  readonly stacks: Map<string, View[]>;
  readonly calls: Call[];
  readonly violations: Violation[];
  /** Accepted by Slack, but against its advice. */
  readonly advice: Violation[];
  readonly troubles: Trouble[];
  readonly watchers: Set<(revision: number) => void>;
  token: { revoked: false } | { revoked: true; error: string };
  requestUrl: string | undefined;
  /** Set when the server listens: http://host:port */
  origin: string;
  revision: number;
  lastTsMicros: number;
  clockOffsetMs: number;
};

const KEPT = 5_000;

export function createWorkspace(options: SlackOptions): Workspace {
  const workspace: Workspace = {
    options,
    team: {
      id: options.team.id,
      name: options.team.name ?? options.team.id,
      domain: options.team.domain ?? options.team.id.toLowerCase(),
    },
    botId: `B${options.botUserId.slice(1)}`,
    scopes: new Set(options.scopes),
    people: new Map(),
    channels: new Map(),
    usergroups: new Map((options.usergroups ?? []).map((group) => [group.id, group])),
    messages: [],
    messageValues: new Map(),
    homes: new Map(),
    stacks: new Map(),
    calls: [],
    violations: [],
    advice: [],
    troubles: [],
    watchers: new Set(),
    token: { revoked: false },
    requestUrl: options.requestUrl,
    origin: '',
    revision: 0,
    lastTsMicros: 0,
    clockOffsetMs: 0,
  };
  for (const input of options.users) addPerson(workspace, input);
  if (!workspace.people.has(options.botUserId)) {
    addPerson(workspace, { id: options.botUserId, name: 'app', real_name: 'App', is_bot: true });
  }
  for (const input of options.channels) addChannel(workspace, input);
  return workspace;
}

function addPerson(workspace: Workspace, input: PersonInput): void {
  workspace.people.set(input.id, {
    real_name: input.name,
    tz: 'Europe/London',
    team_id: workspace.team.id,
    deleted: false,
    is_admin: false,
    is_bot: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_stranger: false,
    is_invited_user: false,
    is_app_user: false,
    is_workflow_bot: false,
    is_connector_bot: false,
    ...input,
    updatedAt: Date.now(),
  });
}

function addChannel(workspace: Workspace, input: ChannelInput): void {
  const everyone = [...workspace.people.values()].filter((person) => !person.deleted).map((person) => person.id);
  workspace.channels.set(input.id, {
    members: everyone,
    is_private: false,
    is_archived: false,
    is_ext_shared: false,
    is_pending_ext_shared: false,
    ...input,
    kind: 'channel',
  });
}

/** The workspace's own clock; only signatures use the real one, since the app checks them against its own. */
export function now(workspace: Workspace): EpochMs {
  return Date.now() + workspace.clockOffsetMs;
}

/** Seconds and microseconds, never the same twice: Slack's name for a message. */
export function nextTs(workspace: Workspace): string {
  const micros = Math.max(workspace.lastTsMicros + 1, now(workspace) * 1_000);
  workspace.lastTsMicros = micros;
  return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
}

export function randomId(prefix: string): string {
  return `${prefix}${randomBytes(6).toString('hex').toUpperCase().slice(0, 10)}`;
}

export function changed(workspace: Workspace): void {
  workspace.revision += 1;
  for (const watcher of workspace.watchers) watcher(workspace.revision);
}

function keep<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > KEPT) list.splice(0, list.length - KEPT);
}

export function recordCall(workspace: Workspace, call: Call): void {
  keep(workspace.calls, call);
  workspace.options.log?.(`slack ${call.method} ${call.error ?? 'ok'}`);
  changed(workspace);
}

export function recordViolation(workspace: Workspace, where: string, code: string, messages: string[]): void {
  keep(workspace.violations, { at: now(workspace), where, code, messages });
  workspace.options.log?.(`slack violation ${where} ${code} ${messages.join('; ')}`);
  changed(workspace);
}

export function recordAdvice(workspace: Workspace, where: string, code: string, message: string): void {
  keep(workspace.advice, { at: now(workspace), where, code, messages: [message] });
}

export function recordTrouble(workspace: Workspace, user: string, what: string, error: string): void {
  keep(workspace.troubles, { at: now(workspace), user, what, error });
  changed(workspace);
}

/** The direct-message channel of a person and the app, made when first needed. */
export function directChannel(workspace: Workspace, userId: string): Channel {
  const id = `D${userId.slice(1)}`;
  const known = workspace.channels.get(id);
  if (known !== undefined) return known;
  const channel: Channel = {
    id,
    name: 'directmessage',
    kind: 'im',
    user: userId,
    members: [userId, workspace.options.botUserId],
    is_private: true,
    is_archived: false,
    is_ext_shared: false,
    is_pending_ext_shared: false,
  };
  workspace.channels.set(id, channel);
  return channel;
}

export function isMember(channel: Channel, userId: string): boolean {
  return channel.members.includes(userId);
}
