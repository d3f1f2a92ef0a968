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
  hourMs,
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

/** Two rules that were asked: one is nearest and lacks two things, the other is only watched. */
const rulebookAbstains = aFinding({
  check: 'rulebook',
  title: 'Rulebook',
  outcome: 'flag',
  words:
    'no rule allows it; nearest is "Payouts to suppliers up to 1,000 USD": 249,975.00 USD is above 1,000.00 USD; ' +
    '0xdE7212A9ed53FD325E3307205754B67FD8cbF263 is not among $suppliers',
  evidence: {
    rulebook: 'a'.repeat(64),
    shadow: 'Treasury moves to our own exchange accounts',
    advisory: 'Ask the vendor by phone above 100,000 USD',
    trace: [
      'no routine-payouts: Payouts to suppliers up to 1,000 USD (allows)',
      '  yes activity: it is a transfer (wanted: transfer; seen: transfer)',
      '  no amount: 249,975.00 USD is above 1,000.00 USD (wanted: at most 1,000.00 USD; seen: 249,975.00 USD)',
      '  no recipient: it is not listed (wanted: $suppliers; seen: 0xdE7212A9ed53FD325E3307205754B67FD8cbF263)',
      'unknown treasury-moves [shadow, does not count]: Treasury moves to our own exchange accounts (allows)',
      '  yes any:',
      '    no wallet-tag: it has not the tag (wanted: exchange; seen: hot)',
      '    yes recipient: it is listed (wanted: $exchanges; seen: 0xdE7212A9ed53FD325E3307205754B67FD8cbF263)',
      '  unknown spent: what was spent before could not be read (wanted: at most 5 payments in 24 h; seen: unknown)',
    ].join('\n'),
  },
  dataAt: null,
});

const rulebookAllows = aFinding({
  check: 'rulebook',
  title: 'Rulebook',
  words: 'the rule "Small known payouts" allows it',
  evidence: {
    rulebook: 'a'.repeat(64),
    rule: 'Small known payouts',
    trace: 'yes small-payouts: Small known payouts (allows)\n  yes amount: 1,199.88 USD is below 5,000.00 USD',
  },
  dataAt: null,
});

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

/** Every check passed, and no rule allows it: the ordinary case. */
export const rulebook = anApprovalView({
  findings: [...findings.map((finding) => ({ ...finding, outcome: 'pass' as const })), rulebookAbstains],
  verdict: { kind: 'abstain', reasons: [`Rulebook: ${rulebookAbstains.words}`, 'no rule of the rulebook allows it'] },
});

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
  findings: [...findings.map((finding) => ({ ...finding, outcome: 'pass' as const })), rulebookAllows],
  budgetLeft: [
    { per: 'connection', windowMs: 24 * hourMs, count: 17, amount: { value: '43200', currency: 'USD' } },
    { per: 'recipient', windowMs: 24 * hourMs, count: 1, amount: { value: '8800.12', currency: 'USD' } },
  ],
  verdict: {
    kind: 'approve',
    rule: 'small-payouts',
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
