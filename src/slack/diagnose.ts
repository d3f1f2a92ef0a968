// What `doctor` says about Slack: the token, its rights, the channels, and every person's account, each with a remedy.
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';
import type { VoterReading } from '../domain/person.ts';
import { failureWord, type SlackFailure } from './call.ts';
import { openClients, type EnabledSlack, type SlackClients } from './client.ts';
import { createReadVoter } from './people.ts';
import { createWorkspaceReader, type Workspace } from './workspace.ts';

/** One line of `doctor`. */
export type SlackDiagnosis = {
  readonly name: string;
  readonly outcome: 'ok' | 'warning' | 'fault';
  readonly words: string;
  readonly remedy: string | null;
};

/** Exactly these: every other right is one more thing that a stolen token can do. */
export const neededScopes = [
  'chat:write',
  'commands',
  'im:write',
  'users:read',
  'channels:read',
  'groups:read',
] as const;

/** The rights of the app's own token over its sockets. */
const socketScope = 'connections:write';

const authAnswer = z.object({
  team: z.string().default('?'),
  team_id: z.string(),
  user_id: z.string(),
  enterprise_id: z.string().nullish(),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});

const channelAnswer = z.object({
  channel: z.object({
    name: z.string().default('?'),
    is_member: z.boolean().default(false),
    is_archived: z.boolean().default(false),
    is_ext_shared: z.boolean().default(false),
    is_pending_ext_shared: z.boolean().default(false),
  }),
});

export async function diagnoseSlack(input: {
  slack: EnabledSlack;
  config: Pick<Config, 'connections' | 'people'>;
  log: Logger;
  now: Context['now'];
}): Promise<readonly SlackDiagnosis[]> {
  const { slack, config, log, now } = input;
  const clients = openClients(slack, log);
  const answer = await clients.patient(async (client) => authAnswer.parse(await client.auth.test()));
  if (answer.kind !== 'ok') return [tokenFault(answer)];
  const auth = answer.value;
  const workspace = {
    teamId: auth.team_id,
    enterpriseId: auth.enterprise_id ?? null,
    botUserId: auth.user_id,
    appId: null,
  };
  return [
    ok('slack token', `works in ${auth.team} (${auth.team_id})`),
    ...scopeLines(auth.response_metadata?.scopes ?? null),
    ...(await socketLines(slack, log)),
    ...(await channelLines(clients, slack, config)),
    ...(await personLines(clients, { config, workspace, now })),
  ];
}

function tokenFault(failure: SlackFailure): SlackDiagnosis {
  const word = failureWord(failure);
  return failure.kind === 'refused'
    ? fault(
        'slack token',
        `Slack refuses it: ${word}`,
        'Install the app to the workspace again (manifests/), and set SLACK_BOT_TOKEN to its new token.',
      )
    : fault(
        'slack token',
        `Slack did not answer: ${word}`,
        'Check the way to Slack from this machine, then run doctor again.',
      );
}

function scopeLines(scopes: readonly string[] | null): readonly SlackDiagnosis[] {
  const remedy = 'Take the scopes from manifests/slack-app.yaml, and install the app again.';
  if (scopes === null) return [warning('slack scopes', 'Slack did not say which scopes the token has', remedy)];
  const missing = neededScopes.filter((scope) => !scopes.includes(scope));
  const more = scopes.filter((scope) => !neededScopes.some((needed) => needed === scope));
  return [
    missing.length === 0
      ? ok('slack scopes', 'has all that are needed')
      : fault('slack scopes', `missing: ${missing.join(', ')}`, remedy),
    ...(more.length === 0
      ? []
      : [
          warning(
            'slack scopes',
            `more than needed: ${more.join(', ')}`,
            'Remove them from the app: a stolen token can do all of it.',
          ),
        ]),
  ];
}

async function socketLines(slack: EnabledSlack, log: Logger): Promise<readonly SlackDiagnosis[]> {
  const { appToken } = slack;
  if (appToken === null) return [];
  const clients = openClients({ ...slack, botToken: appToken }, log);
  const answer = await clients.patient(async (client) => client.apiCall('auth.test'));
  const remedy = 'Make an app-level token with connections:write, and set SLACK_APP_TOKEN to it.';
  if (answer.kind !== 'ok') return [fault('slack socket mode', `Slack refuses it: ${failureWord(answer)}`, remedy)];
  const scopes = answer.value.response_metadata?.scopes;
  return scopes !== undefined && !scopes.includes(socketScope)
    ? [fault('slack socket mode', `the app token lacks ${socketScope}`, remedy)]
    : [ok('slack socket mode', 'the app token works')];
}

async function channelLines(
  clients: SlackClients,
  slack: EnabledSlack,
  config: Pick<Config, 'connections'>,
): Promise<readonly SlackDiagnosis[]> {
  const named = config.connections.filter(({ mode }) => mode !== 'observe').map(({ channel }) => channel);
  const lines: SlackDiagnosis[] = [];
  for (const channel of new Set([slack.channel, ...named])) {
    if (channel !== '') lines.push(await channelLine(clients, channel));
  }
  return lines;
}

async function channelLine(clients: SlackClients, channel: string): Promise<SlackDiagnosis> {
  const name = `slack channel ${channel}`;
  const invite = 'Invite the app there (/invite), or name another channel in the configuration.';
  const answer = await clients.patient(async (client) =>
    channelAnswer.parse(await client.conversations.info({ channel })),
  );
  if (answer.kind !== 'ok') return fault(name, `can't be read: ${failureWord(answer)}`, invite);
  const found = answer.value.channel;
  if (found.is_archived) return fault(name, `#${found.name} is archived`, 'Unarchive it, or name another channel.');
  if (found.is_ext_shared || found.is_pending_ext_shared) {
    const words = `#${found.name} is shared with another company, so no card is posted there`;
    return fault(name, words, 'Name a channel that only this workspace can read.');
  }
  if (!found.is_member) return fault(name, `the app is not a member of #${found.name}`, invite);
  return ok(name, `#${found.name}: the app is a member`);
}

async function personLines(
  clients: SlackClients,
  input: { config: Pick<Config, 'people'>; workspace: Workspace; now: Context['now'] },
): Promise<readonly SlackDiagnosis[]> {
  const { config, now } = input;
  const known = {
    ...createWorkspaceReader(clients, now),
    read: async () => ({ kind: 'ok', value: input.workspace }) as const,
  };
  const voters = createReadVoter({ clients: { ...clients, fast: clients.patient }, workspace: known, now });
  const lines: SlackDiagnosis[] = [];
  for (const person of config.people) {
    const name = `slack account of ${person.id}`;
    const remedy = `Give people.${person.id}.slack as team/user, e.g. ${input.workspace.teamId}/U…`;
    if (person.slack.length === 0) lines.push(warning(name, 'has none, so no vote of theirs counts in Slack', remedy));
    for (const slackUser of person.slack) {
      lines.push(personLine(name, slackUser, await voters.read(slackUser), remedy));
    }
  }
  return lines;
}

const refusals: Readonly<Record<Extract<VoterReading, { kind: 'refused' }>['reason'], string>> = {
  deactivated: 'is deactivated',
  guest: 'is a guest, and guests cannot vote',
  bot: 'is a bot or a workflow',
  external: 'belongs to another workspace',
  'never-signed-in': 'was invited and never signed in',
  'not-found': 'does not exist',
};

function personLine(name: string, slackUser: string, reading: VoterReading, remedy: string): SlackDiagnosis {
  switch (reading.kind) {
    case 'active':
      return ok(name, `${slackUser} is an active full member`);
    case 'refused':
      return fault(name, `${slackUser} ${refusals[reading.reason]}`, remedy);
    case 'unreachable':
      return fault(
        name,
        `${slackUser} can't be looked up: ${reading.reason}`,
        'Run doctor again; then check the scopes.',
      );
  }
}

function ok(name: string, words: string): SlackDiagnosis {
  return { name, outcome: 'ok', words, remedy: null };
}

function warning(name: string, words: string, remedy: string): SlackDiagnosis {
  return { name, outcome: 'warning', words, remedy };
}

function fault(name: string, words: string, remedy: string): SlackDiagnosis {
  return { name, outcome: 'fault', words, remedy };
}
