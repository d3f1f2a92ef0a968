// The platform's own account of what happened: the schema that a judge outside parses `GET /_sandbox/ledger` with.
import { z } from 'zod';

export const approvalStatuses = ['Pending', 'Approved', 'Denied', 'Expired'] as const;
export const decisionValues = ['Approved', 'Denied'] as const;

const decisionSchema = z.object({
  userId: z.string(),
  date: z.string(),
  reason: z.string().nullable(),
  value: z.enum(decisionValues),
});

export const approvalSchema = z.looseObject({
  id: z.string(),
  initiatorId: z.string(),
  activity: z.looseObject({ kind: z.string() }),
  status: z.enum(approvalStatuses),
  expirationDate: z.string().optional(),
  dateCreated: z.string(),
  dateUpdated: z.string(),
  dateResolved: z.string().optional(),
  policyEvaluations: z.array(z.looseObject({ policyId: z.string(), triggered: z.boolean(), reason: z.string() })),
  decisions: z.array(decisionSchema),
});

/** One call of the decision route, or one decision made in the dashboard. */
const decisionCallSchema = z.object({
  at: z.number(),
  approvalId: z.string(),
  /** null: the caller could not be told. */
  userId: z.string().nullable(),
  value: z.string().nullable(),
  reason: z.string().nullable(),
  /** What the caller was answered; null when the connection was cut or left hanging. */
  status: z.number().nullable(),
  /** Whether the decision counts on the platform, whatever the caller was told. */
  applied: z.boolean(),
  via: z.enum(['api', 'dashboard', 'foreign']),
  fault: z.string().nullable(),
});

/** One attempt to deliver one event to one webhook. */
const deliveryLineSchema = z.object({
  at: z.number(),
  webhookId: z.string(),
  eventId: z.string(),
  retryOf: z.string().nullable(),
  kind: z.string(),
  attempt: z.number(),
  /** The HTTP status, or why there was none (an error code, `dropped`). */
  status: z.string(),
  /** Exactly 200. */
  acknowledged: z.boolean(),
  approvalId: z.string().nullable(),
  /** From the first byte sent to the answer, in real time. */
  tookMs: z.number(),
});

const faultKinds = [
  'status',
  'timeout',
  'html-error',
  'accepted-202',
  'reset',
  'delay',
  'down',
  'stale-get',
  'missing-in-list',
  'duplicate-in-list',
  'webhook-drop',
  'webhook-duplicate',
  'webhook-reorder',
] as const;

const operations = [
  'decision',
  'get-approval',
  'list',
  'get-policy',
  'init',
  'action',
  'wallet',
  'key',
  'webhook',
  'identity',
] as const;

export const faultInputSchema = z.strictObject({
  kind: z.enum(faultKinds),
  on: z.enum([...operations, 'any']).optional(),
  status: z.number().int().min(400).max(599).optional(),
  when: z.enum(['before', 'after']).optional(),
  /** How often it strikes; null: until it is cleared. */
  times: z.number().int().positive().nullable().optional(),
  retryAfter: z.number().int().nonnegative().optional(),
  ms: z.number().int().nonnegative().optional(),
  n: z.number().int().positive().optional(),
  mode: z.enum(['status', 'reset']).optional(),
  approvalId: z.string().optional(),
});

const faultSchema = faultInputSchema.extend({
  id: z.string(),
  on: z.enum([...operations, 'any']),
  when: z.enum(['before', 'after']),
  timesLeft: z.number().nullable(),
  hits: z.number(),
  cleared: z.boolean(),
});

export const policySchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  status: z.enum(['Active', 'Archived']),
  dateCreated: z.string().optional(),
  dateUpdated: z.string().optional(),
  activityKind: z.string(),
  rule: z.looseObject({ kind: z.string() }),
  action: z.looseObject({
    kind: z.string(),
    autoRejectTimeout: z.number().nullable().optional(),
    approvalGroups: z
      .array(
        z.looseObject({
          name: z.string().optional(),
          quorum: z.number().int().min(1),
          approvers: z.looseObject({ userId: z.object({ in: z.array(z.string()).min(1).max(100) }).optional() }),
          initiatorCanApprove: z.boolean().optional(),
          serviceAccountsCanApprove: z.boolean().optional(),
        }),
      )
      .min(1)
      .optional(),
  }),
  filters: z.looseObject({}).nullable().optional(),
});

export const ledgerSchema = z.object({
  now: z.number(),
  organisation: z.object({
    serviceAccountsActivated: z.boolean(),
    announceExpiry: z.boolean(),
    rateLimitPerMinute: z.number(),
  }),
  approvals: z.array(
    z.object({
      approval: approvalSchema,
      history: z.array(z.object({ at: z.number(), event: z.string() })),
    }),
  ),
  decisionCalls: z.array(decisionCallSchema),
  deliveries: z.array(deliveryLineSchema),
  faults: z.array(faultSchema),
  policies: z.array(policySchema),
  /** Calls of the API per operation since the start. */
  calls: z.record(z.string(), z.number()),
});

export type ApprovalStatus = (typeof approvalStatuses)[number];
export type DecisionValue = (typeof decisionValues)[number];
export type ApprovalDecision = z.infer<typeof decisionSchema>;
export type DecisionCall = z.infer<typeof decisionCallSchema>;
export type DeliveryLine = z.infer<typeof deliveryLineSchema>;
export type Operation = (typeof operations)[number];
export type FaultInput = z.infer<typeof faultInputSchema>;
export type Fault = z.infer<typeof faultSchema>;
export type Policy = z.infer<typeof policySchema>;
export type ApprovalGroup = NonNullable<Policy['action']['approvalGroups']>[number];
export type Ledger = z.infer<typeof ledgerSchema>;
