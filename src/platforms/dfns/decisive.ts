// What the fingerprint covers: the whole approval and its policies, less volatile fields, each left out by its exact path.
import { sortKey, without, type ExactRecord } from './document.ts';
import { inCanonicalOrder } from './policies.ts';
import { evaluationLists, type RequestName, type WireApproval, type WirePolicy } from './wire.ts';

/** Of the approval: how far it is, and what others already answered. */
const progressFields = ['status', 'dateUpdated', 'dateResolved', 'decisions'] as const;

/** Of a policy: its name and dates, and a proposal to change it, which changes nothing until it is the policy. */
const policyNotes = ['name', 'dateCreated', 'dateUpdated', 'pendingChangeRequest'] as const;

/** Of an evaluation: its explanation, which quotes prices and running totals. */
const evaluationNotes = ['reason', 'context'] as const;

/**
 * What execution writes into the request. Left out only once the approval is no longer pending, so that the outcome
 * does not look like changed content; while there is something to decide, every one of them would count.
 */
const outcomeFields: Readonly<Record<RequestName, readonly string[]>> = {
  transferRequest: ['reason', 'txHash', 'fee', 'datePolicyResolved', 'dateBroadcasted', 'dateConfirmed'],
  transactionRequest: ['reason', 'txHash', 'fee', 'datePolicyResolved', 'dateBroadcasted', 'dateConfirmed'],
  signatureRequest: [
    'reason',
    'txHash',
    'fee',
    'signature',
    'signatures',
    'signedData',
    'datePolicyResolved',
    'dateSigned',
    'dateConfirmed',
  ],
  swapRequest: ['failureReason'],
  changeRequest: ['dateResolved'],
};

export function decisiveOf(approval: WireApproval, policies: readonly WirePolicy[]): ExactRecord {
  const apart = ['activity', ...evaluationLists, ...progressFields];
  return {
    approval: apart.reduce((rest, key) => without(rest, key), approval.raw),
    activity: decisiveActivity(approval),
    evaluations: approval.evaluations
      .map(({ raw }) => evaluationNotes.reduce((rest, key) => without(rest, key), raw))
      .toSorted(byText((evaluation) => sortKey(evaluation))),
    policies: policies.map(decisivePolicy).toSorted(byText((policy) => sortKey(policy))),
  };
}

function decisiveActivity(approval: WireApproval): ExactRecord {
  let activity = approval.activity;
  for (const { name, path } of approval.requests) {
    activity = without(activity, ...path, 'status');
    activity = without(activity, ...path, 'metadata', 'asset', 'quotes');
    if (approval.status === 'Pending') continue;
    for (const field of outcomeFields[name]) activity = without(activity, ...path, field);
  }
  return activity;
}

function decisivePolicy(policy: WirePolicy): ExactRecord {
  const rest = policyNotes.reduce((raw, key) => without(raw, key), policy.raw);
  return Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, inCanonicalOrder(value)]));
}

function byText<Item>(textOf: (item: Item) => string): (a: Item, b: Item) => number {
  return (a, b) => {
    const [first, second] = [textOf(a), textOf(b)];
    return first < second ? -1 : Number(first > second);
  };
}
