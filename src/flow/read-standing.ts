// Everything that decides about one approval, read together: who voted, who may, what automation said, what is left.
import type { ApprovalRow } from '../db/approvals.ts';
import { readChangedPeople } from '../db/configurations.ts';
import type { Db } from '../db/connect.ts';
import { liveDecision, type StoredDecision } from '../db/decisions.ts';
import { latestEvaluation, type Evaluation } from '../db/evaluations.ts';
import { liveHolds, type Hold } from '../db/holds.ts';
import { spendSince } from '../db/spend.ts';
import { liveVotes } from '../db/votes.ts';
import type { Context } from '../context.ts';
import { groupsOf, type Approval, type ApprovalGroup } from '../domain/approval.ts';
import { mayCount, type Eligibility } from '../domain/eligibility.ts';
import type { Finding } from '../domain/finding.ts';
import type { Person } from '../domain/person.ts';
import { standingOf, type GroupStanding } from '../domain/quorum.ts';
import { slackReleaseRefusals } from '../domain/release.ts';
import type { Vote } from '../domain/vote.ts';
import { ruleFor, type VotingRule } from '../domain/voting-rule.ts';
import type { PlatformConnection } from '../platforms/platform.ts';

export const dayMs = 24 * 60 * 60 * 1000;

export type Standing = {
  readonly groups: readonly GroupStanding[];
  /** Live votes on this content, whether or not they count. */
  readonly votes: readonly Vote[];
  /** Live votes by people who may count at this moment, as far as configuration and platform say. */
  readonly counted: readonly Vote[];
  readonly evaluation: Evaluation | null;
  readonly holds: readonly Hold[];
  readonly decision: StoredDecision | null;
  readonly eligibility: (group: ApprovalGroup, rule: VotingRule, person: Person) => Eligibility;
};

type StandingContext = Pick<Context, 'config' | 'now'>;

/**
 * `findings` are those to judge by: fresh ones at an evaluation or a submission, the stored ones otherwise.
 * `disqualified` are people whom Slack refuses at this moment; their votes do not count.
 */
export async function readStanding(
  ctx: StandingContext,
  db: Db,
  input: {
    row: ApprovalRow;
    approval: Approval;
    fingerprint: string;
    platform: Pick<PlatformConnection, 'serviceAccount'>;
    findings?: readonly Finding[];
    disqualified?: ReadonlySet<string>;
  },
): Promise<Standing> {
  const { row, approval, fingerprint } = input;
  const [votes, evaluation, holds, decision, changedPeople, spent] = await Promise.all([
    liveVotes(db, row.id, fingerprint),
    latestEvaluation(db, row.id, fingerprint),
    liveHolds(db, row.id),
    liveDecision(db, row.id),
    readChangedPeople(db),
    readCeilings(ctx, db, row, approval),
  ]);
  const findings = input.findings ?? evaluation?.findings ?? [];
  const people = new Map(ctx.config.people.map((person) => [person.id, person]));
  const groups = new Map(groupsOf(approval).map((group) => [group.key, group]));
  const eligibility = (group: ApprovalGroup, rule: VotingRule, person: Person): Eligibility =>
    mayCount({
      approval,
      connection: row.connection,
      group,
      rule,
      person,
      changedPeople,
      seenAt: row.seenAt,
      coolingMs: ctx.config.timing.personCoolingMs,
      now: ctx.now(),
    });
  const counted = votes.filter((vote) => {
    const person = people.get(vote.personId);
    const group = groups.get(vote.groupKey);
    if (person === undefined || group === undefined || input.disqualified?.has(vote.personId) === true) return false;
    if (!person.slack.includes(vote.slackUser)) return false;
    const rule = ruleFor(ctx.config.groups, row.connection, group);
    return rule !== null && eligibility(group, rule, person).kind === 'eligible';
  });
  return {
    groups: standingOf({
      approval,
      connection: row.connection,
      serviceAccount: input.platform.serviceAccount,
      rules: ctx.config.groups,
      votes: counted,
      slackRefusals: (group, rule) =>
        slackReleaseRefusals({
          approval,
          ceiling: rule.ceiling,
          spent24h: spent.get(group.key) ?? '0',
          findings,
          now: ctx.now(),
        }),
    }),
    votes,
    counted,
    evaluation,
    holds,
    decision,
    eligibility,
  };
}

/** The key under which a group's Slack releases are summed. */
export function ceilingKey(
  connection: string,
  group: Pick<ApprovalGroup, 'policyId' | 'name'>,
  rule: VotingRule,
): string {
  return `ceiling/${connection}/${rule.policy ?? '*'}/${group.name}`;
}

async function readCeilings(
  ctx: StandingContext,
  db: Db,
  row: ApprovalRow,
  approval: Approval,
): Promise<ReadonlyMap<string, string>> {
  const spent = new Map<string, string>();
  const decision = await liveDecision(db, row.id);
  for (const group of groupsOf(approval)) {
    const rule = ruleFor(ctx.config.groups, row.connection, group);
    if (rule?.ceiling === null || rule === null) continue;
    const { amount } = await spendSince(db, {
      key: ceilingKey(row.connection, group, rule),
      currency: rule.ceiling.per24h.currency,
      since: ctx.now() - dayMs,
      exceptDecision: decision?.id ?? null,
    });
    spent.set(group.key, amount);
  }
  return spent;
}
