// Approvals: how one comes to be, how it changes, and how the API shows it.
import { ok, refused } from './answer.ts';
import type { Answer } from './answer.ts';
import { raise } from './deliveries.ts';
import { strikeOf } from './faults.ts';
import { newId } from './ids.ts';
import { copyObject, isJsonObject, setAt } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { approvalSchema, approvalStatuses } from './ledger.ts';
import { cutPage } from './pages.ts';
import { belongsTo, evaluatePolicies, groupsOf, requestOf } from './policies.ts';
import { iso, isoNow } from './world.ts';
import type { Approval, ApprovalRecord, Evaluation, World } from './world.ts';

const minuteMs = 60_000;

export interface NewApproval {
  activity: JsonObject;
  initiatorId: string;
  /** Absent: as the policies say; null: never. */
  expiresInMs?: number | null;
  outcome?: ApprovalRecord['outcome'];
  /** What the evaluations say beside what the rules find. */
  context?: { reason: string; context: JsonObject };
}

/** Stops an activity because of the policies that it triggers, and says so by webhook. */
export function createApproval(world: World, input: NewApproval): ApprovalRecord {
  const evaluations = evaluatePolicies(world, input.activity).map((evaluation) => ({
    ...evaluation,
    ...input.context,
  }));
  const triggered = evaluations.filter((evaluation) => evaluation.triggered);
  if (triggered.length === 0) throw new Error('failed to create an approval: the activity triggers no policy');

  const now = world.clock.now();
  const expiresAt = expiryOf(world, triggered, input.expiresInMs, now);
  const id = newId('ap');
  const request = requestOf(input.activity);
  if (request) request['approvalId'] = id;
  const record: ApprovalRecord = {
    sequence: world.approvals.size + 1,
    approval: {
      id,
      initiatorId: input.initiatorId,
      activity: input.activity,
      status: 'Pending',
      ...(expiresAt === undefined ? {} : { expirationDate: iso(expiresAt) }),
      dateCreated: iso(now),
      dateUpdated: iso(now),
      policyEvaluations: evaluations,
      decisions: [],
    },
    distortions: [],
    previouslyShown: undefined,
    expiresAt,
    outcome: input.outcome ?? 'confirmed',
    history: [{ at: now, event: 'created' }],
  };
  world.approvals.set(id, record);
  if (request && typeof request['id'] === 'string') world.requests.set(request['id'], copyObject(request));
  announceCreation(world, record, triggered);
  return record;
}

// The shortest of the triggered policies' time-outs decides.
function expiryOf(
  world: World,
  triggered: Evaluation[],
  expiresInMs: number | null | undefined,
  now: number,
): number | undefined {
  if (expiresInMs === null) return undefined;
  if (expiresInMs !== undefined) return now + expiresInMs;
  const minutes = triggered.flatMap(
    (evaluation) => world.policies.get(evaluation.policyId)?.action.autoRejectTimeout ?? [],
  );
  return minutes.length === 0 ? undefined : now + Math.min(...minutes) * minuteMs;
}

const requestedEvents: Record<string, string> = {
  transferRequest: 'wallet.transfer.requested',
  transactionRequest: 'wallet.transaction.requested',
  signatureRequest: 'wallet.signature.requested',
};

function announceCreation(world: World, record: ApprovalRecord, triggered: Evaluation[]): void {
  const { approval } = record;
  for (const [key, kind] of Object.entries(requestedEvents)) {
    const request = approval.activity[key];
    if (isJsonObject(request)) raise(world, { kind, data: { [key]: request }, approvalId: approval.id });
  }
  for (const evaluation of triggered) {
    const policyEvaluation = {
      id: newId('plce'),
      triggered: true,
      reason: evaluation.reason,
      date: approval.dateCreated,
      policy: world.policies.get(evaluation.policyId),
      activity: approval.activity,
      context: evaluation['context'] ?? {},
    };
    raise(world, { kind: 'policy.triggered', data: { policyEvaluation }, approvalId: approval.id });
  }
  announce(world, record, 'policy.approval.pending');
}

export function announce(world: World, record: ApprovalRecord, kind: string): void {
  raise(world, { kind, data: { approval: shownOf(record) }, approvalId: record.approval.id });
}

/** The approval as the API shows it now. */
export function shownOf(record: ApprovalRecord): JsonObject {
  const shown = copyObject(record.approval);
  for (const { path, value } of record.distortions) setAt(shown, path, value);
  return shown;
}

/** Keeps what is shown now for a stale read; called before a change and all its consequences. */
export function remember(record: ApprovalRecord): void {
  record.previouslyShown = shownOf(record);
}

/** Replaces what changed and writes down why. */
export function change(world: World, record: ApprovalRecord, changes: Partial<Approval>, event: string): void {
  record.approval = { ...record.approval, dateUpdated: isoNow(world), ...changes };
  record.history.push({ at: world.clock.now(), event });
}

const isApproval = (value: JsonObject): value is JsonObject & Approval => approvalSchema.safeParse(value).success;

/** Changes one value inside an approval; false when the path leads nowhere. */
export function mutate(world: World, record: ApprovalRecord, path: string, value: Json | undefined): boolean {
  const changed = shownOf(record);
  if (!setAt(changed, path, value)) return false;
  remember(record);
  const event = `changed ${path}`;
  if (isApproval(changed)) {
    change(world, record, { ...changed, dateUpdated: isoNow(world) }, event);
    // A field that was taken away is still there after a merge.
    if (value === undefined) record.distortions.push({ path, value });
    if (path === 'expirationDate') record.expiresAt = expiryIn(changed);
  } else {
    change(world, record, {}, event);
    record.distortions.push({ path, value });
  }
  return true;
}

function expiryIn(approval: Approval): number | undefined {
  const at = Date.parse(approval.expirationDate ?? '');
  return Number.isNaN(at) ? undefined : at;
}

export function getApproval(world: World, approvalId: string): Answer {
  const record = world.approvals.get(approvalId);
  if (record === undefined) return refused(404, 'approval not found', { approvalId, orgId: world.org.id });
  if (record.previouslyShown && strikeOf(world, 'stale-get', approvalId)) return ok(record.previouslyShown);
  return ok(shownOf(record));
}

export function listApprovals(world: World, query: URLSearchParams): Answer {
  const status = query.get('status');
  if (status !== null && !approvalStatuses.some((each) => each === status)) return refused(400, 'status is not valid');
  const initiatorId = query.get('initiatorId');
  const approverId = query.get('approverId');
  const all = [...world.approvals.values()]
    .filter(({ approval }) => status === null || approval.status === status)
    .filter(({ approval }) => initiatorId === null || approval.initiatorId === initiatorId)
    .filter(({ approval }) => approverId === null || mayBeAskedOf(world, approval, approverId))
    .map((record) => ({ sequence: record.sequence, item: record }));
  const page = cutPage(all, query, world.org.maxPageSize);
  if (page.kind === 'refused') return page.answer;
  return ok({
    items: tamper(world, page.items).map(shownOf),
    ...(page.nextPageToken === undefined ? {} : { nextPageToken: page.nextPageToken }),
  });
}

/** "Potential approver": a member of one of the groups whose vote would count there. */
function mayBeAskedOf(world: World, approval: Approval, userId: string): boolean {
  const identity = world.identities.get(userId);
  return identity !== undefined && groupsOf(world, approval).some((group) => belongsTo(world, group, identity));
}

// An approval that a page leaves out, or shows twice.
function tamper(world: World, items: ApprovalRecord[]): ApprovalRecord[] {
  let shown = items;
  for (const record of items) {
    if (strikeOf(world, 'missing-in-list', record.approval.id)) shown = shown.filter((each) => each !== record);
    if (strikeOf(world, 'duplicate-in-list', record.approval.id)) shown = [...shown, record];
  }
  return shown;
}
