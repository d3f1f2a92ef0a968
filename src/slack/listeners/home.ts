// The Home tab: drawn when it is opened, on Refresh, and after its reader's own votes.
import type { App } from '@slack/bolt';
import { z } from 'zod';
import { actionIds } from '../action-ids.ts';
import { failureWord } from '../call.ts';
import { readInbox } from '../inbox.ts';
import type { Room } from '../room.ts';
import { home } from '../views/home.ts';
import { onClick } from './listener.ts';
import type { Actor } from './payload.ts';

const opened = z.object({
  team_id: z.string(),
  event: z.object({ user: z.string(), tab: z.string().nullish() }),
});

export function listenToHome(app: App, room: Room): void {
  app.event('app_home_opened', async ({ body }) => {
    const parsed = opened.safeParse(body);
    const workspace = await room.workspace.read();
    if (!parsed.success || workspace.kind !== 'ok' || parsed.data.team_id !== workspace.value.teamId) return;
    const { user, tab } = parsed.data.event;
    if (tab === 'messages') return;
    await publishHome(room, { userId: user, slackUser: `${workspace.value.teamId}/${user}` });
  });
  onClick(app, room, actionIds.refreshHome, async (click, ack) => {
    await ack();
    await publishHome(room, click);
  });
}

/** What waits is shown to whom Slack vouches for; everybody else sees that nothing is for them. Best effort. */
export async function publishHome(
  room: Room,
  { userId, slackUser }: Pick<Actor, 'userId' | 'slackUser'>,
): Promise<void> {
  try {
    const voter = await room.ctx.readVoter(slackUser);
    const inbox = await readInbox(room.ctx, voter.kind === 'active' ? slackUser : '');
    const published = await room.patient(async (client) =>
      client.views.publish({ user_id: userId, view: home(inbox) }),
    );
    if (published.kind !== 'ok') room.ctx.log.info({ error: failureWord(published) }, 'home not published');
  } catch (error) {
    room.ctx.log.warn({ err: error }, 'home not published');
  }
}
