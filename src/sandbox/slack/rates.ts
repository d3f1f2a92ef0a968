// Slack's documented rate limits, as token buckets per method (and per channel for chat.postMessage).
// https://docs.slack.dev/apis/web-api/rate-limits
import type { RateOptions } from './options.ts';
import type { EpochMs } from './workspace.ts';

export type Tier = 1 | 2 | 3 | 4 | 'post' | 'special';

const PER_MINUTE: Record<1 | 2 | 3 | 4, number> = { 1: 1, 2: 20, 3: 50, 4: 100 };
/** "Special" methods have generous limits that are not published; this one only stops runaway loops. */
const SPECIAL_PER_MINUTE = 600;
const DEFAULT_BURST = 10;

type Bucket = { tokens: number; at: EpochMs };

export type Rates = {
  /** Undefined when the call may pass, else the seconds to wait. */
  take(method: string, tier: Tier, channel: string | undefined, at: EpochMs): number | undefined;
  configure(options: RateOptions): void;
};

export function createRates(initial: RateOptions): Rates {
  let options = initial;
  const buckets = new Map<string, Bucket>();

  const allowance = (tier: Tier): { size: number; perSecond: number } => {
    const factor = options.tierFactor ?? 1;
    if (tier === 'post') return { size: options.postMessageBurst ?? DEFAULT_BURST, perSecond: 1 };
    const perMinute = (tier === 'special' ? SPECIAL_PER_MINUTE : PER_MINUTE[tier]) * factor;
    return { size: Math.max(1, perMinute), perSecond: perMinute / 60 };
  };

  return {
    take(method, tier, channel, at) {
      if (options.enabled === false) return undefined;
      const { size, perSecond } = allowance(tier);
      const key = tier === 'post' ? `${method} ${channel ?? ''}` : method;
      const bucket = buckets.get(key) ?? { tokens: size, at };
      const tokens = Math.min(size, bucket.tokens + ((at - bucket.at) / 1_000) * perSecond);
      if (tokens >= 1) {
        buckets.set(key, { tokens: tokens - 1, at });
        return undefined;
      }
      buckets.set(key, { tokens, at });
      return Math.max(1, Math.ceil((1 - tokens) / perSecond));
    },
    configure(next) {
      options = {
        enabled: next.enabled ?? options.enabled,
        postMessageBurst: next.postMessageBurst ?? options.postMessageBurst,
        tierFactor: next.tierFactor ?? options.tierFactor,
      };
      buckets.clear();
    },
  };
}
