// What a check is: a function over the approval, over what it declared that it needs, and over what it was made with.
import type { Approval } from '../domain/approval.ts';
import type { EpochMs } from '../domain/amount.ts';
import type { Finding } from '../domain/finding.ts';
import type { State } from '../domain/lifecycle.ts';

/** What the flow reads from the database for the checks before they run; a check gets only what some check asked for. */
export type Needs = {
  readonly recipients?: true;
  /** Payments like this one, younger than so many milliseconds. */
  readonly similarWithinMs?: number;
};

/** What this connection knows of one recipient of the approval. */
export type KnownRecipient = {
  /** As the approval writes it. */
  readonly address: string;
  /** Whether a rule in force that can approve names it. */
  readonly isListed: boolean;
  /** The networks on which it was paid; null where its address can't be read, so that nobody knows. */
  readonly paidOn: readonly string[] | null;
  /** Other addresses that were paid or are named by a rule, with the same first and last characters. */
  readonly alike: readonly string[];
};

/** An earlier approval to the same recipient, of the same asset and amount, that was not refused. */
export type SimilarPayment = {
  /** The platform's id of it. */
  readonly reference: string;
  readonly state: State;
  readonly at: EpochMs;
  readonly externalId: string | null;
};

export type CheckInput = {
  readonly connection: string;
  readonly approval: Approval;
  readonly serviceAccount: string;
  /** One per recipient of the approval, in its order; empty unless a check needs them, and when there are too many. */
  readonly recipients: readonly KnownRecipient[];
  /** Newest first, a few at most; empty unless a check needs them. Null: what it pays can't be compared. */
  readonly similar: readonly SimilarPayment[] | null;
  readonly now: EpochMs;
};

export type Check = {
  readonly name: string;
  readonly title: string;
  readonly needs: Needs;
  /** Five seconds unless it says otherwise. */
  readonly deadlineMs?: number;
  run(input: CheckInput): Finding | Promise<Finding>;
};
