// The one answer that we send to the platform, and what it rests on.
import type { EpochMs } from './amount.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { PersonId } from './person.ts';
import type { Coverage } from './release.ts';

/**
 * `denied` has only one basis: people. There is no way to write a denial that rests on a verdict, a time-out or a
 * missing setting.
 */
export type DecisionBasis =
  | {
      readonly value: 'approved';
      readonly coverage: readonly Coverage[];
      readonly people: readonly PersonId[];
      readonly voteIds: readonly string[];
      readonly evaluationId: string | null;
    }
  | {
      readonly value: 'denied';
      readonly people: readonly PersonId[];
      readonly reason: string;
      readonly cancelledByInitiator: boolean;
    };

export type Decision = {
  readonly id: string;
  readonly approvalId: string;
  readonly fingerprint: Fingerprint;
  readonly basis: DecisionBasis;
  readonly decidedAt: EpochMs;
  /** The pause before it is sent, in which it may still be withdrawn. */
  readonly sendAfter: EpochMs;
  /** From the first attempt on, the value never changes. */
  readonly firstAttemptAt: EpochMs | null;
  readonly withdrawnAt: EpochMs | null;
  readonly withdrawnWhy: string | null;
};

/** What became of one attempt to send. Anything but a definite answer is `unknown`, and is read again. */
export type SubmissionOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly reason: string; readonly mayNotVote: boolean }
  | { readonly kind: 'not-sent'; readonly reason: string; readonly retryAfterMs: number | null }
  | { readonly kind: 'unknown'; readonly reason: string };

export function mayWithdraw(decision: Decision): boolean {
  return decision.firstAttemptAt === null && decision.withdrawnAt === null;
}
