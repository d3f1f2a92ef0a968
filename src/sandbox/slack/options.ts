// What the caller of the Slack sandbox provides: the workspace, its people and channels, the app and its secrets.
import type { JsonObject } from './json.ts';

/** A person as the caller knows them; everything left out gets the value of an ordinary full member. */
export type PersonInput = {
  id: string;
  name: string;
  real_name?: string;
  email?: string;
  tz?: string;
  team_id?: string;
  deleted?: boolean;
  is_admin?: boolean;
  is_bot?: boolean;
  is_restricted?: boolean;
  is_ultra_restricted?: boolean;
  is_stranger?: boolean;
  is_invited_user?: boolean;
  is_app_user?: boolean;
  is_workflow_bot?: boolean;
  is_connector_bot?: boolean;
  enterprise_user?: JsonObject;
};

export type ChannelInput = {
  id: string;
  name: string;
  /** Everyone who is not deleted, and the bot, when left out. */
  members?: string[];
  is_private?: boolean;
  is_archived?: boolean;
  is_ext_shared?: boolean;
  is_pending_ext_shared?: boolean;
};

export type UsergroupInput = { id: string; handle: string; name?: string; users: string[] };

export type RateOptions = {
  /** Off: only injected rate limits answer. Default on. */
  enabled?: boolean | undefined;
  /** chat.postMessage allows about one per second and channel after a short burst; the burst's size. Default 10. */
  postMessageBurst?: number | undefined;
  /** Multiplies the documented tiers (20, 50, 100 per minute). Default 1. */
  tierFactor?: number | undefined;
};

export type SlackOptions = {
  port?: number;
  host?: string;
  team: { id: string; name?: string; domain?: string };
  users: PersonInput[];
  channels: ChannelInput[];
  usergroups?: UsergroupInput[];
  botToken: string;
  appToken?: string;
  signingSecret: string;
  /** Where the app listens for events, interactivity and commands. May be set later. Not used while a socket is open. */
  requestUrl?: string;
  appId: string;
  botUserId: string;
  scopes: string[];
  /** Slash commands the app registered; any is accepted when left out. */
  commands?: string[];
  /** Bot events the app subscribed to. */
  events?: string[];
  rates?: RateOptions;
  /** How long a person waits for an answer. Slack's own 3 seconds unless a test needs less. */
  ackTimeoutMs?: number;
  /** Waits before the retries of an event: at once, one minute, five minutes. */
  eventRetryDelaysMs?: number[];
  log?: (line: string) => void;
};
