// Views in which every text that comes from outside is as bad as it can be.
import * as fc from 'fast-check';
import { noRequest, type Activity } from '../../../src/domain/activity.ts';
import type { ApprovalView } from '../../../src/domain/approval-view.ts';
import type { Finding } from '../../../src/domain/finding.ts';
import { states } from '../../../src/domain/lifecycle.ts';
import {
  aDecision,
  aGroup,
  aHold,
  anActivity,
  anApproval,
  anApprovalView,
  anAsset,
  aPolicy,
  aSubmission,
  aVote,
  aVotingRule,
  newRecipient,
  noon,
  usdcContract,
} from '../../builders.ts';

/** Texts that do something in Slack, in a terminal, or to a reader's eyes. */
export const attacks: readonly string[] = [
  '<!channel> <!here> <!everyone> <@U0ALICE> <#C0APPROVALS> <!subteam^S0123>',
  '<https://evil.example|0xdE7212A9ed53FD325E3307205754B67FD8cbF263>',
  '<!date^1^{date}|x> <mailto:a@evil.example|a>',
  '*APPROVED* _really_ ~struck~ `code` ```block``` :white_check_mark: > quote',
  '&lt;!channel&gt; &amp;lt;!channel&amp;gt; &#60;!channel&#62;',
  'first\n*Approved by* <@U0BOB>\r\n> quoted\u2028line\u2029paragraph\u0085next',
  '\u202eFB8DF76B4570\u202c \u2066hidden\u2069 \u200b\u200c\u200d\u2060\ufeff',
  `zalgo${'\u0301\u0302\u0303'.repeat(200)}`,
  '\ud800 lone \udfff surrogates',
  '\u0000\u0007\u001b[31m\u009b',
  '\u3164\u115f\u2800\u00a0\u3000',
  'Тrеаsurу', // Cyrillic letters among Latin ones
  '𝐔𝐒𝐃𝐂 ＵＳＤＣ',
  '🏴\u{e0067}\u{e0062}\u{e0065}\u{e007f}',
  '"}]}],{"type":"actions"',
  '\\"'.repeat(3000),
  '&'.repeat(9000),
  'x'.repeat(70_000),
  '',
  ' ',
  '`',
  '…',
];

const nasty = fc.oneof(
  fc.constantFrom(...attacks),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 600 }),
  fc.string({ maxLength: 3000 }),
);

const amount = fc.oneof(
  fc.constantFrom('0', '1', '250000000000', '9'.repeat(78), '1'.padEnd(100, '0'), '007', '1e9', ''),
  fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }).map(String),
  nasty,
);

const address = fc.oneof(
  fc.constantFrom(newRecipient, 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq', 'r'.repeat(399), 'a b', 'x`y'),
  fc.stringMatching(/^[0-9A-Za-z]{20,110}$/),
  nasty,
);

const activity: fc.Arbitrary<Activity> = fc.record({
  kind: fc.constantFrom('transfer', 'contract-call', 'unknown', 'policy-change'),
  platformKind: nasty,
  subjectId: fc.option(nasty),
  network: fc.option(fc.oneof(fc.constantFrom('Ethereum', 'Bitcoin', 'EthereumSepolia'), nasty)),
  wallet: fc.option(fc.record({ id: fc.oneof(fc.constant('wa-br4q3'), nasty), name: fc.option(nasty) })),
  destinations: fc.array(fc.record({ address, amountBase: fc.option(amount) }), { maxLength: 12 }),
  asset: fc.option(
    fc.record({
      standard: nasty,
      reference: fc.option(fc.oneof(fc.constant(usdcContract), nasty)),
      symbol: fc.option(fc.oneof(fc.constant('USDC'), nasty)),
      decimals: fc.option(fc.constantFrom(0, 6, 18, 255, 256, 1e9, -1, 0.5, Number.NaN)),
      verified: fc.option(fc.boolean()),
    }),
  ),
  amountBase: fc.option(amount),
  price: fc.constant(null),
  request: fc.constant(noRequest),
  decoded: fc.option(
    fc.oneof(
      fc.record({ kind: fc.constant('other' as const), words: nasty, dangerous: fc.boolean() }),
      fc.record({ kind: fc.constant('undecodable' as const), reason: nasty }),
    ),
  ),
  claim: fc.constant(null),
  memo: fc.option(nasty),
  externalId: fc.option(nasty),
  blind: fc.boolean(),
  unread: fc.array(nasty, { maxLength: 3 }),
  facts: fc.array(fc.record({ label: nasty, value: nasty }), { maxLength: 40 }),
});

const finding: fc.Arbitrary<Finding> = fc.record({
  check: nasty,
  title: nasty,
  outcome: fc.constantFrom('pass', 'flag', 'stop', 'unavailable'),
  words: nasty,
  evidence: fc.dictionary(nasty, nasty, { maxKeys: 4 }),
  dataAt: fc.option(fc.constantFrom(noon, Number.MAX_SAFE_INTEGER, -1)),
});

/** An ordinary transfer with at most one thing wrong about it, so that Approve is often allowed and sometimes not. */
const nearlyOrdinary: fc.Arbitrary<Activity> = fc.oneof(
  fc.constant(anActivity()),
  address.map((to) => anActivity({ destinations: [{ address: to, amountBase: '1' }] })),
  amount.map((amountBase) => anActivity({ amountBase })),
  nasty.map((symbol) => anActivity({ asset: anAsset({ symbol }) })),
  nasty.map((reference) => anActivity({ asset: anAsset({ reference }) })),
  nasty.map((id) => anActivity({ wallet: { id, name: id } })),
  nasty.map((network) => anActivity({ network })),
  nasty.map((memo) => anActivity({ memo })),
  fc
    .array(address, { maxLength: 7 })
    .map((list) => anActivity({ destinations: list.map((to) => ({ address: to, amountBase: '1' })) })),
);

export const hostileView: fc.Arbitrary<ApprovalView> = fc
  .record({
    activity: fc.oneof(activity, nearlyOrdinary),
    initiator: fc.option(fc.oneof(fc.constant('us-1dddd-daved-0000000000000001'), nasty)),
    state: fc.oneof(fc.constant('pending' as const), fc.constantFrom(...states)),
    policies: fc.array(fc.record({ name: nasty, reason: fc.option(nasty), group: nasty }), { maxLength: 30 }),
    findings: fc.array(finding, { maxLength: 14 }),
    stateReason: fc.option(nasty),
    changes: fc.array(nasty, { maxLength: 8 }),
    reasons: fc.array(nasty, { maxLength: 8 }),
    held: fc.boolean(),
    decided: fc.constantFrom(null, 'approved', 'denied'),
    endedElsewhere: fc.boolean(),
    who: fc.array(nasty, { maxLength: 7 }),
    platformId: nasty,
    personName: nasty,
    mode: fc.constantFrom('vote', 'vote', 'card', 'observe'),
  })
  .map((parts) => {
    const approval = anApproval({
      activity: parts.activity,
      initiator: parts.initiator === null ? null : { account: parts.initiator, serviceAccount: null },
      policies: parts.policies.map((policy, index) =>
        aPolicy({
          name: policy.name,
          reason: policy.reason,
          groups: [aGroup({ key: `group-${index}`, name: policy.group, policyId: policy.name })],
        }),
      ),
    });
    const stranger = { id: 'stranger', name: parts.personName, slack: parts.personName };
    const names = parts.policies.map((policy) => policy.group);
    return anApprovalView({
      approval,
      fingerprint: 'f'.repeat(64),
      rules: names.slice(0, 5).map((group) => aVotingRule({ name: group })),
      votes: parts.policies.slice(0, 3).map((_, index) => aVote({ id: `vote-${index}`, groupKey: `group-${index}` })),
      platformId: parts.platformId,
      state: parts.state,
      mode: parts.mode,
      stateReason: parts.stateReason,
      revision: parts.changes.length,
      changes: parts.changes,
      findings: parts.findings,
      verdict: { kind: 'abstain', reasons: parts.reasons },
      initiator: { account: parts.initiator ?? '', person: stranger, serviceAccount: true },
      holds: parts.held ? [aHold({ person: stranger, reason: parts.personName, liftAskedBy: stranger })] : [],
      decision:
        parts.decided === null
          ? null
          : parts.decided === 'approved'
            ? aDecision()
            : aDecision({
                basis: { value: 'denied', people: [], reason: parts.personName, cancelledByInitiator: parts.held },
              }),
      decidedBy: [stranger],
      submissions: [aSubmission({ outcome: 'refused', reason: parts.platformId })],
      endedElsewhere: parts.endedElsewhere,
      platformDecisions: parts.who.map((who) => ({ who, value: 'approved' as const, ours: false })),
      approveInSlack: parts.reasons.length > 4 ? { kind: 'not-offered', reasons: parts.reasons } : { kind: 'offered' },
    });
  });
