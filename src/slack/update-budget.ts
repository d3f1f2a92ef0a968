// How many changes of messages Slack takes: one budget for the whole process, of which cards always have their part.
import type { EpochMs } from '../domain/amount.ts';

export type UpdateBudget = {
  /** Null: go on, one change is taken. Otherwise nothing is, and this is when to come back. */
  take(use: 'card' | 'direct'): EpochMs | null;
  /** Slack says that the budget is spent: another process of ours shares it. */
  rest(forMs: number): void;
};

/** `chat.update` is of tier 3: https://docs.slack.dev/apis/web-api/rate-limits */
const perMinute = 50;

/** What direct messages leave: a card is what the channel decides by, a message only says that nothing is left to do. */
const keptForCards = 25;

const minuteMs = 60_000;

export function createUpdateBudget(now: () => EpochMs): UpdateBudget {
  let left = perMinute;
  let countedAt = now();
  let restUntil = Number.NEGATIVE_INFINITY;
  return {
    take: (use) => {
      const at = now();
      if (at < restUntil) return restUntil;
      left = Math.min(perMinute, left + (Math.max(0, at - countedAt) * perMinute) / minuteMs);
      countedAt = at;
      const missing = 1 + (use === 'direct' ? keptForCards : 0) - left;
      if (missing > 0) return at + Math.ceil((missing * minuteMs) / perMinute);
      left -= 1;
      return null;
    },
    rest: (forMs) => {
      restUntil = Math.max(restUntil, now() + forMs);
    },
  };
}
