// The one place that asks Slack who a user is at this moment. Anything but a clear answer means that nobody may act.
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { VoterReading, VoterRefusal } from '../domain/person.ts';
import { failureWord, type SlackFailure } from './call.ts';
import type { SlackClients } from './client.ts';
import type { Workspace, WorkspaceReader } from './workspace.ts';

export type VoterReader = {
  /** `team/user`; at most 60 s old. */
  read(slackUser: string): Promise<VoterReading>;
  /** Slack says that something about this user changed. */
  forget(userId: string): void;
};

const freshMs = 60_000;
const maxKept = 1000;

const slackUserGrammar = /^([TE][A-Z0-9]+)\/([UW][A-Z0-9]+)$/;

const flag = z.boolean().default(false);

/** `deleted`, `is_bot` and `team_id` come with every user; an answer without them is no answer. */
const userAnswer = z.object({
  user: z.object({
    id: z.string(),
    team_id: z.string(),
    deleted: z.boolean(),
    is_bot: flag,
    is_app_user: flag,
    is_workflow_bot: flag,
    is_connector_bot: flag,
    is_restricted: flag,
    is_ultra_restricted: flag,
    is_stranger: flag,
    is_invited_user: flag,
    enterprise_user: z.object({ enterprise_id: z.string(), teams: z.array(z.string()).default([]) }).nullish(),
  }),
});

type SlackUser = z.output<typeof userAnswer>['user'];

export function createReadVoter(input: {
  clients: SlackClients;
  workspace: WorkspaceReader;
  now: Context['now'];
}): VoterReader {
  const kept = new Map<string, { at: number; reading: VoterReading }>();
  const asking = new Map<string, Promise<VoterReading>>();
  const changes = new Map<string, number>();

  const ask = async (slackUser: string): Promise<VoterReading> => {
    const at = input.now();
    const userId = slackUser.slice(slackUser.indexOf('/') + 1);
    const changesBefore = changes.get(userId) ?? 0;
    const reading = await readUser(input, slackUser);
    // Only answers are kept; and none from before a change that Slack told us about meanwhile.
    if (reading.kind !== 'unreachable' && (changes.get(userId) ?? 0) === changesBefore) {
      keep(kept, slackUser, { at, reading });
    }
    return reading;
  };
  return {
    read: async (slackUser) => {
      const last = kept.get(slackUser);
      if (last !== undefined && Math.abs(input.now() - last.at) < freshMs) return last.reading;
      const running = asking.get(slackUser);
      if (running !== undefined) return running;
      const reading = ask(slackUser).finally(() => {
        if (asking.get(slackUser) === reading) asking.delete(slackUser);
      });
      asking.set(slackUser, reading);
      return reading;
    },
    forget: (userId) => {
      keep(changes, userId, (changes.get(userId) ?? 0) + 1);
      for (const slackUser of kept.keys()) if (slackUser.endsWith(`/${userId}`)) kept.delete(slackUser);
      for (const slackUser of asking.keys()) if (slackUser.endsWith(`/${userId}`)) asking.delete(slackUser);
    },
  };
}

function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > maxKept && oldest !== undefined) map.delete(oldest);
}

async function readUser(
  input: { clients: SlackClients; workspace: WorkspaceReader },
  slackUser: string,
): Promise<VoterReading> {
  const [, team, user] = slackUserGrammar.exec(slackUser) ?? [];
  if (team === undefined || user === undefined) return refused('not-found');
  const workspace = await input.workspace.read();
  if (workspace.kind !== 'ok') return unreachable(workspace);
  const answer = await input.clients.fast(async (client) => userAnswer.parse(await client.users.info({ user })));
  if (answer.kind === 'refused' && ['user_not_found', 'user_not_visible', 'users_not_found'].includes(answer.error)) {
    return refused('not-found');
  }
  if (answer.kind !== 'ok') return unreachable(answer);
  if (answer.value.user.id !== user) return { kind: 'unreachable', reason: 'another user answered' };
  return judge(answer.value.user, team, workspace.value);
}

/**
 * `is_stranger: false` does not mean "ours": a Slack Connect user who shares the channel has it too, and another team.
 * https://docs.slack.dev/reference/objects/user-object
 */
function judge(user: SlackUser, statedTeam: string, workspace: Workspace): VoterReading {
  // 1. Named as one of ours.
  if (statedTeam !== workspace.teamId && statedTeam !== workspace.enterpriseId) return refused('external');
  // 2. Alive.
  if (user.deleted) return refused('deactivated');
  // 3. A person. Slackbot says of itself that it is none of these.
  if (user.is_bot || user.is_app_user || user.is_workflow_bot || user.is_connector_bot) return refused('bot');
  if (user.id === 'USLACKBOT') return refused('bot');
  // 4. A member of this workspace, by its own or by its organisation's word.
  const { enterprise_user: enterprise } = user;
  const isMember =
    user.team_id === workspace.teamId ||
    (workspace.enterpriseId !== null &&
      enterprise?.enterprise_id === workspace.enterpriseId &&
      enterprise.teams.includes(workspace.teamId));
  if (user.is_stranger || !isMember) return refused('external');
  // 5. A full one, who has signed in.
  if (user.is_restricted || user.is_ultra_restricted) return refused('guest');
  if (user.is_invited_user) return refused('never-signed-in');
  return { kind: 'active' };
}

function refused(reason: VoterRefusal): VoterReading {
  return { kind: 'refused', reason };
}

function unreachable(failure: SlackFailure): VoterReading {
  return { kind: 'unreachable', reason: failureWord(failure) };
}
