// What Slack tells about itself: people and channels that changed, and a token that is gone.
import type { App } from '@slack/bolt';
import { z } from 'zod';
import type { Room } from '../room.ts';

const userChanged = z.object({ event: z.object({ user: z.object({ id: z.string() }) }) });
const channelChanged = z.object({ event: z.object({ channel: z.string() }) });

export function listenToEvents(app: App, room: Room): void {
  // Only makes a look-up happen earlier: what the event says about the user is not believed.
  app.event('user_change', async ({ body }) => {
    const parsed = userChanged.safeParse(body);
    if (parsed.success) room.voters.forget(parsed.data.event.user.id);
  });
  app.event('channel_shared', async ({ body }) => {
    const parsed = channelChanged.safeParse(body);
    if (!parsed.success) return;
    room.channels.forget(parsed.data.event.channel);
    room.ctx.log.warn({ channel: parsed.data.event.channel }, 'channel shared with another company');
  });
  // Nothing can be said in Slack any more; readiness, the cards' errors and this line say it elsewhere.
  app.event('tokens_revoked', async () => {
    room.ctx.log.error('the Slack token was revoked');
  });
  app.event('app_uninstalled', async () => {
    room.ctx.log.error('the Slack app was uninstalled');
  });
}
