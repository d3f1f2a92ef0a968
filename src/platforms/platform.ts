// The one interface of a custody platform. What differs between platforms is data here, never a name in the flow.
import type { z } from 'zod';
import type { Activity } from '../domain/activity.ts';
import type { Approval } from '../domain/approval.ts';
import type { EpochMs } from '../domain/amount.ts';
import type { SubmissionOutcome } from '../domain/decision.ts';

/** What a platform can do for an automatic voter. */
export type Capabilities = {
  /** Does its API take decisions from a service identity at all? */
  readonly canVote: boolean;
  /** Whose vote a decision of ours is. */
  readonly voteIdentity: 'user' | 'service-account' | 'key' | 'co-signer';
  /** What our "no" does: one vote, the end of the request, the end of the activity, or nothing (there is no "no"). */
  readonly reject: 'vote' | 'ends-request' | 'kills-activity' | 'none';
  /** Does a decision carry a text, and how long may it be (characters)? Null: no text. */
  readonly reasonMaxLength: number | null;
  /** Can a vote be taken back once it is sent? */
  readonly revocable: boolean;
  /** Can pending approvals be listed, so that the sweep finds what webhooks lost? */
  readonly canListPending: boolean;
  /** Does the webhook hold less than the approval? Always read back anyway. */
  readonly thinWebhooks: boolean;
  /** A synchronous callback's deadline; null when webhooks are asynchronous. */
  readonly callbackDeadlineMs: number | null;
  /** How long a vote lives on the platform; null: as long as the approval. */
  readonly voteLifetimeMs: number | null;
  /** Does starting the activity already count as the initiator's approval? */
  readonly initiationCounts: boolean;
};

/** One webhook as it came: header names in lower case, the exact bytes of the body. */
export type RawDelivery = {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
};

/** All that is taken from a verified delivery: what it is called, how to recognise its retries, what to read back. */
export type Hint = {
  readonly eventKind: string;
  /** At most 200 characters; the same for every retry of one event. */
  readonly dedupeKey: string;
  /** Null when the event is not about an approval, or does not name it. */
  readonly approvalId: string | null;
};

export type Verification =
  | { readonly kind: 'verified'; readonly hint: Hint }
  /** Rejected before anything was believed; the reason is for the log and the metrics, never for the sender. */
  | { readonly kind: 'rejected'; readonly reason: 'no-signature' | 'bad-signature' | 'stale' | 'malformed' };

export type ApprovalReading =
  | { readonly kind: 'read'; readonly approval: Approval }
  | { readonly kind: 'absent' }
  /** The platform answered, and we can't make sense of it: people decide there. `document` is its answer as text. */
  | { readonly kind: 'unreadable'; readonly reason: string; readonly document: string }
  | { readonly kind: 'unavailable'; readonly reason: string; readonly retryAfterMs: number | null };

export type PendingListing =
  | { readonly kind: 'listed'; readonly ids: readonly string[] }
  | { readonly kind: 'unavailable'; readonly reason: string; readonly retryAfterMs: number | null };

/** A transfer that the platform let go, whether or not anybody had to approve it. */
export type ReleasedTransfer = {
  readonly platform: string;
  /** The platform's id, which an approval of it names as its subject. */
  readonly id: string;
  readonly initiator: string | null;
  readonly activity: Activity;
  readonly createdAt: EpochMs | null;
  /** When the money left, as far as the platform says. */
  readonly releasedAt: EpochMs | null;
};

export type TransferListing =
  | { readonly kind: 'listed'; readonly transfers: readonly ReleasedTransfer[] }
  /** Our account may not read transfers: the permission that it would need. */
  | { readonly kind: 'forbidden'; readonly permission: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** One line of `doctor`: what was looked at, and what to do when it is wrong. */
export type Diagnosis = {
  readonly name: string;
  readonly outcome: 'ok' | 'warning' | 'fault';
  readonly words: string;
  readonly remedy: string | null;
};

/** The platform's groups as they stand in its policies now, for `doctor` and for start-up warnings. */
export type PolicyListing =
  | { readonly kind: 'listed'; readonly policies: readonly Approval['policies'][number][] }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** The platform's policies in its own language, as text for an import into a rulebook. */
export type PolicyDocument =
  | { readonly kind: 'read'; readonly text: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

export type WebhookAdmin = {
  create(url: string): Promise<{ readonly id: string; readonly secret: string }>;
  ping(id: string): Promise<{ readonly status: string; readonly error: string | null }>;
  list(): Promise<
    readonly {
      readonly id: string;
      readonly url: string;
      readonly status: string;
      readonly events: readonly string[];
    }[]
  >;
};

/** One account on one platform, ready to be asked. Every call has a deadline of its own and never throws for weather. */
export type PlatformConnection = {
  readonly name: string;
  readonly platform: string;
  readonly capabilities: Capabilities;
  /** Our own account there, as it appears in groups and decisions. */
  readonly serviceAccount: string;
  /** Where people decide on the platform: there is no link to a single approval on every platform. */
  readonly decideUrl: string;
  /** Longest that one submission may take; nothing is sent when less time is left. */
  readonly submissionMs: number;
  verify(delivery: RawDelivery, now: EpochMs): Verification;
  readApproval(id: string): Promise<ApprovalReading>;
  listPending(): Promise<PendingListing>;
  decide(input: {
    readonly approvalId: string;
    readonly value: 'approved' | 'denied';
    readonly reason: string;
  }): Promise<SubmissionOutcome>;
  listPolicies(): Promise<PolicyListing>;
  /** Only where the platform's policies can be imported live. */
  readPolicies?(): Promise<PolicyDocument>;
  diagnose(): Promise<readonly Diagnosis[]>;
  readonly webhooks: WebhookAdmin | null;
  /** The transfer that a verified delivery tells of, when the platform has let it go; null for anything else. */
  readTransfer?(body: Uint8Array): ReleasedTransfer | null;
  /** Every transfer that was let go, from the beginning: for the history, where the operator permits it. */
  listTransfers?(onProgress: (found: number) => void): Promise<TransferListing>;
};

export type ConnectionSettings = {
  readonly name: string;
  readonly baseUrl: string;
  readonly webhookSecrets: readonly string[];
  readonly now: () => EpochMs;
};

/** One platform: its credential schema and how to connect. Registered in `platforms/index.ts`. */
export type Platform<Credentials = unknown> = {
  readonly kind: string;
  readonly capabilities: Capabilities;
  readonly credentials: z.ZodType<Credentials>;
  connect(settings: ConnectionSettings, credentials: Credentials): PlatformConnection;
};
