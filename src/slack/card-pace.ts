// How often one process touches one card: at most once a second, a few at a time, and a look at idle ones now and then.
import { createHash } from 'node:crypto';
import type { EpochMs } from '../domain/amount.ts';

export type CardPace = {
  /** Null: go on, and call the result when it is over. Otherwise: come back then. */
  enter(
    approvalId: string,
  ): { readonly kind: 'go'; leave(): void } | { readonly kind: 'wait'; readonly until: EpochMs };
  /** The card was seen to be there, because Slack just changed or linked it. */
  drawn(approvalId: string): void;
  seen(approvalId: string): void;
  isLookDue(approvalId: string): boolean;
};

const betweenDrawingsMs = 1000;
const busyMs = 250;
const lookAfterMs = 5 * 60_000;
const maxKept = 5000;

/** Each card that is being drawn holds a database connection: most of them stay free for clicks and webhooks. */
const maxAtOnce = 3;

export function createCardPace(now: () => EpochMs): CardPace {
  const running = new Set<string>();
  const drawnAt = new Map<string, EpochMs>();
  const seenAt = new Map<string, EpochMs>();
  return {
    enter: (approvalId) => {
      const next = (drawnAt.get(approvalId) ?? Number.NEGATIVE_INFINITY) + betweenDrawingsMs;
      if (now() < next) return { kind: 'wait', until: next };
      if (running.has(approvalId) || running.size >= maxAtOnce) return { kind: 'wait', until: now() + busyMs };
      running.add(approvalId);
      return { kind: 'go', leave: () => void running.delete(approvalId) };
    },
    drawn: (approvalId) => {
      keep(drawnAt, approvalId, now());
      keep(seenAt, approvalId, now());
    },
    seen: (approvalId) => keep(seenAt, approvalId, now()),
    isLookDue: (approvalId) => {
      const last = seenAt.get(approvalId);
      // After a start, the looks at all open cards are spread over the whole period.
      if (last === undefined) keep(seenAt, approvalId, now() - spread(approvalId));
      return last !== undefined && now() - last >= lookAfterMs;
    },
  };
}

function spread(approvalId: string): number {
  const part = createHash('sha256').update(approvalId).digest().readUInt16BE(0) / 0x1_00_00;
  return Math.floor(part * lookAfterMs);
}

function keep(map: Map<string, EpochMs>, key: string, value: EpochMs): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > maxKept && oldest !== undefined) map.delete(oldest);
}
