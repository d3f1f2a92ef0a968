// The platform's question, as last read back from the platform.
import type { Activity } from './activity.ts';
import type { EpochMs } from './amount.ts';
import type { ExactJson } from './json.ts';

/** `unknown` is a status word that we have never seen: it is not pending, and nothing is sent on it. */
export type PlatformStatus = 'pending' | 'approved' | 'denied' | 'expired' | 'failed' | 'cancelled' | 'unknown';

export type Approvers = { readonly kind: 'anyone' } | { readonly kind: 'listed'; readonly accounts: readonly string[] };

/** What one person's "no" does on this platform. */
export type RejectionRule = 'any-reject' | 'when-impossible' | 'none';

export type ApprovalGroup = {
  /** Unique in the approval: policy id, name, and a number where one policy has two groups of one name. */
  readonly key: string;
  readonly policyId: string;
  readonly name: string;
  readonly quorum: number;
  readonly approvers: Approvers;
  readonly initiatorCanApprove: boolean;
  readonly serviceAccountsCanApprove: boolean;
  readonly rejectionRule: RejectionRule;
};

export type TriggeredPolicy = {
  readonly id: string;
  readonly name: string;
  /** Why the platform says it triggered; untrusted text, not part of the fingerprint. */
  readonly reason: string | null;
  readonly groups: readonly ApprovalGroup[];
};

export type PlatformDecision = {
  readonly account: string;
  readonly value: 'approved' | 'denied' | 'unknown';
  readonly reason: string | null;
  readonly decidedAt: EpochMs | null;
};

export type Initiator = { readonly account: string; readonly serviceAccount: boolean | null };

export type Approval = {
  readonly platform: string;
  readonly organisation: string;
  readonly environment: string;
  readonly id: string;
  readonly status: PlatformStatus;
  /** The platform's own status word. */
  readonly statusText: string;
  readonly initiator: Initiator | null;
  readonly activity: Activity;
  readonly policies: readonly TriggeredPolicy[];
  /** Every group must be met (`all`), or any one of them releases it (`any`, e.g. alternative key quorums). */
  readonly groupLogic: 'all' | 'any';
  readonly decisions: readonly PlatformDecision[];
  readonly createdAt: EpochMs | null;
  readonly expiresAt: EpochMs | null;
  /**
   * Everything that people or rules could have decided on, with volatile fields left out by exact path and sets
   * sorted; written by the connector, read only by the fingerprint (design, section 3.1).
   */
  readonly decisive: ExactJson;
};

export function groupsOf(approval: Pick<Approval, 'policies'>): readonly ApprovalGroup[] {
  return approval.policies.flatMap((policy) => policy.groups);
}

export function isListed(group: ApprovalGroup, account: string): boolean {
  return group.approvers.kind === 'listed' && group.approvers.accounts.includes(account);
}

export function mayVoteOnPlatform(group: ApprovalGroup, account: string): boolean {
  return group.approvers.kind === 'anyone' || group.approvers.accounts.includes(account);
}
