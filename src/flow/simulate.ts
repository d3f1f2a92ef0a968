// What checks and a rulebook would say about an approval, and how its card would look. Nothing is decided or written.
import type { Check } from '../checks/check.ts';
import { checks as pureChecks } from '../checks/index.ts';
import { runChecks } from '../checks/run-checks.ts';
import type { Config } from '../config.ts';
import type { EpochMs } from '../domain/amount.ts';
import type { Approval } from '../domain/approval.ts';
import type { ApprovalView, PersonRef } from '../domain/approval-view.ts';
import type { Finding } from '../domain/finding.ts';
import { fingerprintOf } from '../domain/fingerprint.ts';
import { isInitiator, type Person } from '../domain/person.ts';
import { standingOf } from '../domain/quorum.ts';
import { releaseOf, slackReleaseRefusals, valueOf } from '../domain/release.ts';
import type { Observation, Rulebook } from '../domain/rulebook.ts';
import { questionKey, type SpendQuestion, type SpendSum } from '../domain/spend.ts';
import { reachVerdict, type Verdict } from '../domain/verdict.ts';
import { compileRulebook } from '../rules/compile.ts';
import { rulebookFinding } from '../rules/finding.ts';
import { asIfInForce } from './as-if-in-force.ts';

/** A check that a simulation does not ask, because its answer is not in the approval itself. */
export type CheckNotAsked = Pick<Check, 'name' | 'title'> & { readonly needs: string };

export type Simulation = {
  readonly observation: Observation;
  readonly rulebookHash: string | null;
  /** An approval of the simulation still rests on every check of `notAsked`. */
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly notAsked: readonly CheckNotAsked[];
};

export type SimulationInput = {
  readonly connection: string;
  readonly approval: Approval;
  readonly rulebook: Rulebook | null;
  readonly serviceAccount: string;
  readonly at: EpochMs;
  readonly spent: Observation['spent'];
  readonly demoted: readonly string[];
  /** The checks that would run; those that look at more than the approval are named, not asked. */
  readonly checks: readonly Check[];
  /** What those found when the approval was really evaluated. */
  readonly found: readonly Finding[];
};

export async function simulate(input: SimulationInput): Promise<Simulation> {
  const { connection, approval, at, rulebook } = input;
  const [asked, others] = [input.checks.filter(isPure), input.checks.filter((check) => !isPure(check))];
  const { activity } = approval;
  const remembered = asIfInForce(
    input.found.filter(({ check }) => others.some(({ name }) => name === check)),
    { rulebook, connection, activity },
  );
  const checked = await runChecks(asked, {
    connection,
    approval,
    serviceAccount: input.serviceAccount,
    recipients: [],
    similar: [],
    now: at,
  });
  const { id, platform, initiator, createdAt } = approval;
  const observation: Observation = {
    connection,
    approval: { id, platform, initiator, activity, createdAt },
    at,
    spent: input.spent,
    demoted: input.demoted,
  };
  const { finding, rule } = rulebookFinding(rulebook, observation);
  const findings = [...checked, ...remembered, finding];
  return {
    observation,
    rulebookHash: rulebook?.hash ?? null,
    verdict: reachVerdict({ findings, required: [...asked, ...remembered].map(nameOf), rule }),
    findings,
    notAsked: others
      .filter(({ name }) => !remembered.some(({ check }) => check === name))
      .map((check) => ({ name: check.name, title: check.title, needs: needsOf(check) })),
  };
}

/** Its answer is in the approval itself. */
export function isPure(check: Check): boolean {
  return pureChecks.some(({ name }) => name === check.name) && Object.keys(check.needs).length === 0;
}

function nameOf(named: Check | Finding): string {
  return 'name' in named ? named.name : named.check;
}

function needsOf({ needs }: Check): string {
  if (needs.recipients === true) return 'who was paid before';
  if (needs.similarWithinMs !== undefined) return 'earlier payments like it';
  return 'the list or the service that `checks:` names for it';
}

/** Every sum that the rulebook asks for, with nothing in it: as on a wallet's first day. */
export function nothingSpent(rulebook: Rulebook | null): Readonly<Record<string, SpendSum>> {
  const zero: SpendSum = { count: 0, base: '0', withoutAmount: 0, fiat: '0', withoutPrice: 0 };
  return Object.fromEntries(allQuestionsOf(rulebook).map((question) => [questionKey(question), zero]));
}

export function allQuestionsOf(rulebook: Rulebook | null): readonly SpendQuestion[] {
  if (rulebook === null) return [];
  return compileRulebook(rulebook).sets.flatMap((set) => set.rules.flatMap((rule) => rule.asks));
}

/** What the configuration says about people and groups; without one the card has none. */
export type Around = Pick<Config, 'groups' | 'people' | 'connections'>;

/**
 * As the card would stand once everybody had heard of it: approved by the service account where the verdict approves,
 * and waiting for people otherwise. Budgets, switches and what other groups do are not part of it.
 */
export function simulatedView(
  simulation: Simulation,
  input: { approval: Approval; connection: string; serviceAccount: string; around: Around | null; decideUrl: string },
): ApprovalView {
  const { approval, connection, around } = input;
  const { at } = simulation.observation;
  const value = valueOf(approval, at);
  const standing = standingIn(simulation, input);
  const refusals = standing.flatMap(({ route }) => (route.kind === 'platform' ? route.reasons : []));
  const offered = standing.some(({ route }) => route.kind === 'slack');
  const account = approval.initiator?.account ?? 'unknown';
  const initiator = around?.people.find((person) => isInitiator(person, connection, account)) ?? null;
  return {
    ...blankView,
    connection,
    platform: approval.platform,
    platformId: approval.id,
    decideUrl: input.decideUrl,
    approval,
    fingerprint: fingerprintOf(approval),
    value: value.kind === 'known' ? value.fiat : null,
    initiator: {
      account,
      person: initiator === null ? null : refTo(initiator),
      serviceAccount: approval.initiator?.serviceAccount === true,
    },
    standing,
    findings: simulation.findings,
    verdict: simulation.verdict,
    approveInSlack: offered ? { kind: 'offered' } : { kind: 'not-offered', reasons: [...new Set(refusals)] },
    rejectInSlack: offered,
    seenAt: at,
    expiresAt: approval.expiresAt,
    now: at,
    ...(waitsFor(simulation, { approval, standing, serviceAccount: input.serviceAccount }).length === 0
      ? approvedBy(simulation, standing)
      : {}),
  };
}

/** Why the service account's vote would not go out; empty when it would. An approval without groups is asked of none. */
function waitsFor(
  { verdict, findings }: Simulation,
  input: { approval: Approval; standing: ApprovalView['standing']; serviceAccount: string },
): readonly string[] {
  if (verdict.kind === 'abstain') return verdict.reasons;
  if (input.approval.policies.length === 0) return [];
  const release = releaseOf({ ...input, verdict, findings, canVote: true });
  switch (release.kind) {
    case 'approve':
      return [];
    case 'wait':
      return release.reasons;
    case 'cannot-vote':
      return [release.reason];
    case 'spent':
      return ['our vote is on the platform already'];
  }
}

const blankView = {
  id: '00000000-0000-4000-8000-000000000000',
  mode: 'vote',
  state: 'pending',
  stateReason: null,
  endedElsewhere: false,
  revision: 0,
  changes: [],
  votes: [],
  decision: null,
  decidedBy: [],
  submissions: [],
  holds: [],
  switches: { automation: true, approvals: true },
  firstPayment: null,
  endedAt: null,
  platformDecisions: [],
  auditHead: null,
} as const;

function approvedBy({ observation }: Simulation, standing: ApprovalView['standing']): Partial<ApprovalView> {
  const { at } = observation;
  const served = standing.filter((group) => group.served);
  return {
    state: 'approved',
    endedAt: at,
    rejectInSlack: false,
    approveInSlack: { kind: 'not-offered', reasons: [] },
    decision: {
      id: blankView.id,
      approvalId: blankView.id,
      fingerprint: '',
      basis: {
        value: 'approved',
        coverage: served.map(({ group }) => ({ groupKey: group.key, by: 'verdict' })),
        people: [],
        voteIds: [],
        evaluationId: null,
      },
      decidedAt: at,
      sendAfter: at,
      firstAttemptAt: at,
      withdrawnAt: null,
      withdrawnWhy: null,
    },
  };
}

function standingIn(
  simulation: Simulation,
  { approval, connection, serviceAccount, around }: Parameters<typeof simulatedView>[1],
): ApprovalView['standing'] {
  const { at } = simulation.observation;
  const people = new Map((around?.people ?? []).map((person) => [person.id, person]));
  return standingOf({
    approval,
    connection,
    // Where nobody says which account is ours, the card shows the groups as if it were none.
    serviceAccount,
    rules: around?.groups ?? [],
    votes: [],
    slackRefusals: (_group, rule) =>
      slackReleaseRefusals({
        approval,
        ceiling: rule.ceiling,
        spent24h: '0',
        findings: simulation.findings,
        now: at,
      }),
  }).map((group) => ({
    ...group,
    eligible: (group.rule?.approvers ?? []).flatMap((id) => {
      const person = people.get(id);
      return person === undefined || isInitiator(person, connection, approval.initiator?.account ?? '')
        ? []
        : [refTo(person)];
    }),
    unreachable: [],
  }));
}

function refTo(person: Person): PersonRef {
  return { id: person.id, name: person.name, slack: person.slack[0] ?? null };
}
