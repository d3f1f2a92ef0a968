// Dfns' JSON as schemas: every documented shape of an approval and of a policy, tolerant of fields that we don't know.
import { LosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { isExactJson, type ExactJson } from '../../domain/json.ts';
import { isRecord, recordAt, textAt, type ExactRecord } from './document.ts';

/** Ids enter paths and our tables: anything else is refused, whatever it is. */
export const idGrammar = /^[A-Za-z0-9_-]{1,128}$/;

export const idSchema = z.string().regex(idGrammar, 'is not an id');
const recordSchema = z.custom<ExactRecord>((value) => isExactJson(value) && isRecord(value), 'is not an object');

/** Zod copies what it reads; the decisive content is cut from the document itself, so both are kept. */
const over = <Output>(schema: z.ZodType<Output>) =>
  recordSchema
    .transform((raw): { raw: ExactRecord; read: unknown } => ({ raw, read: raw }))
    .pipe(z.object({ raw: recordSchema, read: schema }));

const optionalText = z
  .string()
  .nullish()
  .transform((text) => text ?? null);

const instantSchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/, 'is not a date')
  .transform((text, context) => {
    const instant = Date.parse(text);
    if (!Number.isNaN(instant)) return instant;
    context.addIssue('is not a date');
    return z.NEVER;
  })
  .nullish()
  .transform((instant) => instant ?? null);

const countSchema = z
  .union([z.custom<LosslessNumber>((value) => value instanceof LosslessNumber), z.string()], 'is not a whole number')
  .transform((value) => (typeof value === 'string' ? value : value.value))
  .pipe(z.string().regex(/^[1-9][0-9]{0,5}$/, 'is not a whole number above zero'))
  .transform(Number);

const decisionSchema = z
  .looseObject({
    userId: z.string().min(1),
    value: z.string(),
    reason: optionalText,
    date: instantSchema,
    dateActioned: instantSchema,
  })
  .transform(({ userId, value, reason, date, dateActioned }) => ({
    userId,
    value,
    reason,
    date: date ?? dateActioned,
  }));

/**
 * `triggered` since 2024, `triggerStatus` in the prose of the guides; an entry with neither stands in a list of
 * triggered policies. A status word that is new counts as triggered: it can only ask for more groups, never for fewer.
 */
const evaluationSchema = over(
  z
    .looseObject({
      policyId: idSchema,
      triggered: z.boolean().nullish(),
      triggerStatus: z.string().nullish(),
      reason: optionalText,
    })
    .transform(({ policyId, triggered, triggerStatus, reason }) => ({
      policyId,
      reason,
      triggered: triggered ?? (triggerStatus !== 'Skipped' && triggerStatus !== 'NotTriggered'),
    })),
);

const evaluationsSchema = z.array(evaluationSchema).nullish();

/** The three names that the list of evaluations has in the SDK, in the prose of the guides and in older guides. */
export const evaluationLists = ['policyEvaluations', 'evaluatedPolicies', 'triggeredPolicies'] as const;

const approvalSchema = over(
  z
    .looseObject({
      id: idSchema,
      initiatorId: z.string().min(1).nullish(),
      status: z.string(),
      activity: recordSchema,
      activityKind: z.string().nullish(),
      policyEvaluations: evaluationsSchema,
      evaluatedPolicies: evaluationsSchema,
      triggeredPolicies: evaluationsSchema,
      decisions: z.array(decisionSchema),
      expirationDate: instantSchema,
      dateCreated: instantSchema,
    })
    .refine((approval) => evaluationLists.some((name) => approval[name] !== null && approval[name] !== undefined), {
      message: 'names no policies',
    }),
);

export const requestNames = [
  'transferRequest',
  'transactionRequest',
  'signatureRequest',
  'swapRequest',
  'changeRequest',
] as const;

export type RequestName = (typeof requestNames)[number];

/** The thing that waits, and where it stands inside the activity. */
export type WireRequest = {
  readonly name: RequestName;
  readonly path: readonly string[];
  readonly body: ExactRecord;
};

type WireEvaluation = {
  readonly policyId: string;
  readonly triggered: boolean;
  readonly reason: string | null;
  readonly raw: ExactRecord;
};

type WireDecision = {
  readonly userId: string;
  readonly value: string;
  readonly reason: string | null;
  readonly date: number | null;
};

export type WireApproval = {
  readonly id: string;
  readonly initiatorId: string | null;
  readonly status: string;
  readonly activityKind: string;
  readonly activity: ExactRecord;
  /** Exactly one in every activity that we know. */
  readonly requests: readonly WireRequest[];
  readonly evaluations: readonly WireEvaluation[];
  readonly decisions: readonly WireDecision[];
  readonly expiresAt: number | null;
  readonly createdAt: number | null;
  readonly raw: ExactRecord;
};

export type WireReading<Value> =
  | { readonly kind: 'read'; readonly value: Value }
  | { readonly kind: 'unreadable'; readonly reason: string };

export function readWireApproval(document: ExactJson): WireReading<WireApproval> {
  const parsed = approvalSchema.safeParse(document);
  if (!parsed.success) return unreadable('the approval', parsed.error);
  const { raw, read } = parsed.data;
  const activityKind = textAt(read.activity, 'kind') ?? read.activityKind ?? null;
  if (activityKind === null) return { kind: 'unreadable', reason: 'the approval has an activity without a kind' };
  const evaluations = evaluationLists.flatMap((name) => read[name] ?? []);
  return {
    kind: 'read',
    value: {
      id: read.id,
      initiatorId: read.initiatorId ?? null,
      status: read.status,
      activityKind,
      activity: read.activity,
      requests: requestsIn(read.activity),
      evaluations: evaluations.map((evaluation) => ({ ...evaluation.read, raw: evaluation.raw })),
      decisions: read.decisions,
      expiresAt: read.expirationDate,
      createdAt: read.dateCreated,
      raw,
    },
  };
}

/** In 2023 the activity was the request itself, and only its id said what it is. */
const nameByIdPrefix: Readonly<Record<string, RequestName>> = {
  xfr: 'transferRequest',
  tx: 'transactionRequest',
  sig: 'signatureRequest',
};

function requestsIn(activity: ExactRecord): readonly WireRequest[] {
  const named = requestNames.flatMap((name): WireRequest[] => {
    const body = recordAt(activity, name);
    return body === null ? [] : [{ name, path: [name], body }];
  });
  if (named.length > 0 || textAt(activity, 'kind') !== null) return named;
  const prefix = textAt(activity, 'id')?.split('-')[0] ?? '';
  const name = Object.hasOwn(nameByIdPrefix, prefix) ? nameByIdPrefix[prefix] : undefined;
  return name === undefined ? [] : [{ name, path: [], body: activity }];
}

/** Anything but the two known forms is unreadable: an unknown form must never be taken for "anyone". */
const approversSchema = z.strictObject({ userId: z.strictObject({ in: z.array(z.string().min(1)) }).optional() });

const groupSchema = over(
  z.looseObject({
    name: optionalText,
    quorum: countSchema,
    approvers: approversSchema,
    initiatorCanApprove: z.boolean().nullish(),
    serviceAccountsCanApprove: z.boolean().nullish(),
  }),
);

const policySchema = over(
  z
    .looseObject({
      id: idSchema,
      name: optionalText,
      status: z.string(),
      action: z.looseObject({ kind: z.string(), approvalGroups: z.array(groupSchema).nullish() }),
    })
    .refine(({ action }) => action.kind !== 'RequestApproval' || (action.approvalGroups ?? []).length > 0, {
      message: 'asks for approval by no group',
    }),
);

export type WireGroup = z.output<typeof groupSchema>;
export type WirePolicy = {
  readonly id: string;
  readonly name: string | null;
  readonly status: string;
  readonly action: string;
  readonly groups: readonly WireGroup[];
  readonly raw: ExactRecord;
};

export function readWirePolicy(document: ExactJson): WireReading<WirePolicy> {
  const parsed = policySchema.safeParse(document);
  if (!parsed.success) return unreadable('the policy', parsed.error);
  const { raw, read } = parsed.data;
  const { id, name, status, action } = read;
  const groups = action.kind === 'RequestApproval' ? (action.approvalGroups ?? []) : [];
  return { kind: 'read', value: { id, name, status, action: action.kind, groups, raw } };
}

function unreadable(noun: string, error: z.ZodError): { kind: 'unreadable'; reason: string } {
  const places = error.issues.slice(0, 3).map(({ path, message }) => {
    const place = path.filter((step) => step !== 'read' && step !== 'raw').join('.');
    return place === '' ? message : `"${place}" ${message}`;
  });
  return { kind: 'unreadable', reason: `${noun} has an unknown form: ${places.join('; ')}` };
}
