// How an approval of the past ended, in the words that a backtest compares by.
import type { PastApproval } from '../db/past-approvals.ts';

const outcomes = [
  'rejected',
  'cancelled',
  'approved-by-people',
  'approved-elsewhere',
  'approved-automatically',
  'expired',
  'failed',
  'open',
] as const;

/**
 * `rejected`: a person said no, here or on the platform, and it stood; `cancelled`: whoever asked for it took it back.
 * `approved-elsewhere`: people did it on the platform without a decision of ours.
 */
export type Outcome = (typeof outcomes)[number];

export function outcomeOf(past: PastApproval, serviceAccount: string): Outcome {
  const { basis } = past;
  if (past.state === 'approved') {
    if (past.endedElsewhere || basis?.value !== 'approved') return 'approved-elsewhere';
    return basis.people.length === 0 ? 'approved-automatically' : 'approved-by-people';
  }
  if (basis?.value === 'denied') return basis.cancelledByInitiator ? 'cancelled' : 'rejected';
  if (past.rejections.some(({ cancelled }) => !cancelled)) return 'rejected';
  if (past.state === 'cancelled' || past.rejections.length > 0) return 'cancelled';
  // No automation denies: where the platform says denied, a person there did it.
  if (past.state === 'denied' || rejecters(past, serviceAccount).length > 0) return 'rejected';
  if (past.state === 'expired' || past.state === 'failed') return past.state;
  return 'open';
}

/** Ids of people who rejected it here, and accounts that did so on the platform. */
export function rejecters(past: PastApproval, serviceAccount: string): readonly string[] {
  const here = past.basis?.value === 'denied' ? past.basis.people : [];
  const there = past.snapshots
    .filter(({ fingerprint }) => fingerprint === past.fingerprint)
    .flatMap(({ approval }) => approval.decisions)
    .filter(({ value, account }) => value === 'denied' && account !== serviceAccount)
    .map(({ account }) => account);
  const held = past.rejections.filter(({ cancelled }) => !cancelled).map(({ person }) => person);
  return [...new Set([...here, ...held, ...there])];
}
