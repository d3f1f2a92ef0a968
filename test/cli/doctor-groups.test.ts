import { describe, expect, it } from 'vitest';
import { judgeGroups, type GroupsInput } from '../../src/cli/doctor-groups.ts';
import type { ApprovalGroup, TriggeredPolicy } from '../../src/domain/approval.ts';
import type { VotingRule } from '../../src/domain/voting-rule.ts';
import { alice, aPerson, aVotingRule, bob, carol, connection, dave, serviceAccount } from '../builders.ts';

const accountsOf = (...people: readonly (typeof alice)[]): string[] =>
  people.flatMap((person) => person.accounts[connection] ?? []);

function aGroup(overrides: Partial<ApprovalGroup> = {}): ApprovalGroup {
  const name = overrides.name ?? 'Treasury';
  return {
    key: `plc-1/${name}`,
    policyId: 'plc-1',
    name,
    quorum: 1,
    approvers: { kind: 'listed', accounts: [serviceAccount, ...accountsOf(alice, bob, carol, dave)] },
    initiatorCanApprove: false,
    serviceAccountsCanApprove: true,
    rejectionRule: 'any-reject',
    ...overrides,
  };
}

const alone = { kind: 'listed', accounts: [serviceAccount] } as const;
const peopleOnly = { kind: 'listed', accounts: accountsOf(alice, bob, carol) } as const;

function aPolicy(...groups: readonly ApprovalGroup[]): TriggeredPolicy {
  return { id: 'plc-1', name: 'Large transfers', reason: null, groups };
}

function judge(overrides: Partial<GroupsInput> & { group?: ApprovalGroup; rule?: Partial<VotingRule> } = {}) {
  const { group = aGroup(), rule = {}, ...rest } = overrides;
  return judgeGroups({
    connection,
    serviceAccount,
    policies: [aPolicy(group)],
    rules: [aVotingRule({ name: group.name, quorum: 2, approvers: ['alice', 'bob', 'carol', 'dave'], ...rule })],
    people: [alice, bob, carol, dave],
    ...rest,
  });
}

const faultsIn = (lines: ReturnType<typeof judge>) => lines.filter(({ outcome }) => outcome === 'fault');

describe('the shape of a group in plain words', () => {
  it.each([
    [
      'the service account and people, one of whom is enough',
      judge(),
      'warning',
      "any one of 4 listed people can also approve alone on the platform, so a quorum here can't be enforced",
    ],
    [
      'the service account alone',
      judge({ group: aGroup({ approvers: alone }), people: [alice, bob, carol, dave] }),
      'warning',
      'only the service account is listed, so what happens here is the only control, and a stolen key of it approves',
    ],
    [
      'the service account beside a group of people only',
      judge({
        policies: [aPolicy(aGroup({ approvers: alone }), aGroup({ name: 'Owners', approvers: peopleOnly }))],
      }),
      'ok',
      "the service account's group stands beside a group of people only, as recommended",
    ],
    [
      'several seats, one of them the service account’s',
      judge({ group: aGroup({ quorum: 3 }), rule: { quorum: 3 } }),
      'ok',
      'the service account fills one of 3 seats, and 2 people must vote on the platform',
    ],
    [
      'people only, without an entry',
      judge({ group: aGroup({ approvers: peopleOnly, quorum: 2 }), rules: [] }),
      'ok',
      'no entry in `groups`, so people decide on the platform; 2 of the people listed there must approve',
    ],
    [
      'anybody in the organisation',
      judge({ group: aGroup({ approvers: { kind: 'anyone' } }) }),
      'warning',
      'anybody in the organisation can approve on the platform',
    ],
    [
      'several who may approve alone, where nothing is voted on here',
      judge({ rules: [] }),
      'ok',
      'any one of 4 listed people can also approve alone on the platform',
    ],
  ])('%s', (_name, [shape], outcome, words) => {
    expect(shape).toMatchObject({ name: '"Treasury" of "Large transfers"', outcome });
    expect(shape?.words).toContain(words);
    expect((shape?.remedy ?? null) === null).toBe(outcome === 'ok');
  });

  it('says what automation and the ceiling allow', () => {
    const [withBoth] = judge({ rule: { automation: true } });
    const [without] = judge({ rule: { ceiling: null } });

    expect(withBoth?.words).toMatch(
      /2 votes in Slack \(up to [\d,.]+ USD each, [\d,.]+ USD in 24 h\), and a verdict may/,
    );
    expect(without?.words).toContain('no ceiling, so votes in Slack release nothing');
  });
});

describe('what can never work', () => {
  const mistyped = aVotingRule({ name: 'Tresury' });
  const elsewhere = aVotingRule({ policy: 'plc-9' });
  const homeless = aPerson({ ...carol, accounts: {} });
  const wordless = aPerson({ ...carol, slack: [] });

  it.each([
    [
      'an entry for a group that no policy has',
      judge({ rules: [mistyped] }),
      'no policy on the platform has a group of this name',
      'Did you mean "Treasury"?',
    ],
    [
      'an entry for the group of another policy',
      judge({ rules: [elsewhere] }),
      'the policy plc-9 has no such group',
      'Correct `policy`: plc-1 ("Large transfers").',
    ],
    [
      'a quorum below the platform’s own',
      judge({ group: aGroup({ quorum: 3 }) }),
      "quorum is 2, below the platform's own 3",
      'Write `quorum: 3` or more',
    ],
    [
      'an approver without an account',
      judge({ people: [alice, bob, homeless, dave] }),
      'Carol Castillo (carol) has no account on "treasury"',
      'Add `accounts: { treasury: [\'…\'] }` to "carol"',
    ],
    [
      'an approver without a Slack user',
      judge({ people: [alice, bob, wordless, dave] }),
      'Carol Castillo (carol) has no Slack user',
      'Add `slack: [T…/U…]` to "carol"',
    ],
    [
      'more votes than people who can vote',
      judge({ rule: { approvers: ['alice', 'bob'], quorum: 3 } }),
      'needs 3 people, and only 2 of its approvers can vote',
      'Add approvers',
    ],
  ])('%s is a fault, with what to do', (_name, lines, words, remedy) => {
    const [found] = faultsIn(lines);

    expect(found?.words).toContain(words);
    expect(found?.remedy).toContain(remedy);
  });

  it.each([
    [
      'the service account is not listed',
      aGroup({ approvers: peopleOnly }),
      'does not list the service account',
      'List it in this group',
    ],
    [
      'service accounts may not approve',
      aGroup({ serviceAccountsCanApprove: false }),
      'does not let service accounts approve',
      'Set serviceAccountsCanApprove',
    ],
    [
      'an approver is not listed on the platform',
      aGroup({ approvers: { kind: 'listed', accounts: [serviceAccount, ...accountsOf(alice, bob, carol)] } }),
      'Dave Dubois (dave) is not listed in this group',
      'or remove "dave"',
    ],
  ])('%s: a warning, with what to do', (_name, group, words, remedy) => {
    const found = judge({ group }).find((line) => line.words.includes(words));

    expect(found?.outcome).toBe('warning');
    expect(found?.remedy).toContain(remedy);
  });

  it('a quorum of everybody is a warning: what one of them asks for could not be approved', () => {
    const found = judge({ rule: { approvers: ['alice', 'bob'] } }).find((line) => line.words.includes('alice, bob'));

    expect(found?.outcome).toBe('warning');
    expect(found?.remedy).toContain('Add one more approver');
  });

  it('nothing is said of entries for other connections', () => {
    expect(judge({ rules: [aVotingRule({ connection: 'other', name: 'Tresury' })] })).toHaveLength(1);
  });
});
