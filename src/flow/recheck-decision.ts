// Everything that a decision rests on, looked at once more on a fresh reading before it is sent.
import { lockApproval, type ApprovalRow } from '../db/approvals.ts';
import type { Context } from '../context.ts';
import { liveDecision, type StoredDecision } from '../db/decisions.ts';
import type { Approval } from '../domain/approval.ts';
import { releaseOf } from '../domain/release.ts';
import type { DecisionBasis } from '../domain/decision.ts';
import { isInitiator, type PersonId } from '../domain/person.ts';
import type { Vote } from '../domain/vote.ts';
import type { PlatformConnection } from '../platforms/platform.ts';
import { findFacts, type Facts } from './find-facts.ts';
import { keepEvaluation } from './keep-evaluation.ts';
import { readStanding } from './read-standing.ts';
import type { FlowContext } from './record.ts';
import type { RulebookInForce } from './rulebook-in-force.ts';

export type Recheck =
  /** By this rulebook, where it rests on a verdict: null where it does not. */
  | { readonly kind: 'send'; readonly rulebook: RulebookInForce | null }
  /** Not now: something could not be known. */
  | { readonly kind: 'wait'; readonly retryAfterMs: number }
  /** Not like this: what it rested on is gone. The votes of `voided` people do not count any more. */
  | { readonly kind: 'stop'; readonly why: string; readonly voided: readonly PersonId[] };

const slackRetryMs = 5000;

export async function recheckDecision(
  ctx: FlowContext & Pick<Context, 'checks' | 'readVoter'>,
  input: {
    row: ApprovalRow;
    decision: StoredDecision;
    approval: Approval;
    fingerprint: string;
    platform: PlatformConnection;
  },
): Promise<Recheck> {
  const { row, decision, approval, fingerprint, platform } = input;
  if (fingerprint !== decision.fingerprint) return stop('its content changed');
  if (approval.expiresAt !== null && approval.expiresAt - ctx.now() < platform.submissionMs) {
    return stop('less time is left than sending may take');
  }
  const mode = ctx.config.connections.find((connection) => connection.name === row.connection)?.mode;
  if (mode !== 'vote') return stop('this connection does not vote any more');
  if (decision.basis.value === 'denied') return recheckDenial(ctx, input, decision.basis);

  const facts = await findFacts(ctx, { approvalId: row.id, connection: row.connection, approval, platform });
  const standing = await readStanding(ctx, ctx.db, { row, approval, fingerprint, platform, findings: facts.findings });
  const voters = await refusedVoters(
    ctx,
    standing.counted.filter((vote) => decision.basis.people.includes(vote.personId)),
  );
  if (voters.kind === 'unreachable') return { kind: 'wait', retryAfterMs: slackRetryMs };
  const judged =
    voters.refused.size === 0
      ? standing
      : await readStanding(ctx, ctx.db, {
          row,
          approval,
          fingerprint,
          platform,
          findings: facts.findings,
          disqualified: voters.refused,
        });
  if (judged.holds.length > 0) return stop('somebody rejected it');
  const gone = decision.basis.people.filter(
    (id) => !judged.counted.some((vote) => vote.personId === id && vote.choice === 'approve'),
  );
  if (gone.length > 0) return stop(`the vote of ${gone.join(', ')} does not count any more`, [...voters.refused]);
  const byVerdict = decision.basis.coverage.some((entry) => entry.by === 'verdict');
  const release = releaseOf({
    approval,
    standing: judged.groups,
    verdict: byVerdict ? facts.verdict : null,
    findings: facts.findings,
    serviceAccount: platform.serviceAccount,
    canVote: platform.capabilities.canVote && row.mayNotVote === null,
  });
  switch (release.kind) {
    case 'approve':
      await keepWhatItIsSentOn(ctx, { decision, fingerprint, facts });
      return { kind: 'send', rulebook: byVerdict ? facts.judged.rulebook : null };
    case 'wait':
      return stop(release.reasons.join('; '));
    case 'cannot-vote':
      return stop(release.reason);
    case 'spent':
      return stop('our vote already stands on the platform');
  }
}

/**
 * Lists, prices and rulebooks move between the decision and its sending: the newest evaluation is then the one that it
 * is sent on, and not the one that it was decided on.
 */
async function keepWhatItIsSentOn(
  ctx: FlowContext,
  input: { decision: StoredDecision; fingerprint: string; facts: Facts },
): Promise<void> {
  const { decision, fingerprint, facts } = input;
  await ctx.db.transaction(async (tx) => {
    const row = await lockApproval(tx, decision.approvalId);
    const live = await liveDecision(tx, decision.approvalId);
    // Overtaken meanwhile: nothing will be sent on this look.
    if (row === null || row.endedAt !== null || row.fingerprint !== fingerprint || live?.id !== decision.id) return;
    await keepEvaluation(ctx, tx, { approvalId: row.id, fingerprint, facts });
  });
}

function stop(why: string, voided: readonly PersonId[] = []): Recheck {
  return { kind: 'stop', why, voided };
}

/** A denial was chosen by people: switches, ceilings and budgets do not stand in its way, their change of mind does. */
async function recheckDenial(
  ctx: FlowContext & Pick<Context, 'readVoter'>,
  input: { row: ApprovalRow; approval: Approval; fingerprint: string; platform: PlatformConnection },
  basis: Extract<DecisionBasis, { value: 'denied' }>,
): Promise<Recheck> {
  const { people } = basis;
  const standing = await readStanding(ctx, ctx.db, input);
  const holding = new Set(standing.holds.map((hold) => hold.personId));
  if (!people.every((id) => holding.has(id))) return stop('the rejection was taken back');
  if (basis.cancelledByInitiator) return recheckCancellation(ctx, input, people);
  const stands = standing.groups.some(
    ({ rule, deniedBy }) =>
      rule !== null && people.length >= rule.denyQuorum && people.every((id) => deniedBy.includes(id)),
  );
  if (!stands) return stop('the rejection does not count any more');
  const denials = standing.counted.filter((vote) => vote.choice === 'deny' && people.includes(vote.personId));
  const voters = await refusedVoters(ctx, denials);
  if (voters.kind === 'unreachable') return { kind: 'wait', retryAfterMs: slackRetryMs };
  return voters.refused.size === 0
    ? { kind: 'send', rulebook: null }
    : stop('Slack does not vouch for the rejecter any more', [...voters.refused]);
}

/** A cancellation is no vote: whoever cancelled must still be the initiator, with an account that Slack vouches for. */
async function recheckCancellation(
  ctx: Pick<Context, 'config' | 'readVoter'>,
  input: { row: ApprovalRow; approval: Approval },
  people: readonly string[],
): Promise<Recheck> {
  const account = input.approval.initiator?.account;
  for (const id of people) {
    const person = ctx.config.people.find((entry) => entry.id === id);
    if (person === undefined || account === undefined || !isInitiator(person, input.row.connection, account)) {
      return stop('the one who cancelled it is not its initiator any more');
    }
    const readings = await Promise.all(person.slack.map((slackUser) => ctx.readVoter(slackUser)));
    if (readings.some((reading) => reading.kind === 'active')) continue;
    if (readings.some((reading) => reading.kind === 'unreachable')) return { kind: 'wait', retryAfterMs: slackRetryMs };
    return stop('Slack does not vouch for the initiator any more');
  }
  return { kind: 'send', rulebook: null };
}

type Voters = { readonly kind: 'known'; readonly refused: ReadonlySet<string> } | { readonly kind: 'unreachable' };

/** Asks Slack about everybody behind the decision; while Slack can't say, nothing is sent on Slack votes. */
async function refusedVoters(ctx: Pick<Context, 'readVoter'>, votes: readonly Vote[]): Promise<Voters> {
  const users = new Map(votes.map((vote) => [vote.slackUser, vote.personId]));
  const refused = new Set<string>();
  for (const [slackUser, personId] of users) {
    const reading = await ctx.readVoter(slackUser);
    if (reading.kind === 'unreachable') return { kind: 'unreachable' };
    if (reading.kind === 'refused') refused.add(personId);
  }
  return { kind: 'known', refused };
}
