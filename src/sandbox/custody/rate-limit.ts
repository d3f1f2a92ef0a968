// One window of a minute for the whole organisation, told in the headers of every answer.
import { tooManyRequests } from './answer.ts';
import type { Answer } from './answer.ts';
import type { World } from './world.ts';

const windowMs = 60_000;

/** Counts one call; an answer means that the call is over the limit. */
export function countCall(world: World): { headers: Record<string, string>; refusal: Answer | undefined } {
  const now = world.clock.now();
  if (now - world.rateWindow.startedAt >= windowMs) world.rateWindow = { startedAt: now, used: 0 };
  world.rateWindow.used += 1;
  const limit = world.org.rateLimitPerMinute;
  const resetAt = world.rateWindow.startedAt + windowMs;
  return {
    headers: {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(limit - world.rateWindow.used, 0)),
      'x-ratelimit-reset': String(Math.ceil(resetAt / 1000)),
    },
    refusal:
      world.rateWindow.used > limit ? tooManyRequests(Math.max(Math.ceil((resetAt - now) / 1000), 1)) : undefined,
  };
}
