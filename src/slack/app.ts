// Opens the Slack room: who may vote, what the worker draws, and one Bolt app behind HTTP or Socket Mode, never both.
import { App, ExpressReceiver, SocketModeReceiver, type Receiver } from '@slack/bolt';
import type { Express } from 'express';
import type { Context } from '../context.ts';
import type { Logger } from '../log.ts';
import type { TaskResult } from '../flow/task-result.ts';
import { createChannelAlarm } from './channel-alarm.ts';
import { createChannelReader } from './channels.ts';
import { clientOptions, openClients, slackLogger, type EnabledSlack } from './client.ts';
import { registerListeners } from './listeners/register.ts';
import { createAnnounce, ask, remind, tellOutcome } from './notify.ts';
import { createReadVoter } from './people.ts';
import type { Room } from './room.ts';
import { keepConnected, type Connection } from './socket.ts';
import { createSyncCard } from './sync-card.ts';
import { createUpdateBudget } from './update-budget.ts';
import { createWorkspaceReader } from './workspace.ts';

export type SlackTasks = {
  readonly syncCard: (input: { approvalId: string }) => Promise<TaskResult>;
  readonly ask: (input: { approvalId: string; personId: string }) => Promise<TaskResult>;
  readonly remind: (input: { approvalId: string; personId: string }) => Promise<TaskResult>;
  readonly tellOutcome: (input: { approvalId: string }) => Promise<TaskResult>;
  readonly announce: (input: { noticeId: string }) => Promise<TaskResult>;
};

export type SlackDoor = { readonly signingSecret: string; mount(app: Express): void };

export type Slack = {
  readonly readVoter: Context['readVoter'];
  /** Null in Socket Mode: then the HTTP route must not exist. */
  door(ctx: Context): SlackDoor | null;
  /** Socket Mode: connects, and stays connected until `stop`. Over HTTP there is nothing to do. */
  connect(ctx: Context): void;
  tasks(ctx: Context): SlackTasks;
  /** Resolves while the token works and, in Socket Mode, the socket is open. */
  ready(): Promise<void>;
  /** Waits for what clicks have started. */
  stop(): Promise<void>;
};

export type SlackOptions = {
  readonly slack: EnabledSlack;
  readonly log: Logger;
  readonly now: Context['now'];
  /** Called with Slack's own word for every call that failed. */
  readonly onError?: (error: string) => void;
};

export function openSlack(options: SlackOptions): Slack {
  const { slack, log, now } = options;
  const clients = openClients(slack, log, options.onError);
  const workspace = createWorkspaceReader(clients, now);
  const voters = createReadVoter({ clients, workspace, now });
  const channels = createChannelReader(clients, now);
  const paces = { updates: createUpdateBudget(now), alarm: createChannelAlarm(now) };
  const roomFor = (ctx: Context): Room => ({ ...clients, ctx, workspace, voters, channels, ...paces });
  const running = new Set<Promise<void>>();
  let connection: Connection | null = null;

  return {
    readVoter: async (slackUser) => voters.read(slackUser),
    door: (ctx) => {
      const { appToken, signingSecret } = slack;
      if (appToken !== null) return null;
      if (signingSecret === null) throw new Error('failed to open Slack: neither app token nor signing secret');
      return {
        signingSecret,
        mount: (app) => {
          const receiver = new ExpressReceiver({ app, signingSecret, logger: slackLogger(log) });
          listenWith(receiver, roomFor(ctx), { options, running });
        },
      };
    },
    connect: (ctx) => {
      if (slack.appToken === null || connection !== null) return;
      const receiver = new SocketModeReceiver({
        appToken: slack.appToken,
        autoReconnectEnabled: false,
        logger: slackLogger(log),
        // The receiver takes the address of the Web API from here and nowhere else.
        installerOptions: { clientOptions: clientOptions(slack, log) },
      });
      listenWith(receiver, roomFor(ctx), { options, running });
      connection = keepConnected(receiver.client, log);
    },
    tasks: (ctx) => tasksOf(roomFor(ctx)),
    ready: async () => {
      await workspace.probe();
      if (connection !== null && !connection.isOpen()) throw new Error('failed to reach Slack: the socket is closed');
    },
    stop: async () => {
      await connection?.close();
      await Promise.all(running);
    },
  };
}

function tasksOf(room: Room): SlackTasks {
  return {
    syncCard: createSyncCard(room),
    ask: async (input) => ask(room, input),
    remind: async (input) => remind(room, input),
    tellOutcome: async (input) => tellOutcome(room, input),
    announce: createAnnounce(room),
  };
}

/**
 * `authorize` and not `token`: with a token, Bolt asks Slack about it in the constructor, and a revoked one ends the
 * process with an unhandled rejection.
 */
function listenWith(
  receiver: Receiver,
  room: Room,
  { options, running }: { options: SlackOptions; running: Set<Promise<void>> },
): void {
  const { slack, log } = options;
  const app = new App({
    receiver,
    authorize: async () => ({ botToken: slack.botToken }),
    clientOptions: clientOptions(slack, log),
    logger: slackLogger(log),
    convoStore: false,
    ignoreSelf: false,
  });
  // A listener goes on after its answer; stopping waits for all of it.
  app.use(async ({ next }) => {
    const work = next();
    const settled = work.then(nothing, nothing);
    running.add(settled);
    await work.finally(() => running.delete(settled));
  });
  app.error(async (error) => {
    log.error({ err: error }, 'slack request failed');
  });
  registerListeners(app, room);
}

function nothing(): void {}
