// Starts the whole sandbox in this process: the custody platform, the Slack workspace, and the page that shows both.
import { bystanders, organisation, people, webhookSecret } from './company.ts';
import { startCustody } from './custody/index.ts';
import type { Custody, CustodyOptions } from './custody/index.ts';
import { startPage } from './page-server.ts';
import type { SandboxPage } from './page-server.ts';
import { startSlack } from './slack/index.ts';
import type { PersonInput, SlackOptions, SlackSandbox } from './slack/index.ts';

/** TEST ONLY: the demo workspace's app; none of it means anything to the real Slack. */
export const slackApp = {
  botToken: 'xoxb-TEST-ONLY-countersign',
  appToken: 'xapp-TEST-ONLY-countersign',
  signingSecret: 'TEST0ONLY0SIGNING0SECRET00000000',
  appId: 'A0COUNTERSIGN',
  botUserId: 'U0COUNTERSIGN',
  scopes: ['chat:write', 'commands', 'im:write', 'users:read', 'channels:read', 'groups:read'],
  commands: ['/approvals'],
  events: ['app_home_opened', 'app_uninstalled', 'tokens_revoked', 'user_change', 'channel_shared'],
} as const;

export interface SandboxOptions {
  host?: string;
  /** Free ones when left out. */
  ports?: { custody?: number; slack?: number; page?: number };
  /** Where the bot listens, when that is known already; otherwise call `connectBot` once it is. */
  botUrl?: string;
  /** The connection's name in the bot's configuration, which is the last part of its webhook URL. */
  connection?: string;
  /** Tests that need no browser leave the page out. */
  page?: boolean;
  custody?: Omit<CustodyOptions, 'port' | 'host' | 'log'>;
  slack?: Partial<Omit<SlackOptions, 'port' | 'host' | 'log'>>;
  log?: (line: string) => void;
}

export interface Sandbox {
  custody: Custody;
  slack: SlackSandbox;
  page: SandboxPage | undefined;
  /** From here on webhooks, clicks and commands reach the bot. Once per sandbox: webhooks are never removed. */
  connectBot: (botUrl: string) => void;
  stop: () => Promise<void>;
}

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const started: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    const results = await Promise.allSettled(started.toReversed().map((end) => end()));
    const faults = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
    if (faults.length > 0) throw new AggregateError(faults, 'failed to stop the sandbox');
  };
  try {
    const sandbox = await startParts(options, started);
    return { ...sandbox, stop };
  } catch (error) {
    // A port in use must not leave the parts that did start behind.
    await stop();
    throw new Error('failed to start the sandbox', { cause: error });
  }
}

async function startParts(options: SandboxOptions, started: (() => Promise<void>)[]): Promise<Omit<Sandbox, 'stop'>> {
  const custody = await startCustody({ ...options.custody, ...listening(options, 'custody') });
  started.push(() => custody.stop());
  const slack = await startSlack({ ...workspaceOptions(), ...options.slack, ...listening(options, 'slack') });
  started.push(() => slack.stop());
  const page = options.page === false ? undefined : await startPageFor(options, custody, slack);
  if (page) started.push(page.stop);

  const connectBot = (botUrl: string): void => {
    custody.addWebhook({ url: `${botUrl}/webhooks/${options.connection ?? 'treasury'}`, secret: webhookSecret });
    slack.setRequestUrl(`${botUrl}/slack/events`);
    page?.watchBot(botUrl);
  };
  if (options.botUrl !== undefined) connectBot(options.botUrl);
  return { custody, slack, page, connectBot };
}

function startPageFor(options: SandboxOptions, custody: Custody, slack: SlackSandbox): Promise<SandboxPage> {
  return startPage({ custodyUrl: custody.url, slackUrl: slack.origin, ...listening(options, 'page') });
}

function listening({ host, ports, log }: SandboxOptions, part: 'custody' | 'slack' | 'page') {
  const port = ports?.[part];
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(log === undefined ? {} : { log: (line: string) => log(`${part}: ${line}`) }),
  };
}

function workspaceOptions(): SlackOptions {
  const { botToken, appToken, signingSecret, appId, botUserId } = slackApp;
  return {
    team: { id: organisation.slackTeam, name: organisation.name, domain: 'northwind' },
    channels: [{ ...organisation.channel }],
    users: [
      ...members(),
      ...strangers(),
      { id: botUserId, name: 'countersign', real_name: 'Countersign', is_bot: true },
    ],
    botToken,
    appToken,
    signingSecret,
    appId,
    botUserId,
    scopes: [...slackApp.scopes],
    commands: [...slackApp.commands],
    events: [...slackApp.events],
  };
}

function members(): PersonInput[] {
  return Object.values(people).map((person) => ({
    id: person.slackUser,
    name: person.id,
    real_name: person.name,
    email: `${person.id}@northwind.example`,
    is_admin: person.admin,
  }));
}

/** People that Slack knows and who may decide nothing: a guest, somebody who left, another bot, another company's. */
function strangers(): PersonInput[] {
  const { guest, gone, robot, stranger } = bystanders;
  return [
    { ...bystander(guest), is_restricted: guest.isRestricted },
    { ...bystander(gone), deleted: gone.deleted },
    { ...bystander(robot), is_bot: robot.isBot },
    { ...bystander(stranger), is_stranger: stranger.isStranger },
  ];
}

function bystander(who: { slackUser: string; name: string; team: string }): PersonInput {
  return { id: who.slackUser, name: who.slackUser.slice(2).toLowerCase(), real_name: who.name, team_id: who.team };
}
