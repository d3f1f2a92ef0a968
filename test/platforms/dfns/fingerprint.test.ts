// What the fingerprint covers, leaf by leaf: each is changed in turn, and either the fingerprint moves or it must not.
import { LosslessNumber } from 'lossless-json';
import { describe, expect, test } from 'vitest';
import { fingerprintOf, type Fingerprint } from '../../../src/domain/fingerprint.ts';
import type { ExactJson } from '../../../src/domain/json.ts';
import { isList, isRecord, type ExactRecord } from '../../../src/platforms/dfns/document.ts';
import { translateApproval } from '../../../src/platforms/dfns/translate.ts';
import { documentOf, exact, nothingAround, origin, policyOf, translated, wireOf } from './fixtures.ts';

type Documents = { readonly approval: ExactJson; readonly policies: readonly ExactJson[] };

const recorded = documentOf('approvals/erc20-transfer.json');

/** The recorded approval with everything that Dfns may add to it, now or one day. */
const full: Documents = {
  approval: withAt(
    withAt(withAt(recorded, ['somethingNew'], exact('{"deep":1}')), ['dateResolved'], '2026-09-14T09:00:00.000Z'),
    ['activity', 'transferRequest', 'requestBody', 'somethingNew'],
    'x',
  ),
  policies: [
    withAt(
      withAt(documentOf('api/policy.get.amount-limit.json'), ['somethingNew'], 'x'),
      ['pendingChangeRequest'],
      exact('{"id":"cr-1"}'),
    ),
    documentOf('api/policy.get.whitelist-two-groups.json'),
  ],
};

const table: Readonly<Record<string, 'in' | 'out'>> = {
  'approval/id': 'in',
  'approval/initiatorId': 'in',
  'approval/activity/kind': 'in',
  'approval/activity/transferRequest/id': 'in',
  'approval/activity/transferRequest/walletId': 'in',
  'approval/activity/transferRequest/network': 'in',
  'approval/activity/transferRequest/requester/userId': 'in',
  'approval/activity/transferRequest/requester/tokenId': 'in',
  'approval/activity/transferRequest/requestBody/kind': 'in',
  'approval/activity/transferRequest/requestBody/contract': 'in',
  'approval/activity/transferRequest/requestBody/to': 'in',
  'approval/activity/transferRequest/requestBody/amount': 'in',
  'approval/activity/transferRequest/requestBody/externalId': 'in',
  'approval/activity/transferRequest/requestBody/somethingNew': 'in',
  'approval/activity/transferRequest/metadata/asset/symbol': 'in',
  'approval/activity/transferRequest/metadata/asset/decimals': 'in',
  'approval/activity/transferRequest/metadata/asset/verified': 'in',
  'approval/activity/transferRequest/metadata/asset/quotes/USD': 'out',
  'approval/activity/transferRequest/metadata/asset/quotes/EUR': 'out',
  'approval/activity/transferRequest/status': 'out',
  'approval/activity/transferRequest/dateRequested': 'in',
  'approval/activity/transferRequest/approvalId': 'in',
  'approval/activity/transferRequest/externalId': 'in',
  'approval/status': 'out',
  'approval/expirationDate': 'in',
  'approval/dateCreated': 'in',
  'approval/dateUpdated': 'out',
  'approval/policyEvaluations/0/policyId': 'in',
  'approval/policyEvaluations/0/triggered': 'in',
  'approval/policyEvaluations/0/reason': 'out',
  'approval/policyEvaluations/0/context/transactionAmount/value': 'out',
  'approval/policyEvaluations/0/context/transactionAmount/currency': 'out',
  'approval/policyEvaluations/1/policyId': 'in',
  'approval/policyEvaluations/1/triggered': 'in',
  'approval/policyEvaluations/1/reason': 'out',
  'approval/decisions/0/userId': 'out',
  'approval/decisions/0/date': 'out',
  'approval/decisions/0/reason': 'out',
  'approval/decisions/0/value': 'out',
  'approval/somethingNew/deep': 'in',
  'approval/dateResolved': 'out',
  'policies/0/id': 'in',
  'policies/0/name': 'out',
  'policies/0/status': 'in',
  'policies/0/dateCreated': 'out',
  'policies/0/dateUpdated': 'out',
  'policies/0/activityKind': 'in',
  'policies/0/rule/kind': 'in',
  'policies/0/rule/configuration/limit': 'in',
  'policies/0/rule/configuration/currency': 'in',
  'policies/0/action/kind': 'in',
  'policies/0/action/approvalGroups/0/name': 'in',
  'policies/0/action/approvalGroups/0/quorum': 'in',
  'policies/0/action/approvalGroups/0/approvers/userId/in/0': 'in',
  'policies/0/action/approvalGroups/0/approvers/userId/in/1': 'in',
  'policies/0/action/approvalGroups/0/approvers/userId/in/2': 'in',
  'policies/0/action/approvalGroups/0/approvers/userId/in/3': 'in',
  'policies/0/action/approvalGroups/0/initiatorCanApprove': 'in',
  'policies/0/action/approvalGroups/0/serviceAccountsCanApprove': 'in',
  'policies/0/action/autoRejectTimeout': 'in',
  'policies/0/filters/walletTags/hasAny/0': 'in',
  'policies/0/somethingNew': 'in',
  'policies/0/pendingChangeRequest/id': 'out',
  'policies/1/id': 'in',
  'policies/1/name': 'out',
  'policies/1/status': 'in',
  'policies/1/dateCreated': 'out',
  'policies/1/dateUpdated': 'out',
  'policies/1/activityKind': 'in',
  'policies/1/rule/kind': 'in',
  'policies/1/rule/configuration/addresses/0': 'in',
  'policies/1/action/kind': 'in',
  'policies/1/action/approvalGroups/0/name': 'in',
  'policies/1/action/approvalGroups/0/quorum': 'in',
  'policies/1/action/approvalGroups/0/approvers/userId/in/0': 'in',
  'policies/1/action/approvalGroups/0/approvers/userId/in/1': 'in',
  'policies/1/action/approvalGroups/0/serviceAccountsCanApprove': 'in',
  'policies/1/action/approvalGroups/1/name': 'in',
  'policies/1/action/approvalGroups/1/quorum': 'in',
  'policies/1/action/approvalGroups/1/approvers/userId/in/0': 'in',
  'policies/1/action/approvalGroups/1/approvers/userId/in/1': 'in',
  'policies/1/action/approvalGroups/1/approvers/userId/in/2': 'in',
  'policies/1/action/autoRejectTimeout': 'in',
};

function fingerprint({ approval, policies }: Documents): Fingerprint {
  return fingerprintOf(translateApproval(wireOf(approval), policies.map(policyOf), nothingAround, origin));
}

function pathsIn(value: ExactJson, path: string): readonly string[] {
  if (isList(value)) return value.flatMap((item, index) => pathsIn(item, `${path}/${index}`));
  if (isRecord(value)) return Object.entries(value).flatMap(([key, item]) => pathsIn(item, `${path}/${key}`));
  return [path];
}

function valueAt(value: ExactJson, path: readonly string[]): ExactJson {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const child = isList(value) ? value[Number(key)] : isRecord(value) ? value[key] : undefined;
  if (child === undefined) throw new Error(`failed to find ${key}`);
  return valueAt(child, rest);
}

function withAt(value: ExactJson, path: readonly string[], put: ExactJson): ExactJson {
  const [key, ...rest] = path;
  if (key === undefined) return put;
  if (isList(value)) return value.map((item, index) => (String(index) === key ? withAt(item, rest, put) : item));
  const record: ExactRecord = isRecord(value) ? value : {};
  return { ...record, [key]: withAt(record[key] ?? null, rest, put) };
}

/** Another value of the same form, so that the document stays readable. */
function other(value: ExactJson): ExactJson {
  if (typeof value === 'boolean') return !value;
  if (value instanceof LosslessNumber) return new LosslessNumber(`${value.value}1`);
  if (typeof value !== 'string') return 'x';
  return /^\d{4}-\d{2}-\d{2}T/.test(value) ? value.replace(/^\d{4}/, '2027') : `${value}1`;
}

function changedAt(documents: Documents, place: string): Documents {
  const [part, ...path] = place.split('/');
  if (part === 'approval') {
    return { ...documents, approval: withAt(documents.approval, path, other(valueAt(documents.approval, path))) };
  }
  const policies = withAt([...documents.policies], path, other(valueAt([...documents.policies], path)));
  return { ...documents, policies: isList(policies) ? policies : [] };
}

function reverse(value: ExactJson): ExactJson {
  if (isList(value)) return value.map(reverse).toReversed();
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, reverse(item)])
      .toReversed(),
  );
}

describe('the fingerprint', () => {
  test('has a place in the table for every leaf of a full approval', () => {
    const leaves = [...pathsIn(full.approval, 'approval'), ...pathsIn([...full.policies], 'policies')];
    expect(leaves.toSorted()).toEqual(Object.keys(table).toSorted());
  });

  test.each(Object.entries(table))('a change of %s is %s', (place, expected) => {
    const before = fingerprint(full);

    const after = fingerprint(changedAt(full, place));

    expect(after === before ? 'out' : 'in').toBe(expected);
  });

  test('does not move when lists without an order are listed in another one', () => {
    const evaluations = reverse(valueAt(full.approval, ['policyEvaluations']));

    const turned = {
      approval: withAt(full.approval, ['policyEvaluations'], evaluations),
      policies: full.policies.map(reverse).toReversed(),
    };

    expect(fingerprint(turned)).toBe(fingerprint(full));
  });

  test('moves when a list in the activity is listed in another order: there it may have a meaning', () => {
    const list = ['activity', 'transferRequest', 'requestBody', 'somethingNew'];
    const one = withAt(full.approval, list, ['a', 'b']);
    const two = withAt(full.approval, list, ['b', 'a']);

    expect(fingerprint({ ...full, approval: one })).not.toBe(fingerprint({ ...full, approval: two }));
  });

  test('tells the archiving of a policy from its change, because a status in a body is content', () => {
    const approval = documentOf('approvals/policies-modify-archive.json');
    const active = withAt(approval, ['activity', 'changeRequest', 'body', 'status'], 'Active');
    const resolved = withAt(approval, ['activity', 'changeRequest', 'status'], 'Applied');

    expect(fingerprint({ approval: active, policies: [] })).not.toBe(fingerprint({ approval, policies: [] }));
    expect(fingerprint({ approval: resolved, policies: [] })).toBe(fingerprint({ approval, policies: [] }));
  });

  test('keeps a "quotes" and a "status" that stand anywhere but at their exact place', () => {
    const strange = ['activity', 'transferRequest', 'requestBody', 'metadata'];
    const one = withAt(full.approval, strange, exact('{"asset":{"quotes":{"USD":1}},"status":"a"}'));
    const two = withAt(full.approval, strange, exact('{"asset":{"quotes":{"USD":2}},"status":"a"}'));
    const three = withAt(full.approval, strange, exact('{"asset":{"quotes":{"USD":1}},"status":"b"}'));

    const prints = [one, two, three].map((approval) => fingerprint({ ...full, approval }));
    expect(new Set(prints).size).toBe(3);
  });

  test('tells numbers apart that JSON.parse would make equal', () => {
    const place = ['activity', 'transferRequest', 'requestBody', 'somethingNew'];
    const texts = ['10000000000000000999', '10000000000000001000', '1.0', '1', '"1"'];

    const prints = texts.map((text) => fingerprint({ ...full, approval: withAt(full.approval, place, exact(text)) }));

    expect(new Set(prints).size).toBe(texts.length);
  });
});

describe('what execution writes into a request', () => {
  const outcome = exact(
    '{"status":"Confirmed","txHash":"0xaa","fee":"15","datePolicyResolved":"2026-09-14T08:52:00.001Z","dateBroadcasted":"2026-09-14T08:52:05.000Z","dateConfirmed":"2026-09-14T08:52:18.000Z"}',
  );
  const withOutcome = (approval: ExactJson): ExactJson =>
    withAt(
      approval,
      ['activity', 'transferRequest'],
      Object.assign({}, valueAt(approval, ['activity', 'transferRequest']), outcome),
    );

  test('does not move the fingerprint of an approval that has ended', () => {
    const pending = documentOf('approvals/erc20-transfer.json');
    const ended = withOutcome(withAt(pending, ['status'], 'Approved'));

    expect(fingerprintOf(translated(ended))).toBe(fingerprintOf(translated(pending)));
  });

  test('moves it while there is still something to decide', () => {
    const pending = documentOf('approvals/erc20-transfer.json');

    expect(fingerprintOf(translated(withOutcome(pending)))).not.toBe(fingerprintOf(translated(pending)));
  });

  test.each(['signature', 'signatures', 'signedData', 'dateSigned'])('holds for the %s of a signature', (field) => {
    const pending = documentOf('approvals/signature-hash.json');
    const ended = withAt(withAt(pending, ['status'], 'Approved'), ['activity', 'signatureRequest', field], 'x');

    expect(fingerprintOf(translated(ended))).toBe(fingerprintOf(translated(pending)));
  });
});

test('the recorded approval has the same fingerprint before and after it ended', () => {
  const pending = fingerprintOf(translated(documentOf('approvals/erc20-transfer.json')));
  const ended = fingerprintOf(translated(documentOf('approvals/resolved-approved.json')));

  expect(ended).toBe(pending);
});
