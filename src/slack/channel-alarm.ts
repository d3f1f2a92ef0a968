// Which channels without cards admins were told of: the same trouble is not told again with every card.
import type { Context } from '../context.ts';

/** Which channels admins were told of, by this process. */
export type ChannelAlarm = {
  /** True for the first one that asks: it tells them. The same trouble is worth another word after some hours. */
  isNews(channel: string, error: string): boolean;
  /** A card stands there again: the next trouble is news. */
  clear(channel: string): void;
};

const againMs = 6 * 60 * 60_000;

export function createChannelAlarm(now: Context['now']): ChannelAlarm {
  const told = new Map<string, { readonly error: string; readonly at: number }>();
  return {
    isNews: (channel, error) => {
      const last = told.get(channel);
      if (last !== undefined && last.error === error && now() - last.at < againMs) return false;
      told.set(channel, { error, at: now() });
      return true;
    },
    clear: (channel) => void told.delete(channel),
  };
}
