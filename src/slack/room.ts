// What every part of the Slack room works with: the flow's context, the ways to call Slack, and what is known of it.
import type { Context } from '../context.ts';
import type { ChannelAlarm } from './channel-alarm.ts';
import type { ChannelReader } from './channels.ts';
import type { SlackClients } from './client.ts';
import type { VoterReader } from './people.ts';
import type { UpdateBudget } from './update-budget.ts';
import type { WorkspaceReader } from './workspace.ts';

export type Room = SlackClients & {
  readonly ctx: Context;
  readonly workspace: WorkspaceReader;
  readonly voters: VoterReader;
  readonly channels: ChannelReader;
  readonly updates: UpdateBudget;
  readonly alarm: ChannelAlarm;
};
