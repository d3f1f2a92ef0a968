// Everything about one approval that a person may be shown, gathered by the flow and drawn by the cards.
import type { Approval } from './approval.ts';
import type { EpochMs, Fiat } from './amount.ts';
import type { BudgetLeft } from './budget.ts';
import type { Decision } from './decision.ts';
import type { Finding } from './finding.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { State } from './lifecycle.ts';
import type { PersonId } from './person.ts';
import type { GroupStanding } from './quorum.ts';
import type { Verdict } from './verdict.ts';
import type { Vote } from './vote.ts';

export type PersonRef = {
  readonly id: PersonId;
  readonly name: string;
  /** `team/user`, the first one; null when unknown. */ readonly slack: string | null;
};

export type HoldView = {
  readonly person: PersonRef;
  readonly reason: string;
  readonly placedAt: EpochMs;
  readonly byInitiator: boolean;
  readonly liftAskedBy: PersonRef | null;
};

export type SubmissionView = {
  readonly attempt: number;
  readonly startedAt: EpochMs;
  readonly outcome: 'accepted' | 'refused' | 'not-sent' | 'unknown' | null;
  readonly reason: string | null;
};

export type ApprovalView = {
  /** Our own id; the only thing that a button carries besides the fingerprint. */
  readonly id: string;
  readonly connection: string;
  readonly platform: string;
  readonly platformId: string;
  readonly mode: 'observe' | 'card' | 'vote';
  readonly decideUrl: string;
  readonly state: State;
  readonly stateReason: string | null;
  readonly endedElsewhere: boolean;
  /** Null until it was read for the first time, or when it is unreadable. */
  readonly approval: Approval | null;
  readonly fingerprint: Fingerprint | null;
  /** How often its content changed since it was first read. */
  readonly revision: number;
  /** What changed with the last revision, in words; empty when nothing did. */
  readonly changes: readonly string[];
  readonly value: Fiat | null;
  readonly initiator: { readonly account: string; readonly person: PersonRef | null; readonly serviceAccount: boolean };
  readonly standing: readonly (GroupStanding & {
    /** Who may vote here in Slack, eligible people only. */
    readonly eligible: readonly PersonRef[];
    /** Why its quorum can't be reached (initiator excluded, people missing, account not allowed); empty when it can. */
    readonly unreachable: readonly string[];
  })[];
  readonly votes: readonly (Vote & { readonly person: PersonRef })[];
  readonly findings: readonly Finding[];
  readonly verdict: Verdict | null;
  /** What automation may still approve of the kind; left out where nobody looked. */
  readonly budgetLeft?: readonly BudgetLeft[];
  readonly decision: Decision | null;
  /** The people whom the decision rests on. */
  readonly decidedBy: readonly PersonRef[];
  readonly submissions: readonly SubmissionView[];
  readonly holds: readonly HoldView[];
  readonly switches: { readonly automation: boolean; readonly approvals: boolean };
  /** May Approve be offered in Slack now, and if not, why (shown with the link to the platform)? */
  readonly approveInSlack:
    | { readonly kind: 'offered' }
    | { readonly kind: 'not-offered'; readonly reasons: readonly string[] };
  readonly rejectInSlack: boolean;
  /** Is this the first payment to this recipient on this connection? Null: unknown. */
  readonly firstPayment: boolean | null;
  readonly seenAt: EpochMs;
  readonly expiresAt: EpochMs | null;
  readonly endedAt: EpochMs | null;
  /** People who decided on the platform itself. */
  readonly platformDecisions: readonly {
    readonly who: string;
    readonly value: 'approved' | 'denied' | 'unknown';
    readonly ours: boolean;
  }[];
  readonly auditHead: { readonly seq: number; readonly mac: string } | null;
  readonly now: EpochMs;
};
