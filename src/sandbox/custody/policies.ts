// Policies: which of them an activity triggers, who may vote on it, and how they are read and edited.
import { ok, refused } from './answer.ts';
import type { Answer } from './answer.ts';
import { copyObject, objectAt, textAt } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { policySchema } from './ledger.ts';
import type { ApprovalGroup, Policy } from './ledger.ts';
import { listed } from './pages.ts';
import { isoNow } from './world.ts';
import type { Approval, Evaluation, Identity, World } from './world.ts';

export function getPolicy(world: World, policyId: string): Answer {
  const policy = world.policies.get(policyId);
  return policy ? ok(policy) : refused(404, 'policy not found', { policyId, orgId: world.org.id });
}

export function listPolicies(world: World, query: URLSearchParams): Answer {
  const status = query.get('status');
  const all = [...world.policies.values()].map((item, index) => ({ sequence: index + 1, item }));
  return listed(
    all.filter(({ item }) => status === null || item.status === status),
    query,
    world.org.maxPageSize,
  );
}

/** An edit in the dashboard: whole or in part; undefined when the result would not be a policy. */
export function editPolicy(world: World, policyId: string, patch: JsonObject): Policy | undefined {
  const before = world.policies.get(policyId);
  const edited = policySchema.safeParse({ ...before, ...patch, id: policyId, dateUpdated: isoNow(world) });
  if (!edited.success) return undefined;
  world.policies.set(policyId, edited.data);
  return edited.data;
}

// --- which policies an activity triggers ---

const requestKeys = ['transferRequest', 'transactionRequest', 'signatureRequest', 'swapRequest'] as const;

/** The one request inside an activity, whatever its kind is called. */
export function requestOf(activity: JsonObject): JsonObject | undefined {
  for (const key of [...requestKeys, 'changeRequest']) {
    const request = objectAt(activity, key);
    if (request) return request;
  }
  return undefined;
}

function walletIdsOf(world: World, activity: JsonObject): string[] {
  const request = requestOf(activity);
  const walletId = request && textAt(request, 'walletId');
  if (walletId !== undefined) return [walletId];
  const keyId = request && textAt(request, 'keyId');
  if (keyId === undefined) return [];
  return [...world.wallets.values()]
    .filter((wallet) => objectAt(wallet, 'signingKey')?.['id'] === keyId)
    .flatMap((wallet) => textAt(wallet, 'id') ?? []);
}

const textsIn = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

function matchesFilters(world: World, policy: Policy, activity: JsonObject): boolean {
  const filters = copyObject(policy.filters ?? {});
  const named = (key: string): JsonObject | undefined => objectAt(filters, key);
  const walletIds = walletIdsOf(world, activity);
  const tags = walletIds.flatMap((id) => textsIn(world.wallets.get(id)?.['tags']));
  const changed = requestOf(activity) ?? {};
  const entity = textAt(changed, 'entityId') ?? '';
  const permission = textAt(objectAt(changed, 'body') ?? {}, 'permissionId') ?? '';

  const oneOf = (list: JsonObject | undefined, found: string[]): boolean =>
    list === undefined || textsIn(list['in']).some((each) => found.includes(each));
  const wanted = named('walletTags');
  const hasAny = wanted && textsIn(wanted['hasAny']);
  const hasAll = wanted && textsIn(wanted['hasAll']);
  return (
    oneOf(named('walletId'), walletIds) &&
    oneOf(named('policyId'), [entity]) &&
    oneOf(named('permissionId'), [permission]) &&
    (hasAny === undefined || hasAny.length === 0 || hasAny.some((tag) => tags.includes(tag))) &&
    (hasAll === undefined || hasAll.every((tag) => tags.includes(tag)))
  );
}

/** What the activity is worth to the rules; undefined when they cannot read it, which makes them trigger. */
function worthUsd(activity: JsonObject): number | undefined {
  const transfer = objectAt(activity, 'transferRequest');
  const asset = objectAt(objectAt(transfer ?? {}, 'metadata') ?? {}, 'asset') ?? {};
  const price = objectAt(asset, 'quotes')?.['USD'];
  const decimals = asset['decimals'];
  const amount = textAt(objectAt(transfer ?? {}, 'requestBody') ?? {}, 'amount');
  if (typeof price !== 'number' || typeof decimals !== 'number' || amount === undefined) return undefined;
  return Math.round((Number(amount) / 10 ** decimals) * price * 100) / 100;
}

function evaluate(policy: Policy, activity: JsonObject): Evaluation {
  const configuration = copyObject(policy.rule['configuration'] ?? {});
  switch (policy.rule.kind) {
    case 'AlwaysTrigger':
      return { policyId: policy.id, triggered: true, reason: 'Policy is configured to always trigger.' };
    case 'TransactionAmountLimit': {
      const limit = Number(configuration['limit']);
      const worth = worthUsd(activity);
      if (worth === undefined) {
        return { policyId: policy.id, triggered: true, reason: 'Transfer amount could not be evaluated.' };
      }
      const triggered = worth > limit;
      return {
        policyId: policy.id,
        triggered,
        reason: `Transfer amount (USD ${worth}) is ${triggered ? 'above' : 'below'} limit (USD ${limit}). `,
        context: { transactionAmount: { value: String(worth), currency: 'USD' } },
      };
    }
    case 'TransactionRecipientWhitelist': {
      const to = textAt(objectAt(requestOf(activity) ?? {}, 'requestBody') ?? {}, 'to')?.toLowerCase();
      const known = textsIn(configuration['addresses']).some((address) => address.toLowerCase() === to);
      return {
        policyId: policy.id,
        triggered: !known,
        reason: known ? 'Recipient address is whitelisted.' : 'Recipient address is not whitelisted.',
      };
    }
    default:
      // The sandbox does not keep rolling sums or screen addresses.
      return { policyId: policy.id, triggered: false, reason: `Rule ${policy.rule.kind} did not trigger.` };
  }
}

export function evaluatePolicies(world: World, activity: JsonObject): Evaluation[] {
  return [...world.policies.values()]
    .filter((policy) => policy.status === 'Active' && policy.activityKind === activity['kind'])
    .filter((policy) => matchesFilters(world, policy, activity))
    .map((policy) => evaluate(policy, activity));
}

// --- who may vote ---

/**
 * The groups of every triggered policy. They are read as they stand now: whether Dfns keeps them as they were when the
 * approval was created is not documented.
 */
export function groupsOf(world: World, approval: Approval): ApprovalGroup[] {
  return approval.policyEvaluations
    .filter((evaluation) => evaluation.triggered)
    .flatMap((evaluation) => world.policies.get(evaluation.policyId)?.action.approvalGroups ?? []);
}

/** Whether somebody's vote counts in a group, the initiator rule left aside. */
export function belongsTo(world: World, group: ApprovalGroup, identity: Identity): boolean {
  const named = group.approvers.userId?.in;
  if (!identity.isServiceAccount) return named === undefined || named.includes(identity.userId);
  return (
    world.org.serviceAccountsActivated &&
    group.serviceAccountsCanApprove === true &&
    // A group that is open to anyone is not open to service accounts: they must be named.
    named !== undefined &&
    named.includes(identity.userId)
  );
}

export const isListedIn = (group: ApprovalGroup, userId: string): boolean =>
  group.approvers.userId === undefined || group.approvers.userId.in.includes(userId);
