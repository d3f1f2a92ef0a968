// Everything about one approval that a person may be shown, gathered in one place for cards, messages and the terminal.
import { recipientForms } from '../checks/recipient-forms.ts';
import { readApprovalRow, type ApprovalRow } from '../db/approvals.ts';
import { auditHead } from '../db/audit-log.ts';
import type { Context } from '../context.ts';
import { paidForms } from '../db/recipients.ts';
import { readSnapshot } from '../db/snapshots.ts';
import { submissionsOf } from '../db/submissions.ts';
import { switchPositions } from '../db/switches.ts';
import type { Approval } from '../domain/approval.ts';
import type { ApprovalView, PersonRef } from '../domain/approval-view.ts';
import { accountsOf, isInitiator, type Person, type PersonId } from '../domain/person.ts';
import { minimumPeople, type GroupStanding } from '../domain/quorum.ts';
import { valueOf } from '../domain/release.ts';
import { stopsIn, type Finding } from '../domain/finding.ts';
import type { PlatformConnection } from '../platforms/platform.ts';
import { budgetLeft } from './budget-left.ts';
import { readStanding, type Standing } from './read-standing.ts';
import type { FlowContext } from './record.ts';

type ViewContext = FlowContext & Pick<Context, 'platforms'>;

/** Null when there is no such approval, or its connection is not configured any more. */
export async function viewApproval(ctx: ViewContext, approvalId: string): Promise<ApprovalView | null> {
  const row = await readApprovalRow(ctx.db, approvalId);
  const platform = row === null ? undefined : ctx.platforms.get(row.connection);
  if (row === null || platform === undefined) return null;
  const approval = row.fingerprint === null ? null : await readSnapshot(ctx.db, row.id, row.fingerprint);
  const standing =
    approval === null || row.fingerprint === null
      ? null
      : await readStanding(ctx, ctx.db, { row, approval, fingerprint: row.fingerprint, platform });
  const [submissions, switches, head] = await Promise.all([
    submissionsOf(ctx.db, row.id),
    switchPositions(ctx.db),
    auditHead(ctx.db),
  ]);
  const people = new Map(ctx.config.people.map((person) => [person.id, person]));
  const ref = (id: PersonId) => personRef(people.get(id), id);
  const connection = ctx.config.connections.find((entry) => entry.name === row.connection);
  const value = approval === null ? null : valueOf(approval, ctx.now());
  const decision = standing?.decision ?? null;
  return {
    ...headOf(row, platform, connection?.mode ?? 'observe'),
    approval,
    value: value?.kind === 'known' ? value.fiat : null,
    budgetLeft: approval === null ? [] : await budgetLeft(ctx, ctx.db, { connection: row.connection, approval }),
    initiator: initiatorOf(ctx, row, approval),
    standing: (standing?.groups ?? []).map((group) => withPeople(ctx, row, approval, group, standing)),
    votes: (standing?.votes ?? []).map((vote) => ({ ...vote, person: ref(vote.personId) })),
    findings: standing?.evaluation?.findings ?? [],
    verdict: standing?.evaluation?.verdict ?? null,
    decision,
    decidedBy: (decision?.basis.people ?? []).map(ref),
    submissions: submissions.map(({ attempt, startedAt, outcome, reason }) => ({
      attempt,
      startedAt,
      outcome,
      reason,
    })),
    holds: (standing?.holds ?? []).map((hold) => ({
      person: ref(hold.personId),
      reason: hold.reason,
      placedAt: hold.placedAt,
      byInitiator: hold.byInitiator,
      liftAskedBy: hold.liftAskedBy === null ? null : ref(hold.liftAskedBy),
    })),
    switches,
    approveInSlack: approveInSlack(row, standing, switches.approvals),
    rejectInSlack: mayOfferReject(row, standing, platform),
    firstPayment: approval === null ? null : await isFirstPayment(ctx, row, approval),
    platformDecisions: (approval?.decisions ?? []).map((entry) => ({
      who: nameOfAccount(ctx.config.people, row.connection, entry.account),
      value: entry.value,
      ours: entry.account === platform.serviceAccount,
    })),
    auditHead: head,
    now: ctx.now(),
  };
}

function headOf(row: ApprovalRow, platform: PlatformConnection, mode: ApprovalView['mode']) {
  const {
    id,
    connection,
    platformId,
    state,
    stateReason,
    endedElsewhere,
    fingerprint,
    revision,
    changes,
    seenAt,
    expiresAt,
    endedAt,
  } = row;
  return {
    id,
    connection,
    platformId,
    state,
    stateReason,
    endedElsewhere,
    fingerprint,
    revision,
    changes,
    seenAt,
    expiresAt,
    endedAt,
    mode,
    platform: platform.platform,
    decideUrl: platform.decideUrl,
  };
}

function initiatorOf(ctx: ViewContext, row: ApprovalRow, approval: Approval | null): ApprovalView['initiator'] {
  const account = approval?.initiator?.account ?? null;
  if (account === null) return { account: 'unknown', person: null, serviceAccount: false };
  const person = ctx.config.people.find((entry) => isInitiator(entry, row.connection, account));
  const serviceAccount =
    approval?.initiator?.serviceAccount === true || ctx.config.people.some((entry) => entry.owns.includes(account));
  return { account, person: person === undefined ? null : personRef(person, person.id), serviceAccount };
}

function withPeople(
  ctx: ViewContext,
  row: ApprovalRow,
  approval: Approval | null,
  group: GroupStanding,
  standing: Standing | null,
): ApprovalView['standing'][number] {
  const { rule } = group;
  const eligible =
    rule === null || standing === null
      ? []
      : ctx.config.people.filter((person) => standing.eligibility(group.group, rule, person).kind === 'eligible');
  return {
    ...group,
    route: withoutFindings(group.route, standing?.evaluation?.findings ?? []),
    eligible: eligible.map((person) => personRef(person, person.id)),
    unreachable: unreachable(ctx, row, approval, group, eligible),
  };
}

/** The checks say it in full, with both addresses of a look-alike: whoever shows them need not say it again and again. */
function withoutFindings(route: GroupStanding['route'], findings: readonly Finding[]): GroupStanding['route'] {
  if (route.kind === 'slack') return route;
  const short = new Map(stopsIn(findings).map((stop) => [`${stop.title}: ${stop.words}`, stopWords(stop)]));
  return { ...route, reasons: route.reasons.map((reason) => short.get(reason) ?? reason) };
}

function stopWords(stop: Finding): string {
  return `a check stops it (${stop.title})`;
}

/** Why this group can't reach its quorum as things stand; said on the card, at start-up and by `doctor`. */
function unreachable(
  ctx: ViewContext,
  row: ApprovalRow,
  approval: Approval | null,
  group: GroupStanding,
  eligible: readonly Person[],
): readonly string[] {
  if (group.route.kind !== 'slack') return [];
  const needed = Math.max(group.quorum, minimumPeople);
  if (eligible.length >= needed) return [];
  const account = approval?.initiator?.account;
  const excluded = ctx.config.people.filter(
    (person) =>
      group.rule?.approvers.includes(person.id) === true &&
      account !== undefined &&
      isInitiator(person, row.connection, account),
  );
  const why =
    excluded.length > 0 ? `; ${excluded.map((person) => person.name).join(', ')} asked for it and can't vote` : '';
  return [`"${group.group.name}" needs ${needed} people and only ${eligible.length} can vote${why}`];
}

function approveInSlack(
  row: ApprovalRow,
  standing: Standing | null,
  approvalsOn: boolean,
): ApprovalView['approveInSlack'] {
  const reasons: string[] = [];
  const findings = standing?.evaluation?.findings ?? [];
  if (row.state !== 'pending') reasons.push('voting is closed');
  if (row.mayNotVote !== null) reasons.push(row.mayNotVote);
  if (!approvalsOn) reasons.push('approvals are paused');
  const groups = standing?.groups ?? [];
  if (!groups.some((group) => group.route.kind === 'slack')) {
    const routes = groups.map((group) => withoutFindings(group.route, findings));
    reasons.push(...new Set(routes.flatMap((route) => (route.kind === 'platform' ? route.reasons : []))));
    if (groups.length === 0) reasons.push('no approval group is known');
  }
  reasons.push(...stopsIn(findings).map(stopWords));
  return reasons.length === 0 ? { kind: 'offered' } : { kind: 'not-offered', reasons: [...new Set(reasons)] };
}

function mayOfferReject(row: ApprovalRow, standing: Standing | null, platform: PlatformConnection): boolean {
  if (
    !['pending', 'deciding'].includes(row.state) ||
    row.mayNotVote !== null ||
    platform.capabilities.reject === 'none'
  )
    return false;
  if (standing?.decision?.basis.value === 'denied') return false;
  return standing?.groups.some((group) => group.served && group.rule?.votes === 'slack') ?? false;
}

async function isFirstPayment(ctx: ViewContext, row: ApprovalRow, approval: Approval): Promise<boolean | null> {
  const { network } = approval.activity;
  const [recipient] = recipientForms(approval.activity);
  const form = network === null ? undefined : recipient?.byNetwork?.get(network);
  if (form === undefined) return null;
  const paid = await paidForms(ctx.db, { connection: row.connection, forms: [form], except: row.id });
  return paid.length === 0;
}

function personRef(person: Person | undefined, id: PersonId): PersonRef {
  return { id, name: person?.name ?? id, slack: person?.slack[0] ?? null };
}

function nameOfAccount(people: readonly Person[], connection: string, account: string): string {
  return people.find((person) => accountsOf(person, connection).includes(account))?.name ?? account;
}
