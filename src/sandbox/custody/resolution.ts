// What follows when an approval is decided or runs out: the request moves on, and the webhooks say so.
import { announce, change, remember } from './approvals.ts';
import { raise } from './deliveries.ts';
import { newTransactionHash } from './ids.ts';
import { copyObject, isJsonObject, objectAt, textAt } from './json.ts';
import type { JsonObject } from './json.ts';
import type { ApprovalStatus } from './ledger.ts';
import { editPolicy, requestOf } from './policies.ts';
import { isoNow } from './world.ts';
import type { ApprovalRecord, World } from './world.ts';

/** The moment at which nobody decided in time. */
export function watchExpiry(world: World, record: ApprovalRecord): void {
  if (record.expiresAt === undefined) return;
  world.clock.at(record.expiresAt, () => {
    expireIfDue(world, record);
    // The deadline may have been moved meanwhile.
    if (record.approval.status === 'Pending') watchExpiry(world, record);
  });
}

export function expireIfDue(world: World, record: ApprovalRecord): void {
  const isDue = record.expiresAt !== undefined && record.expiresAt <= world.clock.now();
  if (!isDue || record.approval.status !== 'Pending') return;
  remember(record);
  resolve(world, record, 'Expired');
}

export function resolve(world: World, record: ApprovalRecord, status: Exclude<ApprovalStatus, 'Pending'>): void {
  change(world, record, { status, dateResolved: isoNow(world) }, `resolved ${status}`);
  if (status !== 'Expired' || world.org.announceExpiry) announce(world, record, 'policy.approval.resolved');
  if (status === 'Approved') execute(world, record);
  else reject(world, record, status === 'Denied' ? 'Policy approval denied' : 'Policy approval expired');
}

interface Lifecycle {
  key: string;
  events: string;
}

const lifecycles: Lifecycle[] = [
  { key: 'transferRequest', events: 'wallet.transfer' },
  { key: 'transactionRequest', events: 'wallet.transaction' },
  { key: 'signatureRequest', events: 'wallet.signature' },
];

const lifecycleOf = (record: ApprovalRecord): Lifecycle | undefined =>
  lifecycles.find(({ key }) => isJsonObject(record.approval.activity[key]));

/** Moves the request on; the activity inside the approval shows the new status and nothing else of it. */
function move(world: World, record: ApprovalRecord, fields: JsonObject): JsonObject {
  const activity = copyObject(record.approval.activity);
  const request = requestOf(activity);
  if (request === undefined) return {};
  const before = { ...request };
  request['status'] = fields['status'] ?? null;
  const id = textAt(request, 'id') ?? '';
  const full = { ...world.requests.get(id), ...before, ...fields };
  world.requests.set(id, full);
  change(
    world,
    record,
    { activity, dateUpdated: record.approval.dateUpdated },
    `request ${textAt(fields, 'status') ?? 'moved'}`,
  );
  return full;
}

function step(world: World, record: ApprovalRecord, lifecycle: Lifecycle, event: string, fields: JsonObject): void {
  const request = move(world, record, fields);
  raise(world, {
    kind: `${lifecycle.events}.${event}`,
    data: { [lifecycle.key]: request },
    approvalId: record.approval.id,
  });
}

function reject(world: World, record: ApprovalRecord, reason: string): void {
  const fields = { status: 'Rejected', reason, datePolicyResolved: isoNow(world) };
  const lifecycle = lifecycleOf(record);
  if (lifecycle) step(world, record, lifecycle, 'rejected', fields);
  else move(world, record, { status: 'Rejected', dateResolved: isoNow(world) });
}

function execute(world: World, record: ApprovalRecord): void {
  const lifecycle = lifecycleOf(record);
  if (lifecycle === undefined) {
    applyChange(world, record);
    return;
  }
  move(world, record, { status: 'Executing', datePolicyResolved: isoNow(world) });
  const { broadcastAfterMs, confirmAfterMs } = world.execution;
  const startedAt = world.clock.now();
  world.clock.at(startedAt + broadcastAfterMs, () => {
    if (record.outcome === 'failed') {
      step(world, record, lifecycle, 'failed', { status: 'Failed', reason: 'insufficient funds for gas' });
      return;
    }
    if (lifecycle.key === 'signatureRequest') {
      const half = newTransactionHash();
      step(world, record, lifecycle, 'signed', {
        status: 'Signed',
        signature: { r: half, s: half, recid: 0 },
        dateSigned: isoNow(world),
      });
      return;
    }
    step(world, record, lifecycle, 'broadcasted', {
      status: 'Broadcasted',
      txHash: newTransactionHash(),
      dateBroadcasted: isoNow(world),
    });
    world.clock.at(startedAt + Math.max(confirmAfterMs, broadcastAfterMs), () =>
      step(world, record, lifecycle, 'confirmed', {
        status: 'Confirmed',
        fee: '1542993669053672',
        dateConfirmed: isoNow(world),
      }),
    );
  });
}

/** Governance: the change that was asked for comes into force. */
function applyChange(world: World, record: ApprovalRecord): void {
  const { activity } = record.approval;
  const body = objectAt(requestOf(activity) ?? {}, 'body');
  const entityId = textAt(requestOf(activity) ?? {}, 'entityId');
  if (activity['kind'] === 'Policies:Modify' && body && entityId !== undefined) {
    editPolicy(world, entityId, body);
  }
  if (activity['kind'] === 'Permissions:Assign' && body) assignPermission(world, body);
  move(world, record, { status: 'Applied', dateResolved: isoNow(world) });
}

function assignPermission(world: World, body: JsonObject): void {
  const from = [...world.identities.values()].find((each) => each.permissionId === textAt(body, 'permissionId'));
  const to = world.identities.get(textAt(body, 'identityId') ?? '');
  if (from && to) to.permissions = [...new Set([...to.permissions, ...from.permissions])];
}
