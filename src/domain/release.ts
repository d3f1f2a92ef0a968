// Which approvals Slack votes may release at all, and whether our one vote may go out now.
import {
  compareDecimals,
  addDecimals,
  fiatValue,
  formatFiat,
  isPositiveDecimal,
  type EpochMs,
  type Fiat,
} from './amount.ts';
import { readPlainTransfer } from './activity.ts';
import type { Approval } from './approval.ts';
import { minimumPeople, type GroupStanding } from './quorum.ts';
import type { Finding } from './finding.ts';
import { stopsIn } from './finding.ts';
import type { Verdict } from './verdict.ts';
import type { Ceiling } from './voting-rule.ts';

/** Older quotes say nothing about what a vote would release. */
export const maxQuoteAgeMs = 24 * 60 * 60 * 1000;

/** A quote may be this much ahead of our clock. */
const maxClockSkewMs = 5 * 60 * 1000;

export type Valuation =
  | { readonly kind: 'known'; readonly fiat: Fiat }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What a plain transfer is worth by the platform's own quote; no quote, or an old one, is unknown. */
export function valueOf(approval: Pick<Approval, 'activity' | 'createdAt'>, now: EpochMs): Valuation {
  const reading = readPlainTransfer(approval.activity);
  if (reading.kind === 'not-plain')
    return { kind: 'unknown', reason: reading.reasons[0] ?? 'it is not a plain transfer' };
  const { price } = approval.activity;
  if (price === null) return { kind: 'unknown', reason: 'the platform gives no price' };
  const quotedAt = price.quotedAt ?? approval.createdAt;
  if (quotedAt === null) return { kind: 'unknown', reason: "the price's age is unknown" };
  if (now - quotedAt > maxQuoteAgeMs) return { kind: 'unknown', reason: 'the price is older than 24 hours' };
  if (quotedAt - now > maxClockSkewMs) return { kind: 'unknown', reason: 'the price is from the future' };
  if (!isPositiveDecimal(price.perToken)) return { kind: 'unknown', reason: 'the price is not a positive number' };
  const { amountBase, asset } = reading.transfer;
  return { kind: 'known', fiat: fiatValue(amountBase, asset.decimals, price) };
}

/** Why Slack votes may not release this approval; empty when they may. `spent24h` is in the ceiling's currency. */
export function slackReleaseRefusals(input: {
  readonly approval: Approval;
  readonly ceiling: Ceiling | null;
  readonly spent24h: string;
  readonly findings: readonly Finding[];
  readonly now: EpochMs;
}): readonly string[] {
  const reading = readPlainTransfer(input.approval.activity);
  if (reading.kind === 'not-plain') return reading.reasons;
  const reasons = stopsIn(input.findings).map((finding) => `${finding.title}: ${finding.words}`);
  if (input.approval.groupLogic !== 'all') reasons.push('its groups are alternatives, which Slack votes cannot serve');
  const { ceiling } = input;
  if (ceiling === null) return [...reasons, 'no ceiling is configured for this group'];
  const value = valueOf(input.approval, input.now);
  if (value.kind === 'unknown') return [...reasons, value.reason];
  for (const limit of [ceiling.perItem, ceiling.per24h]) {
    if (limit.currency !== value.fiat.currency)
      return [...reasons, `it is priced in ${value.fiat.currency}, the ceiling is in ${limit.currency}`];
  }
  if (compareDecimals(value.fiat.value, ceiling.perItem.value) > 0) {
    reasons.push(`${formatFiat(value.fiat)} is above the ceiling of ${formatFiat(ceiling.perItem)} for one item`);
  }
  if (compareDecimals(addDecimals(input.spent24h, value.fiat.value), ceiling.per24h.value) > 0) {
    reasons.push(`with it, 24 hours would exceed the ceiling of ${formatFiat(ceiling.per24h)}`);
  }
  return reasons;
}

export type Release =
  | { readonly kind: 'wait'; readonly reasons: readonly string[] }
  | { readonly kind: 'cannot-vote'; readonly reason: string }
  | { readonly kind: 'spent' }
  | { readonly kind: 'approve'; readonly coverage: readonly Coverage[] };

/** What our vote rests on in one group. */
export type Coverage = { readonly groupKey: string; readonly by: 'votes' | 'verdict' };

/**
 * May the service account approve now? Its vote counts in every group that lists it, so every one of them must be
 * covered: by our Slack quorum, or by a verdict where the group allows automation. A vote that rests on a verdict
 * goes last: it is irrevocable and its checks age.
 */
export function releaseOf(input: {
  readonly approval: Approval;
  readonly standing: readonly GroupStanding[];
  readonly verdict: Verdict | null;
  readonly findings: readonly Finding[];
  readonly serviceAccount: string;
  readonly canVote: boolean;
}): Release {
  const { approval, standing, verdict } = input;
  if (approval.decisions.some((decision) => decision.account === input.serviceAccount)) return { kind: 'spent' };
  if (approval.initiator === null) return { kind: 'cannot-vote', reason: 'its initiator is unknown' };
  if (approval.initiator.account === input.serviceAccount)
    return { kind: 'cannot-vote', reason: 'the service account asked for it itself' };
  if (!input.canVote) return { kind: 'cannot-vote', reason: 'the service account may not vote here' };
  if (approval.groupLogic !== 'all')
    return { kind: 'cannot-vote', reason: 'alternative groups are decided on the platform' };
  const served = standing.filter((group) => group.served);
  if (served.length === 0) return { kind: 'cannot-vote', reason: 'no triggered group lists the service account' };
  const stops = stopsIn(input.findings);
  if (stops.length > 0) return { kind: 'wait', reasons: stops.map((stop) => `${stop.title}: ${stop.words}`) };
  if (standing.some((group) => group.deniedBy.length > 0)) return { kind: 'wait', reasons: ['somebody rejected it'] };
  if (approval.decisions.some((decision) => decision.value !== 'approved'))
    return { kind: 'wait', reasons: ['somebody did not approve it on the platform'] };

  const coverage: Coverage[] = [];
  const reasons: string[] = [];
  for (const group of served) {
    const by = coveredBy(group, verdict);
    if (by === null) reasons.push(waitingFor(group));
    else coverage.push({ groupKey: group.group.key, by });
  }
  const people = new Set(
    served
      .filter((group) => coverage.some((entry) => entry.groupKey === group.group.key && entry.by === 'votes'))
      .flatMap((group) => group.approvedBy),
  );
  if (coverage.some((entry) => entry.by === 'votes') && people.size < minimumPeople) {
    reasons.push('at least two different people must approve');
  }
  if (coverage.some((entry) => entry.by === 'verdict')) reasons.push(...missingBeforeLast(standing));
  reasons.push(...openToAnybody(standing));
  return reasons.length > 0 ? { kind: 'wait', reasons } : { kind: 'approve', coverage };
}

function coveredBy(group: GroupStanding, verdict: Verdict | null): Coverage['by'] | null {
  if (group.route.kind === 'slack' && group.approvedBy.length >= group.quorum) return 'votes';
  return group.rule?.automation === true && verdict?.kind === 'approve' ? 'verdict' : null;
}

function waitingFor(group: GroupStanding): string {
  if (group.route.kind === 'slack')
    return `"${group.group.name}" has ${group.approvedBy.length} of ${group.quorum} approvals`;
  return `"${group.group.name}" is decided on the platform (${group.route.reasons.join('; ')})`;
}

/** Where anybody may approve and service accounts count, our vote might pass for a person's: people go first. */
function openToAnybody(standing: readonly GroupStanding[]): readonly string[] {
  return standing
    .filter(({ group }) => group.approvers.kind === 'anyone' && group.serviceAccountsCanApprove)
    .filter(({ platformMissing }) => platformMissing > 0)
    .map(({ group }) => `anybody may approve in "${group.name}", so its people go first`);
}

/** A verdict's vote must be the last one that the platform waits for. */
function missingBeforeLast(standing: readonly GroupStanding[]): readonly string[] {
  return standing
    .filter((group) => group.platformMissing > (group.served ? 1 : 0))
    .map(
      (group) =>
        `"${group.group.name}" needs ${group.platformMissing - (group.served ? 1 : 0)} more on the platform first`,
    );
}
