// Who may approve, as policies say it, and the forms that must never be taken for "anyone".
import { stringify } from 'lossless-json';
import { describe, expect, test } from 'vitest';
import { translatePolicy } from '../../../src/platforms/dfns/policies.ts';
import { readWireApproval, readWirePolicy } from '../../../src/platforms/dfns/wire.ts';
import { documentOf, exact, policyOf, textOf } from './fixtures.ts';

const listed = { userId: { in: ['us-1', 'us-2'] } };

function aPolicy(groups: readonly object[], overrides: object = {}) {
  const action = { kind: 'RequestApproval', approvalGroups: groups };
  return exact(JSON.stringify({ id: 'plc-1', name: 'Large', status: 'Active', action, ...overrides }));
}

describe('groups', () => {
  test('are those of the recorded policies, with their defaults written out', () => {
    const policy = translatePolicy(policyOf(documentOf('api/policy.get.whitelist-two-groups.json')), 'why');

    expect(policy).toEqual({
      id: 'plc-th7j9-kev9f-26s493m74jnod2er',
      name: 'Unknown recipients',
      reason: 'why',
      groups: [
        {
          key: 'plc-th7j9-kev9f-26s493m74jnod2er/Compliance',
          policyId: 'plc-th7j9-kev9f-26s493m74jnod2er',
          name: 'Compliance',
          quorum: 1,
          approvers: {
            kind: 'listed',
            accounts: ['us-e9vmh-dfj6n-9lgcuv5d2sf66vml', 'us-togbr-mlvfv-vleftgk4kq3uifou'],
          },
          initiatorCanApprove: false,
          serviceAccountsCanApprove: true,
          rejectionRule: 'any-reject',
        },
        expect.objectContaining({
          name: 'Finance',
          quorum: 2,
          initiatorCanApprove: false,
          serviceAccountsCanApprove: false,
        }),
      ],
    });
  });

  test('with empty approvers are open to anyone', () => {
    const policy = translatePolicy(policyOf(documentOf('api/policy.get.anyone-can-approve.json')), null);
    expect(policy.groups).toMatchObject([{ name: '(unnamed)', approvers: { kind: 'anyone' } }]);
  });

  test.each(['Block', 'NoAction', 'Notify'])('are none when the action is %s', (kind) => {
    const policy = policyOf(aPolicy([], { action: { kind, approvalGroups: [{ nonsense: 1 }].slice(1) } }));
    expect(translatePolicy(policy, null).groups).toEqual([]);
  });

  test('of one name keep their keys when the platform lists them, and their people, in another order', () => {
    const small = { name: 'Team', quorum: 1, approvers: { userId: { in: ['us-1', 'us-9'] } } };
    const large = { name: 'Team', quorum: 2, approvers: { userId: { in: ['us-3', 'us-4'] } } };
    const smallTurned = { ...small, approvers: { userId: { in: ['us-9', 'us-1'] } } };
    const keysByQuorum = (groups: readonly object[]) =>
      Object.fromEntries(
        translatePolicy(policyOf(aPolicy(groups)), null).groups.map(({ quorum, key }) => [quorum, key]),
      );

    expect(keysByQuorum([large, small])).toEqual({ 1: 'plc-1#1/Team', 2: 'plc-1#2/Team' });
    expect(keysByQuorum([smallTurned, large])).toEqual(keysByQuorum([large, small]));
  });

  test('have keys that no other name can imitate, also when they are equal', () => {
    const group = { name: 'Team', quorum: 1, approvers: listed };
    const { groups } = translatePolicy(policyOf(aPolicy([group, group, { ...group, name: '1/Team' }])), null);

    expect(new Set(groups.map(({ key }) => key)).size).toBe(3);
  });

  test.each(['2', '"2"'])('take a quorum written as %s', (quorum) => {
    const text = stringify(aPolicy([{ quorum: 7, approvers: {} }])) ?? '';
    expect(policyOf(exact(text.replace('"quorum":7', `"quorum":${quorum}`))).groups[0]?.read.quorum).toBe(2);
  });
});

describe('a policy of an unknown form', () => {
  test.each<[string, object]>([
    ['a quorum of zero', { quorum: 0, approvers: listed }],
    ['a negative quorum', { quorum: -1, approvers: listed }],
    ['a quorum of one and a half', { quorum: 1.5, approvers: listed }],
    ['no quorum', { approvers: listed }],
    ['no approvers', { quorum: 1 }],
    ['approvers that are null', { quorum: 1, approvers: null }],
    ['approvers of a new kind', { quorum: 1, approvers: { tag: { in: ['x'] } } }],
    ['approvers of two kinds', { quorum: 1, approvers: { ...listed, tag: { in: ['x'] } } }],
    ['approvers with another operator', { quorum: 1, approvers: { userId: { notIn: ['us-1'] } } }],
    ['approvers that are no list', { quorum: 1, approvers: { userId: { in: 'us-1' } } }],
    ['approvers that are numbers', { quorum: 1, approvers: { userId: { in: [1] } } }],
    ['a flag that is a text', { quorum: 1, approvers: listed, initiatorCanApprove: 'false' }],
  ])('with %s is unreadable', (_, group) => {
    expect(readWirePolicy(aPolicy([group])).kind).toBe('unreadable');
  });

  test('is named with the place of its fault', () => {
    expect(readWirePolicy(aPolicy([{ quorum: 0, approvers: listed }]))).toEqual({
      kind: 'unreadable',
      reason: 'the policy has an unknown form: "action.approvalGroups.0.quorum" is not a whole number above zero',
    });
  });

  test('is unreadable when it asks for approval by no group', () => {
    expect(readWirePolicy(aPolicy([])).kind).toBe('unreadable');
    expect(readWirePolicy(exact('[]')).kind).toBe('unreadable');
    expect(readWirePolicy(exact('7')).kind).toBe('unreadable');
  });
});

describe('an approval of an unknown form', () => {
  const text = textOf('approvals/native-transfer.json');
  const compact = stringify(exact(text)) ?? '';

  test.each([
    ['no policies', '"policyEvaluations"', '"others"'],
    ['policies that are no list', '"policyEvaluations":[', '"x":1,"policyEvaluations":{},"y":['],
    ['no decisions', '"decisions"', '"votes"'],
    ['a decision by nobody', '"decisions":[]', '"decisions":[{"value":"Approved"}]'],
    ['an evaluation without a policy', '"policyId":"plc-hjnmu', '"x":"plc-hjnmu'],
    ['a policy id that is a path', '"policyId":"plc-hjnmu', '"policyId":"../plc-hjnmu'],
    ['a deadline that is no date', '2026-09-15T08:30:00.000Z', 'tomorrow'],
    ['a deadline that does not exist', '2026-09-15T08:30:00.000Z', '2026-99-15T08:30:00.000Z'],
    ['an id that is a path', '"id":"ap-', '"id":"../ap-'],
    ['an activity that is a list', '"activity":{', '"activity":[],"x":{'],
    ['an activity without a kind', '"kind":"Wallets:Sign"', '"sort":"Wallets:Sign"'],
    ['a status that is a number', '"status":"Pending","expirationDate"', '"status":7,"expirationDate"'],
  ])('with %s is unreadable', (_, from, to) => {
    expect(compact).toContain(from);
    expect(readWireApproval(exact(compact.replace(from, to))).kind).toBe('unreadable');
  });

  test('with a new word for "triggered" counts as triggered: it can only ask for more', () => {
    const triggeredIn = (evaluations: object[]) => {
      const reading = readWireApproval(
        exact(
          compact.replace(
            /"policyEvaluations":\[.*?\],"decisions"/,
            `"evaluatedPolicies":${JSON.stringify(evaluations)},"decisions"`,
          ),
        ),
      );
      return reading.kind === 'read' ? reading.value.evaluations.map(({ triggered }) => triggered) : reading.reason;
    };

    expect(
      triggeredIn([
        { policyId: 'plc-1', triggerStatus: 'Triggered' },
        { policyId: 'plc-2', triggerStatus: 'Skipped' },
        { policyId: 'plc-3', triggerStatus: 'Escalated' },
        { policyId: 'plc-4' },
        { policyId: 'plc-5', triggered: false },
      ]),
    ).toEqual([true, false, true, true, false]);
  });
});
