// From Dfns' approval and the policies that it triggered to the domain's approval; pure.
import type { Activity } from '../../domain/activity.ts';
import type { Approval, PlatformDecision, PlatformStatus } from '../../domain/approval.ts';
import { blankActivity, type Surroundings, type Translate } from './activity.ts';
import { decisiveOf } from './decisive.ts';
import { leavesOf, textAt, wordsOf } from './document.ts';
import { governanceKinds, translateChange } from './governance.ts';
import { translatePolicy } from './policies.ts';
import { translateSignature } from './signatures.ts';
import { translateSwap } from './swaps.ts';
import { translateTransaction } from './transactions.ts';
import { translateTransfer } from './transfers.ts';
import type { RequestName, WireApproval, WirePolicy, WireRequest } from './wire.ts';

export const statuses: Readonly<Record<string, PlatformStatus>> = {
  Pending: 'pending',
  Approved: 'approved',
  AutoApproved: 'approved',
  Denied: 'denied',
  Rejected: 'denied',
  Expired: 'expired',
};

const decisionValues: Readonly<Record<string, PlatformDecision['value']>> = {
  Approved: 'approved',
  Denied: 'denied',
  Rejected: 'denied',
};

const signing: Readonly<Record<Exclude<RequestName, 'changeRequest'>, Translate>> = {
  transferRequest: translateTransfer,
  transactionRequest: translateTransaction,
  signatureRequest: translateSignature,
  swapRequest: translateSwap,
};

/** Details are for reading: a change of thousands of lines is read on the platform. */
const mostFacts = 100;

export type Origin = { readonly organisation: string; readonly environment: string };

/** The policies that must be read before an approval can be: each triggered one, once. */
export function triggeredPolicyIds(approval: WireApproval): readonly string[] {
  return [...new Set(approval.evaluations.filter(({ triggered }) => triggered).map(({ policyId }) => policyId))];
}

/** `policies` are those of `triggeredPolicyIds`, in any order. */
export function translateApproval(
  approval: WireApproval,
  policies: readonly WirePolicy[],
  around: Surroundings,
  origin: Origin,
): Approval {
  const reasons = new Map(approval.evaluations.map(({ policyId, reason }) => [policyId, reason]));
  return {
    platform: 'dfns',
    ...origin,
    id: approval.id,
    status: wordIn(statuses, approval.status) ?? 'unknown',
    statusText: approval.status,
    initiator:
      approval.initiatorId === null
        ? null
        : { account: approval.initiatorId, serviceAccount: around.initiatorIsServiceAccount },
    activity: translateActivity(approval, around),
    policies: policies.map((policy) => translatePolicy(policy, reasons.get(policy.id) ?? null)),
    groupLogic: 'all',
    decisions: approval.decisions.map(({ userId, value, reason, date }) => ({
      account: userId,
      value: wordIn(decisionValues, value) ?? 'unknown',
      reason,
      decidedAt: date,
    })),
    createdAt: approval.createdAt,
    expiresAt: approval.expiresAt,
    decisive: decisiveOf(approval, policies),
  };
}

/** What a word means; null when we have never seen it. */
export function wordIn<Meaning>(meanings: Readonly<Record<string, Meaning>>, word: string): Meaning | null {
  return Object.hasOwn(meanings, word) ? (meanings[word] ?? null) : null;
}

function translateActivity(approval: WireApproval, around: Surroundings): Activity {
  const [request, second] = approval.requests;
  if (request === undefined) return unknownActivity(approval, 'its activity holds no request that is known');
  if (second !== undefined) return unknownActivity(approval, 'its activity holds more than one request');
  const activity = translateRequest(approval, request, around);
  const unread = [...activity.unread, ...disputedInitiator(approval, request), ...strangersBeside(approval, request)];
  return {
    ...activity,
    unread,
    request: { ...activity.request, walletTags: around.walletTags ?? null },
    facts: [...valuations(approval), ...activity.facts].slice(0, mostFacts),
  };
}

function translateRequest(approval: WireApproval, request: WireRequest, around: Surroundings): Activity {
  const isChange = request.name === 'changeRequest';
  const isKnown = isChange
    ? wordIn(governanceKinds, approval.activityKind) !== null
    : approval.activityKind === 'Wallets:Sign';
  if (!isKnown) return unknownActivity(approval, `its kind "${approval.activityKind}" is not known`);
  const translate = request.name === 'changeRequest' ? translateChange : signing[request.name];
  return translate(approval, request, around);
}

/** What the policies took it to be worth: for reading, because dollars can't be compared with base units. */
function valuations(approval: WireApproval): Activity['facts'] {
  const values = approval.evaluations.flatMap(({ raw }) => {
    const value = textAt(raw, 'context', 'transactionAmount', 'value');
    const currency = textAt(raw, 'context', 'transactionAmount', 'currency');
    return value === null || currency === null ? [] : [`${value} ${currency}`];
  });
  return [...new Set(values)].map((value) => ({ label: 'Value, as its policies took it', value }));
}

/** Who may not vote hangs on the initiator, so two different answers are no answer. */
function disputedInitiator(approval: WireApproval, request: WireRequest): readonly string[] {
  const requester = textAt(request.body, 'requester', 'userId');
  return requester === null || requester === approval.initiatorId
    ? []
    : ['the request names another initiator than the approval'];
}

/** What stands beside the request may change what it does. */
function strangersBeside(approval: WireApproval, request: WireRequest): readonly string[] {
  // In the shape of 2023 the activity is the request.
  if (request.path.length === 0) return [];
  return Object.keys(approval.activity)
    .filter((key) => key !== 'kind' && key !== request.name)
    .map((key) => `its activity has a field "${key}", which is not known`);
}

function unknownActivity(approval: WireApproval, reason: string): Activity {
  const [request] = approval.requests;
  const facts = leavesOf(approval.activity).map(({ path, value }) => ({ label: path, value: wordsOf(value) }));
  return { ...blankActivity(approval, request ?? null), unread: [reason], facts: facts.slice(0, mostFacts) };
}
