// Remembers which signed requests were answered, so that the same bytes never run a handler twice.

export type ReplayMemory = {
  /** `first` must be settled later. */
  claim(digest: string, now: number): 'first' | 'running' | 'answered';
  /** What did not succeed is forgotten: whoever sends it again in good faith (a load balancer) gets another try. */
  settle(digest: string, isSuccess: boolean): void;
};

export function createReplayMemory(options: { keepMs: number; maxEntries: number }): ReplayMemory {
  // In the order of arrival, so that the oldest are always in front.
  const seen = new Map<string, { at: number; state: 'running' | 'answered' }>();
  const forgetOld = (now: number): void => {
    for (const [digest, entry] of seen) {
      if (entry.at > now - options.keepMs && seen.size < options.maxEntries) return;
      seen.delete(digest);
    }
  };
  return {
    claim: (digest, now) => {
      forgetOld(now);
      const entry = seen.get(digest);
      if (entry !== undefined) return entry.state;
      seen.set(digest, { at: now, state: 'running' });
      return 'first';
    },
    settle: (digest, isSuccess) => {
      const entry = seen.get(digest);
      if (entry === undefined) return;
      if (isSuccess) entry.state = 'answered';
      else seen.delete(digest);
    },
  };
}
