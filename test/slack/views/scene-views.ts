// The approvals that the scenes show: one company, one afternoon.
import {
  aDecision,
  aFinding,
  aGroup,
  aHold,
  alice,
  anActivity,
  anApproval,
  anApprovalView,
  aPersonRef,
  aPolicy,
  aSubmission,
  aVote,
  bob,
  minuteMs,
  noon,
  serviceAccount,
} from '../../builders.ts';

export const aliceVotes = aVote();
const bobVotes = aVote({
  id: '6b2d3e9c-0000-4000-8000-000000000002',
  personId: 'bob',
  slackUser: 'T0ACME/U0BOB',
  castAt: noon + 41 * minuteMs,
});
export const bothVote = [aliceVotes, bobVotes];
export const decidedBy = [aPersonRef(alice), aPersonRef(bob)];

export const findings = [
  aFinding({
    check: 'recipient',
    title: 'Recipient',
    outcome: 'flag',
    words: 'nobody has paid this address before',
    evidence: { recipient: '0xdE7212A9ed53FD325E3307205754B67FD8cbF263' },
  }),
  aFinding({ check: 'activity-kind', title: 'Activity', words: 'a plain token transfer', evidence: {}, dataAt: null }),
  aFinding(),
  aFinding({ check: 'network', title: 'Network', words: 'Ethereum is allowed', evidence: {}, dataAt: null }),
];

const compliance = aGroup({
  key: 'plc-th7j9-kev9f-26s493m74jnod2er/Compliance',
  policyId: 'plc-th7j9-kev9f-26s493m74jnod2er',
  name: 'Compliance',
  approvers: { kind: 'listed', accounts: ['us-1eeee-erine-0000000000000001'] },
  serviceAccountsCanApprove: false,
});

export const twoGroups = anApproval({
  policies: [
    aPolicy(),
    aPolicy({
      id: compliance.policyId,
      name: 'New destination address',
      reason: 'Recipient address is not whitelisted.',
      groups: [compliance],
    }),
  ],
});

export const denied = aDecision({
  basis: {
    value: 'denied',
    people: ['carol'],
    reason: 'Destination not confirmed: the vendor did not confirm this address by phone.',
    cancelledByInitiator: false,
  },
  decidedAt: noon + 45 * minuteMs,
  sendAfter: noon + 46 * minuteMs,
});

export const later = noon + 42 * minuteMs;
export const abstain = {
  kind: 'abstain',
  reasons: ['Recipient: nobody has paid this address before', 'no rule of the rulebook allows it'],
} as const;

export const notSpent = { kind: 'not-offered', reasons: [] } as const;

export const deciding = anApprovalView({
  state: 'deciding',
  votes: bothVote,
  decision: aDecision(),
  decidedBy,
  approveInSlack: notSpent,
  now: noon + 41 * minuteMs + 4000,
});

export const sent = anApprovalView({
  approval: {
    ...twoGroups,
    decisions: [{ account: serviceAccount, value: 'approved', reason: null, decidedAt: later }],
  },
  state: 'sent',
  votes: bothVote,
  decision: aDecision({ firstAttemptAt: later }),
  decidedBy,
  submissions: [aSubmission()],
  approveInSlack: notSpent,
  rejectInSlack: false,
  now: later + 2000,
});

export const approved = anApprovalView({
  state: 'approved',
  votes: bothVote,
  decision: aDecision({ firstAttemptAt: later }),
  decidedBy,
  submissions: [aSubmission()],
  endedAt: noon + 43 * minuteMs,
  platformDecisions: [{ who: 'countersign', value: 'approved', ours: true }],
  approveInSlack: notSpent,
  rejectInSlack: false,
});

export const held = anApprovalView({
  state: 'deciding',
  votes: [aliceVotes, aVote({ id: 'v3', personId: 'carol', choice: 'deny', castAt: noon + 45 * minuteMs })],
  holds: [aHold()],
  decision: denied,
  approveInSlack: { kind: 'not-offered', reasons: ['somebody rejected it'] },
  now: noon + 45 * minuteMs + 5000,
});

export const pending = anApprovalView({ findings });
export const partly = anApprovalView({ findings, votes: [aliceVotes] });
export const unreadable = anApprovalView({
  approval: null,
  state: 'unreadable',
  stateReason: 'the activity kind "Wallets:Teleport" is new to us',
  approveInSlack: { kind: 'not-offered', reasons: ['it cannot be read'] },
  rejectInSlack: false,
});
export const changed = anApprovalView({
  revision: 1,
  changes: ['the amount is 260,000 USDC, it was 250,000 USDC'],
  approval: anApproval({
    activity: anActivity({
      amountBase: '260000000000',
      destinations: [{ address: '0xdE7212A9ed53FD325E3307205754B67FD8cbF263', amountBase: '260000000000' }],
    }),
  }),
  value: { value: '259974', currency: 'USD' },
});

export const automatic = anApprovalView({
  state: 'approved',
  approval: anApproval({
    activity: anActivity({
      amountBase: '1200000000',
      destinations: [{ address: '0x52908400098527886E0F7030069857D2E4169EE7', amountBase: '1200000000' }],
      externalId: 'payroll-2026-11',
    }),
  }),
  value: { value: '1199.88', currency: 'USD' },
  firstPayment: false,
  findings: findings.map((finding) => ({ ...finding, outcome: 'pass' as const })),
  verdict: {
    kind: 'approve',
    rule: 'Small known payouts',
    reasons: ['1,199.88 USD is below 5,000.00 USD', 'the recipient is on the allowlist', 'the budget has room'],
  },
  decision: aDecision({
    basis: {
      value: 'approved',
      coverage: [{ groupKey: aGroup().key, by: 'verdict' }],
      people: [],
      voteIds: [],
      evaluationId: 'e1',
    },
    firstAttemptAt: noon + 4000,
  }),
  submissions: [aSubmission({ startedAt: noon + 4000 })],
  endedAt: noon + 5000,
  approveInSlack: notSpent,
  rejectInSlack: false,
});
