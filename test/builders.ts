// Builders of domain values: they fill what a test is not about, so that its literals mark what it is about.
import { noRequest, type Activity, type Asset } from '../src/domain/activity.ts';
import type { Approval, ApprovalGroup, TriggeredPolicy } from '../src/domain/approval.ts';
import type { ApprovalView, HoldView, PersonRef, SubmissionView } from '../src/domain/approval-view.ts';
import type { Decision } from '../src/domain/decision.ts';
import type { Finding } from '../src/domain/finding.ts';
import { fingerprintOf } from '../src/domain/fingerprint.ts';
import { accountsOf, type Person } from '../src/domain/person.ts';
import { standingOf } from '../src/domain/quorum.ts';
import type { Vote } from '../src/domain/vote.ts';
import type { VotingRule } from '../src/domain/voting-rule.ts';

/** 2026-11-20 12:00 UTC. */
export const noon = Date.UTC(2026, 10, 20, 12);
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

export const connection = 'treasury';
export const serviceAccount = 'us-e9vmh-dfj6n-9lgcuv5d2sf66vml';
export const usdcContract = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
export const newRecipient = '0xdE7212A9ed53FD325E3307205754B67FD8cbF263';

export function aPerson(overrides: Partial<Person> = {}): Person {
  return {
    id: 'alice',
    name: 'Alice Anderson',
    slack: ['T0ACME/U0ALICE'],
    accounts: { [connection]: ['us-1aaaa-alice-0000000000000001'] },
    owns: [],
    ...overrides,
  };
}

export const alice = aPerson();
export const bob = aPerson({
  id: 'bob',
  name: 'Bob Brown',
  slack: ['T0ACME/U0BOB'],
  accounts: { [connection]: ['us-1bbbb-bobby-0000000000000001'] },
});
export const carol = aPerson({
  id: 'carol',
  name: 'Carol Castillo',
  slack: ['T0ACME/U0CAROL'],
  accounts: { [connection]: ['us-1cccc-carol-0000000000000001'] },
});
/** The usual initiator. */
export const dave = aPerson({
  id: 'dave',
  name: 'Dave Dubois',
  slack: ['T0ACME/U0DAVE'],
  accounts: { [connection]: ['us-1dddd-daved-0000000000000001'] },
});

export const everybody: readonly Person[] = [alice, bob, carol, dave];

export function aPersonRef(person: Person = alice): PersonRef {
  return { id: person.id, name: person.name, slack: person.slack[0] ?? null };
}

function accountOf(person: Person): string {
  return accountsOf(person, connection)[0] ?? 'us-none';
}

export function anAsset(overrides: Partial<Asset> = {}): Asset {
  return { standard: 'Erc20', reference: usdcContract, symbol: 'USDC', decimals: 6, verified: true, ...overrides };
}

/** 250,000 USDC on Ethereum to an address that nobody has paid before. */
export function anActivity(overrides: Partial<Activity> = {}): Activity {
  return {
    kind: 'transfer',
    platformKind: 'Wallets:Sign/transferRequest/Erc20',
    subjectId: 'xfr-stvc2-9nfbq-mslt7viid1rrloos',
    network: 'Ethereum',
    wallet: { id: 'wa-br4q3-gen0p-nb1n7ldimog29eu4', name: 'Treasury hot' },
    destinations: [{ address: newRecipient, amountBase: '250000000000' }],
    asset: anAsset(),
    amountBase: '250000000000',
    price: { perToken: '0.9999', currency: 'USD', quotedAt: noon },
    decoded: null,
    claim: null,
    memo: null,
    externalId: null,
    blind: false,
    request: noRequest,
    unread: [],
    facts: [],
    ...overrides,
  };
}

/** The service account and three people, platform quorum 1. */
export function aGroup(overrides: Partial<ApprovalGroup> = {}): ApprovalGroup {
  return {
    key: 'plc-hjnmu-lhn0f-uoh6hooujdn4ttef/Treasury',
    policyId: 'plc-hjnmu-lhn0f-uoh6hooujdn4ttef',
    name: 'Treasury',
    quorum: 1,
    approvers: { kind: 'listed', accounts: [serviceAccount, accountOf(alice), accountOf(bob), accountOf(carol)] },
    initiatorCanApprove: false,
    serviceAccountsCanApprove: true,
    rejectionRule: 'any-reject',
    ...overrides,
  };
}

export function aPolicy(overrides: Partial<TriggeredPolicy> = {}): TriggeredPolicy {
  return {
    id: 'plc-hjnmu-lhn0f-uoh6hooujdn4ttef',
    name: 'Transfers over 100,000 USD',
    reason: 'Transfer amount (USD 249975) is above limit (USD 100000). ',
    groups: [aGroup()],
    ...overrides,
  };
}

export function aVotingRule(overrides: Partial<VotingRule> = {}): VotingRule {
  return {
    connection,
    policy: null,
    name: 'Treasury',
    votes: 'slack',
    automation: true,
    quorum: 2,
    denyQuorum: 1,
    approvers: ['alice', 'bob', 'carol'],
    ceiling: {
      perItem: { value: '1000000', currency: 'USD' },
      per24h: { value: '2000000', currency: 'USD' },
    },
    ...overrides,
  };
}

export function anApproval(overrides: Partial<Approval> = {}): Approval {
  const approval = {
    platform: 'dfns',
    organisation: 'or-im4da-kodl8-8i6r582pg5ain2rh',
    environment: 'https://api.dfns.io',
    id: 'ap-majk9-nd7e4-37k4cdb03tfpa4d8',
    status: 'pending',
    statusText: 'Pending',
    initiator: { account: accountOf(dave), serviceAccount: false },
    activity: anActivity(),
    policies: [aPolicy()],
    groupLogic: 'all',
    decisions: [],
    createdAt: noon,
    expiresAt: noon + 4 * hourMs,
    ...overrides,
  } as const;
  return { ...approval, decisive: overrides.decisive ?? { content: JSON.stringify(contentOf(approval)) } };
}

/** What a connector would keep for the fingerprint: quotes and the policy's name and reason are left out. */
function contentOf(approval: Pick<Approval, 'activity' | 'policies'>): unknown {
  const { price: _, ...activity } = approval.activity;
  return { activity, policies: approval.policies.map(({ id, groups }) => ({ id, groups })) };
}

const fingerprint = fingerprintOf(anApproval());

export function aVote(overrides: Partial<Vote> = {}): Vote {
  return {
    id: '6b2d3e9c-0000-4000-8000-000000000001',
    approvalId: '0d9c7f0e-5a3b-4c61-9a55-2f4f1c1d7e10',
    groupKey: aGroup().key,
    personId: 'alice',
    slackUser: 'T0ACME/U0ALICE',
    choice: 'approve',
    reason: null,
    fingerprint,
    shownDigest: 'd'.repeat(64),
    castAt: noon + 22 * minuteMs,
    ...overrides,
  };
}

export function aFinding(overrides: Partial<Finding> = {}): Finding {
  return {
    check: 'asset',
    title: 'Asset',
    outcome: 'pass',
    words: 'USDC by its contract, verified by the platform',
    evidence: { contract: usdcContract },
    dataAt: noon,
    ...overrides,
  };
}

/** An approval by Alice and Bob, waiting out its pause. */
export function aDecision(overrides: Partial<Decision> = {}): Decision {
  return {
    id: '7c3d3e9c-0000-4000-8000-000000000001',
    approvalId: '0d9c7f0e-5a3b-4c61-9a55-2f4f1c1d7e10',
    fingerprint,
    basis: {
      value: 'approved',
      coverage: [{ groupKey: aGroup().key, by: 'votes' }],
      people: ['alice', 'bob'],
      voteIds: [],
      evaluationId: null,
    },
    decidedAt: noon + 41 * minuteMs,
    sendAfter: noon + 41 * minuteMs + 30_000,
    firstAttemptAt: null,
    withdrawnAt: null,
    withdrawnWhy: null,
    ...overrides,
  };
}

export function aHold(overrides: Partial<HoldView> = {}): HoldView {
  return {
    person: aPersonRef(carol),
    reason: 'The vendor did not confirm this address by phone.',
    placedAt: noon + 45 * minuteMs,
    byInitiator: false,
    liftAskedBy: null,
    ...overrides,
  };
}

export function aSubmission(overrides: Partial<SubmissionView> = {}): SubmissionView {
  return { attempt: 1, startedAt: noon + 42 * minuteMs, outcome: 'accepted', reason: null, ...overrides };
}

type ViewOverrides = Partial<Omit<ApprovalView, 'votes'>> & {
  /** The standing is computed from these votes unless `standing` is given. */
  readonly votes?: readonly Vote[];
  readonly rules?: readonly VotingRule[];
};

/** A pending approval in vote mode that nobody voted on yet; standing and fingerprint follow approval and votes. */
export function anApprovalView(overrides: ViewOverrides = {}): ApprovalView {
  const { votes = [], rules = [aVotingRule()], ...rest } = overrides;
  const approval = rest.approval === undefined ? anApproval() : rest.approval;
  return {
    id: '0d9c7f0e-5a3b-4c61-9a55-2f4f1c1d7e10',
    connection,
    platform: 'dfns',
    platformId: 'ap-majk9-nd7e4-37k4cdb03tfpa4d8',
    mode: 'vote',
    decideUrl: 'https://app.dfns.io/policies',
    state: 'pending',
    stateReason: null,
    endedElsewhere: false,
    approval,
    fingerprint: approval === null || rest.fingerprint !== undefined ? null : fingerprintOf(approval),
    revision: 0,
    changes: [],
    value: approval === null ? null : { value: '249975', currency: 'USD' },
    initiator: { account: accountOf(dave), person: aPersonRef(dave), serviceAccount: false },
    standing: approval === null ? [] : aStanding({ approval, votes, rules }),
    votes: votes.map((vote) => ({ ...vote, person: refOf(vote.personId) })),
    findings: [],
    verdict: null,
    decision: null,
    decidedBy: [],
    submissions: [],
    holds: [],
    switches: { automation: true, approvals: true },
    approveInSlack: { kind: 'offered' },
    rejectInSlack: true,
    firstPayment: true,
    seenAt: noon,
    expiresAt: noon + 4 * hourMs,
    endedAt: null,
    platformDecisions: [],
    auditHead: { seq: 41, mac: 'c'.repeat(64) },
    now: noon + 5 * minuteMs,
    ...rest,
  };
}

export function aStanding(input: {
  readonly approval: Approval;
  readonly votes?: readonly Vote[];
  readonly rules?: readonly VotingRule[];
  /** Why Slack votes may not release it. */
  readonly refusals?: readonly string[];
}): ApprovalView['standing'] {
  const { approval, votes = [], rules = [aVotingRule()], refusals = [] } = input;
  const standing = standingOf({ approval, connection, serviceAccount, rules, votes, slackRefusals: () => refusals });
  return standing.map((entry) => ({
    ...entry,
    eligible: (entry.rule?.approvers ?? []).map(refOf),
    unreachable: [],
  }));
}

function refOf(personId: string): PersonRef {
  const person = everybody.find(({ id }) => id === personId);
  return person === undefined ? { id: personId, name: personId, slack: null } : aPersonRef(person);
}
