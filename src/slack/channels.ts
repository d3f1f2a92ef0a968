// Whether cards may stand in a channel: never where another company can read them.
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { SlackAnswer } from './call.ts';
import type { SlackClients } from './client.ts';

export type ChannelReader = {
  /** `shared`: people of another company are in it, or were invited. At most a minute old. */
  read(channel: string): Promise<SlackAnswer<{ readonly shared: boolean }>>;
  forget(channel: string): void;
};

const freshMs = 60_000;

const channelAnswer = z.object({
  channel: z.object({
    is_ext_shared: z.boolean().default(false),
    is_pending_ext_shared: z.boolean().default(false),
    pending_connected_team_ids: z.array(z.string()).default([]),
  }),
});

export function createChannelReader(clients: SlackClients, now: Context['now']): ChannelReader {
  const kept = new Map<string, { at: number; shared: boolean }>();
  return {
    read: async (channel) => {
      const at = now();
      const last = kept.get(channel);
      if (last !== undefined && at - last.at < freshMs) return { kind: 'ok', value: last };
      const answer = await clients.patient(async (client) =>
        channelAnswer.parse(await client.conversations.info({ channel })),
      );
      if (answer.kind !== 'ok') return answer;
      const found = answer.value.channel;
      const shared = found.is_ext_shared || found.is_pending_ext_shared || found.pending_connected_team_ids.length > 0;
      kept.set(channel, { at, shared });
      return { kind: 'ok', value: { shared } };
    },
    forget: (channel) => void kept.delete(channel),
  };
}
