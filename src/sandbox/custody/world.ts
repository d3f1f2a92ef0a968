// Everything the platform knows at this moment, in one place; the files beside this one are its verbs.
import type { KeyObject } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Clock, EpochMs } from './clock.ts';
import type { Courier } from './courier.ts';
import type { Json, JsonObject } from './json.ts';
import type {
  ApprovalDecision,
  ApprovalStatus,
  DecisionCall,
  DeliveryLine,
  Fault,
  Operation,
  Policy,
} from './ledger.ts';

export interface Organisation {
  id: string;
  /** Dfns staff switch this on per organisation; off, no service account may decide. */
  serviceAccountsActivated: boolean;
  /** Not documented whether Dfns announces an expiry; both ways must be survived. */
  announceExpiry: boolean;
  rateLimitPerMinute: number;
  maxPageSize: number;
}

export interface Credential {
  credentialId: string;
  publicKeyPem: string;
  publicKey: KeyObject;
}

export interface Identity {
  userId: string;
  name: string;
  username: string;
  isServiceAccount: boolean;
  tokenId: string;
  permissionId: string;
  assignmentId: string;
  permissions: string[];
  credentials: Credential[];
  dateCreated: string;
}

export interface Evaluation extends JsonObject {
  policyId: string;
  triggered: boolean;
  reason: string;
}

export interface Approval {
  id: string;
  initiatorId: string;
  activity: JsonObject;
  status: ApprovalStatus;
  expirationDate?: string;
  dateCreated: string;
  dateUpdated: string;
  policyEvaluations: Evaluation[];
  decisions: ApprovalDecision[];
  dateResolved?: string;
}

export interface ApprovalRecord {
  /** Counts up from 1; pages are cut by it. */
  sequence: number;
  /** What the API shows; replaced as a whole, never changed in place. */
  approval: Approval;
  /** Changes that leave no valid approval (a field gone, a wrong type): made only to what the API shows. */
  distortions: { path: string; value: Json | undefined }[];
  /** What the API showed before the last decision, edit or expiry. */
  previouslyShown: JsonObject | undefined;
  expiresAt: EpochMs | undefined;
  /** How the request ends once it may run. */
  outcome: 'confirmed' | 'failed';
  history: { at: EpochMs; event: string }[];
}

export interface Challenge {
  challenge: string;
  userId: string;
  payload: string;
  method: string;
  path: string;
  expiresAt: EpochMs;
  used: boolean;
}

export interface Webhook {
  id: string;
  url: string;
  events: string[];
  status: 'Enabled' | 'Disabled';
  description?: string;
  dateCreated: string;
  dateUpdated: string;
  secret: string;
}

/** One attempt as the listing of events shows it. */
export interface WebhookEvent {
  webhookId: string;
  sequence: number;
  raisedAt: EpochMs;
  approvalId: string | null;
  shown: {
    id: string;
    date: string;
    kind: string;
    data: Json;
    deliveryAttempt: number;
    timestampSent: number;
    retryOf?: string;
    status: string;
    error?: string;
    deliveryFailed: boolean;
    nextAttemptDate?: string;
  };
}

export interface World {
  clock: Clock;
  webhookClock: () => EpochMs;
  log: (line: string) => void;
  org: Organisation;
  identities: Map<string, Identity>;
  /** Bearer token to user id. */
  tokens: Map<string, string>;
  wallets: Map<string, JsonObject>;
  walletAssets: Map<string, JsonObject>;
  keys: Map<string, JsonObject>;
  policies: Map<string, Policy>;
  approvals: Map<string, ApprovalRecord>;
  /** Transfers, transactions, signatures and changes in full, by id. */
  requests: Map<string, JsonObject>;
  challenges: Map<string, Challenge>;
  userActions: Map<string, Challenge>;
  webhooks: Map<string, Webhook>;
  webhookEvents: WebhookEvent[];
  deliveries: DeliveryLine[];
  courier: Courier;
  droppingWebhooks: boolean;
  /** An event that a fault keeps back until another one has gone first. */
  heldBack: { release: () => Promise<void> } | undefined;
  decisionCalls: DecisionCall[];
  faults: Fault[];
  calls: Partial<Record<Operation, number>>;
  rateWindow: { startedAt: EpochMs; used: number };
  /** Connections that a fault left without an answer. */
  hanging: Set<Socket>;
  execution: { broadcastAfterMs: number; confirmAfterMs: number };
}

export const iso = (at: EpochMs): string => new Date(at).toISOString();

/** The instant as the platform's dates show it. */
export const isoNow = (world: World): string => iso(world.clock.now());
