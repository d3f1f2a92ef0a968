// Slack as people meet it: the real Bolt behind the real door, real PostgreSQL, the sandbox workspace, a played platform.
import { createApp } from '../../src/http/app.ts';
import { startHttp, type HttpServer } from '../../src/http/server.ts';
import { takeDue } from '../../src/db/outbox.ts';
import type { Check } from '../../src/checks/check.ts';
import type { Config, SlackConfig } from '../../src/config.ts';
import type { Context } from '../../src/context.ts';
import { findApproval, type ApprovalRow } from '../../src/db/approvals.ts';
import { cardsOf, findCard, type Card } from '../../src/db/cards.ts';
import { addTasks } from '../../src/db/outbox.ts';
import type { Approval } from '../../src/domain/approval.ts';
import type { Task } from '../../src/domain/task.ts';
import { openSlack, type Slack, type SlackTasks } from '../../src/slack/app.ts';
import { actionIds } from '../../src/slack/action-ids.ts';
import { startSlack, type MessageState, type SlackOptions, type SlackSandbox } from '../../src/sandbox/slack/index.ts';
import { runTask } from '../../src/worker/worker.ts';
import { anApproval, connection } from '../builders.ts';
import { openLab, type Lab } from '../flow/lab.ts';

export const channel = 'C0APPROVALS';
export const botToken = 'xoxb-test-countersign';
export const appToken = 'xapp-test-countersign';
const signingSecret = '8f742231b10e8888abcd99yyyzzz85a5';

export const scopes = ['chat:write', 'commands', 'im:write', 'users:read', 'channels:read', 'groups:read'];

export function workspaceOptions(over: Partial<SlackOptions> = {}): SlackOptions {
  return {
    team: { id: 'T0ACME', name: 'Acme', domain: 'acme' },
    users: [
      { id: 'U0ALICE', name: 'alice' },
      { id: 'U0BOB', name: 'bob' },
      { id: 'U0CAROL', name: 'carol' },
      { id: 'U0DAVE', name: 'dave' },
      { id: 'U0NOBODY', name: 'nobody' },
      { id: 'U0BOT', name: 'countersign', is_bot: true },
    ],
    channels: [{ id: channel, name: 'approvals' }],
    botToken,
    appToken,
    signingSecret,
    appId: 'A0ACME',
    botUserId: 'U0BOT',
    scopes,
    commands: ['/approvals'],
    events: ['app_home_opened', 'app_uninstalled', 'tokens_revoked', 'user_change', 'channel_shared'],
    ...over,
  };
}

export type SlackLab = Awaited<ReturnType<typeof openSlackLab>>;

export type SlackLabOptions = {
  config?: Partial<Config>;
  checks?: readonly Check[];
  workspace?: Partial<SlackOptions>;
  isSocketMode?: boolean;
};

export async function openSlackLab(options: SlackLabOptions = {}) {
  const workspace = await startSlack(workspaceOptions(options.workspace));
  const lab = await openLab(
    { slack: slackConfig(workspace, options.isSocketMode === true), ...options.config },
    options.checks === undefined ? {} : { checks: options.checks },
  );
  const errors: string[] = [];
  const one = await openProcess(lab, { errors });
  const http = await serve(one);
  workspace.setRequestUrl(`${http.url}/slack/events`);
  const at = tools({ lab, workspace, ctx: one.ctx, tasks: one.tasks });
  return {
    ...lab,
    ...at,
    workspace,
    slack: one.slack,
    ctx: one.ctx,
    tasks: one.tasks,
    http,
    errors,
    close: async () => {
      await http.stop();
      await one.slack.stop();
      const { violations } = workspace.state();
      await workspace.stop();
      await lab.close();
      if (violations.length > 0) throw new Error(`Slack's limits were broken: ${JSON.stringify(violations)}`);
    },
  };
}

function slackConfig(workspace: SlackSandbox, isSocketMode: boolean): SlackConfig {
  return {
    enabled: true,
    channel,
    botToken,
    signingSecret: isSocketMode ? null : signingSecret,
    appToken: isSocketMode ? appToken : null,
    apiUrl: workspace.url,
  };
}

/** A test may play a worker that is late. */
type Tasks = { -readonly [Kind in keyof SlackTasks]: SlackTasks[Kind] };

type Process = { slack: Slack; ctx: Context; tasks: Tasks };

/** A process of the deployment; several share the database and the workspace. */
export async function openProcess(lab: Lab, { errors = [] }: { errors?: string[] } = {}): Promise<Process> {
  const { config, log } = lab.ctx;
  if (!config.slack.enabled) throw new Error('Slack is off in this lab');
  const slack = openSlack({
    slack: config.slack,
    log,
    now: () => lab.clock.now,
    onError: (error) => void errors.push(error),
  });
  const ctx: Context = { ...lab.ctx, readVoter: slack.readVoter };
  slack.connect(ctx);
  return { slack, ctx, tasks: slack.tasks(ctx) };
}

async function serve({ slack, ctx }: Process): Promise<HttpServer> {
  const app = createApp({
    log: ctx.log,
    now: Date.now,
    probes: { slack: async () => slack.ready() },
    metrics: { contentType: 'text/plain', read: async () => '' },
    slack: slack.door(ctx),
  });
  return startHttp({
    host: '127.0.0.1',
    port: 0,
    platforms: ctx.platforms,
    now: Date.now,
    log: ctx.log,
    inbox: { store: async () => 'stored', close: async () => {} },
    app,
  });
}

function tools(parts: { lab: Lab; workspace: SlackSandbox } & Omit<Process, 'slack'>) {
  const { lab, workspace, ctx, tasks } = parts;
  const work = async (): Promise<string[]> => {
    const ran: string[] = [];
    for (;;) {
      const due = await takeDue(lab.db, { now: lab.clock.now, leaseMs: 0, limit: 100 });
      if (due.length === 0) return ran;
      for (const task of due) {
        await runTask(ctx, tasks, task.id);
        ran.push(task.kind);
        if (ran.length > 300) throw new Error(`work does not end: ${ran.slice(-10).join(', ')}`);
      }
    }
  };
  const advance = async (ms: number): Promise<string[]> => {
    lab.clock.now += ms;
    return work();
  };
  /** Also what was put off for a second, because a card changes at most once in it. */
  const settle = async (): Promise<void> => {
    await work();
    await advance(1000);
    await advance(1000);
  };
  const row = async (platformId = anApproval().id): Promise<ApprovalRow> => lab.row(platformId);
  const cardRow = async (platformId?: string): Promise<Card | null> =>
    findCard(lab.db, { approvalId: (await row(platformId)).id, kind: 'channel' });
  return {
    work,
    advance,
    settle,
    run: async (task: Task) => {
      await addTasks(lab.db, [task], lab.clock.now);
      return work();
    },
    arrive: async (approval: Approval = anApproval()): Promise<ApprovalRow> => {
      lab.world.approvals.set(approval.id, approval);
      await addTasks(lab.db, [{ kind: 'refresh', connection, platformId: approval.id }], lab.clock.now);
      await settle();
      const found = await findApproval(lab.db, { connection, platformId: approval.id });
      if (found === null) throw new Error(`no row for ${approval.id}`);
      return found;
    },
    change: (change: Partial<Approval>, id = anApproval().id): void => {
      const approval = lab.world.approvals.get(id);
      if (approval === undefined) throw new Error(`no approval ${id}`);
      lab.world.approvals.set(id, { ...approval, ...change });
    },
    cardRow,
    directRow: async (personId: string): Promise<Card | undefined> =>
      (await cardsOf(lab.db, (await row()).id)).find((card) => card.kind === 'direct' && card.personId === personId),
    ...gestures(workspace, cardRow),
  };
}

function gestures(workspace: SlackSandbox, cardRow: (platformId?: string) => Promise<Card | null>) {
  const messages = (as?: string): MessageState[] =>
    workspace.state(as).channels.find((entry) => entry.id === channel)?.messages ?? [];
  const cards = (): MessageState[] =>
    messages().filter((message) => message.threadTs === undefined && message.ephemeralFor === undefined);
  const top = (user: string) => workspace.state(user).modals.at(-1);
  const press = async (user: string, actionId: string, place?: { channel: string; ts: string }) => {
    const card = await cardRow();
    const at = place ?? { channel: card?.channel ?? channel, ts: card?.ts ?? '' };
    return workspace.click({ user, actionId, ...at });
  };
  /** The form that follows a click, once it has stopped loading. */
  const form = async (user: string): Promise<string> => {
    await until(`a form for ${user}`, () => {
      const callback = top(user)?.view['callback_id'];
      return callback !== undefined && callback !== 'approval.loading';
    });
    return textOf(top(user)?.view);
  };
  const submit = async (user: string, state?: Record<string, Record<string, string | string[]>>) =>
    workspace.modal({ user, viewId: top(user)?.id ?? '', action: 'submit', ...(state === undefined ? {} : { state }) });
  return {
    messages,
    cards,
    press,
    form,
    submit,
    modal: (user: string): string => textOf(top(user)?.view),
    modals: (user: string) => workspace.state(user).modals,
    whispers: (user: string): string[] =>
      messages(user)
        .filter((message) => message.ephemeralFor === user)
        .map((message) => textOf(message.blocks)),
    directs: (user: string): MessageState[] =>
      workspace.state(user).ims.find((entry) => entry.user === user)?.messages ?? [],
    thread: (): string[] =>
      messages()
        .filter((message) => message.threadTs !== undefined)
        .map((message) => textOf(message.blocks)),
    approve: async (user: string) => {
      await press(user, actionIds.approve);
      await form(user);
      return submit(user, { compared: { compared: ['compared'] } });
    },
    reject: async (user: string, reason = 'The vendor did not confirm it by phone.') => {
      await press(user, actionIds.reject);
      await form(user);
      return submit(user, { 'reason-code': { 'reason-code': 'destination' }, reason: { reason } });
    },
  };
}

/** Everything that a reader of these blocks would see, and their buttons. */
export function textOf(value: unknown): string {
  if (Array.isArray(value))
    return value
      .map(textOf)
      .filter((text) => text !== '')
      .join('\n');
  if (typeof value !== 'object' || value === null) return '';
  const entries = Object.entries(value);
  return entries
    .map(([key, entry]) => (key === 'text' && typeof entry === 'string' ? entry : textOf(entry)))
    .filter((text) => text !== '')
    .join('\n');
}

/** What a button with this action would send. */
export function valueOf(blocks: unknown, actionId: string): string {
  if (Array.isArray(blocks)) return blocks.map((block) => valueOf(block, actionId)).find((text) => text !== '') ?? '';
  if (typeof blocks !== 'object' || blocks === null) return '';
  if ('action_id' in blocks && blocks.action_id === actionId && 'value' in blocks) return String(blocks.value);
  return valueOf(Object.values(blocks), actionId);
}

export async function until(what: string, isTrue: () => boolean | Promise<boolean>, timeoutMs = 8000): Promise<void> {
  const deadlineAt = Date.now() + timeoutMs;
  while (!(await isTrue())) {
    if (Date.now() > deadlineAt) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}
