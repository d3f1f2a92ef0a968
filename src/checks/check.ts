// What a check is: a pure function over what it declared that it needs.
import type { Approval } from '../domain/approval.ts';
import type { EpochMs } from '../domain/amount.ts';
import type { Finding } from '../domain/finding.ts';

/** What the flow reads for the checks before they run; a check names what it needs and gets only that. */
export type Need = 'known-recipients';

export type CheckInput = {
  readonly approval: Approval;
  readonly serviceAccount: string;
  /** Recipients that this connection paid before, on the approval's network; empty unless a check needs them. */
  readonly knownRecipients: readonly string[];
  readonly now: EpochMs;
};

export type Check = {
  readonly name: string;
  readonly title: string;
  readonly needs: readonly Need[];
  run(input: CheckInput): Finding | Promise<Finding>;
};
