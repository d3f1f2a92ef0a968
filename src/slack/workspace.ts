// Which workspace, app and bot our token belongs to: learnt from Slack once, asked again for readiness.
import { z } from 'zod';
import type { Context } from '../context.ts';
import { failureWord, type SlackAnswer } from './call.ts';
import type { SlackClients } from './client.ts';

export type Workspace = {
  readonly teamId: string;
  /** Null outside an Enterprise organisation. */
  readonly enterpriseId: string | null;
  readonly botUserId: string;
  /** Null when Slack did not say. */
  readonly appId: string | null;
};

export type WorkspaceReader = {
  /** A token never changes its workspace: the first answer is kept. */
  read(): Promise<SlackAnswer<Workspace>>;
  /** Resolves while the token works; asks at most once a minute. */
  probe(): Promise<void>;
};

const probeMs = 60_000;

const identity = z.object({
  team_id: z.string(),
  user_id: z.string(),
  enterprise_id: z.string().nullish(),
  app_id: z.string().nullish(),
});

/** A bot user's profile names its app. */
const botProfile = z.object({ user: z.object({ profile: z.object({ api_app_id: z.string().min(1) }) }) });

export function createWorkspaceReader(clients: SlackClients, now: Context['now']): WorkspaceReader {
  let known: Workspace | null = null;
  let asking: Promise<SlackAnswer<Workspace>> | null = null;
  let probed: { at: number; answer: Promise<SlackAnswer<unknown>> } | null = null;

  const ask = async (): Promise<SlackAnswer<Workspace>> => {
    const answer = await clients.fast(async (client) => identity.parse(await client.auth.test()));
    if (answer.kind !== 'ok') return answer;
    const { team_id: teamId, user_id: botUserId } = answer.value;
    const appId = answer.value.app_id ?? (await readAppId(clients, botUserId));
    known = { teamId, botUserId, enterpriseId: answer.value.enterprise_id ?? null, appId };
    return { kind: 'ok', value: known };
  };
  return {
    read: async () => {
      if (known !== null) return { kind: 'ok', value: known };
      asking ??= ask().finally(() => {
        asking = null;
      });
      return asking;
    },
    probe: async () => {
      if (probed === null || now() - probed.at >= probeMs) {
        probed = { at: now(), answer: clients.fast(async (client) => client.auth.test()) };
      }
      const answer = await probed.answer;
      if (answer.kind !== 'ok') {
        // A bad answer is not kept for a minute: it is asked again at the next look.
        probed = null;
        throw new Error('failed to reach Slack', { cause: failureWord(answer) });
      }
    },
  };
}

async function readAppId(clients: SlackClients, botUserId: string): Promise<string | null> {
  const answer = await clients.fast(async (client) =>
    botProfile.safeParse(await client.users.info({ user: botUserId })),
  );
  return answer.kind === 'ok' ? (answer.value.data?.user.profile.api_app_id ?? null) : null;
}
