// The modal behind Details: everything that is known, for whoever wants to know why.
import type { KnownBlock } from '@slack/types';
import type { ApprovalView } from '../../domain/approval-view.ts';
import type { Finding } from '../../domain/finding.ts';
import { rulebookCheck } from '../../domain/verdict.ts';
import { callbackIds } from '../action-ids.ts';
import { dangerLine } from './about.ts';
import { divider, header, plainText, sealed, section, titled, type Modal } from './blocks.ts';
import { decisiveBlocks } from './decisive.ts';
import { changedLines, explanationOf, noApproveReasons, pausedLine } from './explain.ts';
import {
  allowingRule,
  budgetLines,
  exceptionsIn,
  findingLine,
  otherReasonLines,
  passedIn,
  passedLine,
  watchedLines,
} from './findings.ts';
import { alternativesLine, groupWords } from './groups.ts';
import { fit, keep, droppable, limits, type Part } from './limits.ts';
import { person, platformLabel } from './links.ts';
import { metadataOf, platformLine } from './modal-approve.ts';
import { decidersOnPlatform, headerText, statusLine } from './status.ts';
import { code, name, prose } from './text.ts';
import { everything, texts, traceBlocks } from './trace.ts';
import { dateAndTime, duration, timeWithSeconds } from './when.ts';

/** A view may hold 250 kB; this keeps it quick to open on a phone. */
const maxDetailsJson = 60_000;

export function modalDetails(view: ApprovalView): Modal {
  const parts: readonly Part[] = [
    keep(header('header', headerText(view))),
    keep(section('status', statusLine(view))),
    ...texts('explanation', explanation(view)).map(keep),
    ...decisiveBlocks(view).map(keep),
    ...chapter('Checks', findingBlocks(view), 3),
    ...chapter('Groups', groupBlocks(view), 1),
    ...chapter('Votes and decision', texts('votes', decisionLines(view)), 1),
    ...chapter('Policies triggered', texts('policies', policyLines(view)), 2),
    ...chapter('Facts', texts('facts', factLines(view)), 4),
    ...chapter('The rulebook, rule by rule', traceBlocks(view), 5),
    ...chapter('For the record', [...texts('record', recordLines(view)), ...platformLine(view)], 1),
  ];
  const note = `Some details do not fit here. ${everything(view)}`;
  const blocks = fit(parts, { json: maxDetailsJson, blocks: limits.viewBlocks - 1, note });
  const metadata = metadataOf(view, blocks);
  return {
    type: 'modal',
    callback_id: callbackIds.details,
    title: plainText('Request details'),
    close: plainText('Close'),
    ...(metadata === '' ? {} : { private_metadata: metadata }),
    blocks: sealed(blocks, view.revision),
  };
}

function chapter(title: string, blocks: readonly KnownBlock[], drop: number): readonly Part[] {
  if (blocks.length === 0) return [];
  return [keep(divider('divider')), keep(header('chapter', title)), ...blocks.map((block) => droppable(drop, block))];
}

function explanation(view: ApprovalView): readonly string[] {
  const reasons = noApproveReasons(view, []).map((reason) => `• ${prose(reason, 300)}`);
  const danger = dangerLine(view);
  const paused = pausedLine(view);
  return [
    ...(danger === null ? [] : [danger]),
    ...(paused === null ? [] : [paused]),
    ...changedLines(view),
    ...explanationOf(view),
    ...(reasons.length === 0 ? [] : [`*Approve it in ${platformLabel(view)}, not here:*`, ...reasons]),
  ];
}

/** What is open with its evidence, and what passed with one line each. */
function findingBlocks(view: ApprovalView): readonly KnownBlock[] {
  const passed = passedLine(view);
  const names = passedIn(view).map((finding) => {
    const age = finding.dataAt === null ? '' : ` (${ageOf(finding.dataAt, view.now)})`;
    return `• ${prose(finding.title, 60)}: ${prose(finding.words, 240)}${age}`;
  });
  return [
    ...exceptionsIn(view).map((finding) => exceptionBlock(finding, view.now)),
    ...texts('reasons', otherReasonLines(view)),
    ...texts('passed', passed === null ? [] : [passed, ...names]),
    ...texts('watched', [...watchedLines(view), ...budgetLines(view)]),
  ];
}

/** Keys that stand elsewhere in this modal, in a person's words. */
const toldElsewhere: ReadonlySet<string> = new Set(['rulebook', 'version', 'rule', 'shadow', 'advisory', 'trace']);

/** Evidence that its words hold already is not said again. */
function exceptionBlock(finding: Finding, now: number): KnownBlock {
  const isRulebook = finding.check === rulebookCheck;
  const evidence = Object.entries(finding.evidence)
    .filter(([label, value]) => !finding.words.includes(value) && !(isRulebook && toldElsewhere.has(label)))
    .map(([label, value]) => `${prose(label, 60)}: ${code(value, 300)}`);
  const age = finding.dataAt === null ? [] : [ageOf(finding.dataAt, now)];
  return section('finding', titled(findingLine(finding), [...evidence, ...age], 2400));
}

function ageOf(at: number, now: number): string {
  return `Data of ${dateAndTime(at)}, ${duration(now - at)} old`;
}

function groupBlocks(view: ApprovalView): readonly KnownBlock[] {
  const alternatives = alternativesLine(view);
  const blocks = view.standing.map((group) => {
    const words = groupWords(view, group, true);
    const voting =
      group.rule === null
        ? 'No entry for it in our configuration'
        : `Votes: ${group.rule.votes}, automation ${group.rule.automation ? 'on' : 'off'}, ${group.rule.denyQuorum} to deny`;
    const lines = [words.standing, words.unreachable, words.shape, voting, `Policy ${code(group.group.policyId, 80)}`];
    return section(
      'group',
      titled(
        '',
        lines.filter((line) => line !== null),
        2600,
      ).trim(),
    );
  });
  return alternatives === null ? blocks : [section('alternatives', alternatives), ...blocks];
}

function decisionLines(view: ApprovalView): readonly string[] {
  const votes = view.votes.map((vote) => {
    const group = view.standing.find((entry) => entry.group.key === vote.groupKey)?.group.name ?? vote.groupKey;
    const reason = vote.reason === null ? '' : `: ${prose(vote.reason, 300)}`;
    const what = vote.choice === 'approve' ? 'approved' : 'rejected';
    return `${dateAndTime(vote.castAt)} ${person(vote.person)} ${what} for ${name(group, 60)}${reason}`;
  });
  const others = decidersOnPlatform(view);
  const submissions = view.submissions.map((submission) => {
    const reason = submission.reason === null ? '' : `: ${prose(submission.reason, 200)}`;
    return `${timeWithSeconds(submission.startedAt)} attempt ${submission.attempt}: ${submission.outcome ?? 'no answer yet'}${reason}`;
  });
  return [
    ...votes,
    ...(others === null ? [] : [`In ${platformLabel(view)}: ${others}`]),
    ...decided(view),
    ...submissions,
  ];
}

function decided(view: ApprovalView): readonly string[] {
  const { decision, verdict } = view;
  const lines: string[] = [];
  if (verdict !== null) {
    const rule = allowingRule(view) ?? name(verdict.kind === 'approve' ? verdict.rule : '', 80);
    // Why it abstained stands among the checks.
    lines.push(verdict.kind === 'approve' ? `Automation: approve, by the rule ${rule}` : 'Automation: abstain');
  }
  if (decision !== null) {
    const withdrawn = decision.withdrawnAt === null ? '' : `, withdrawn ${dateAndTime(decision.withdrawnAt)}`;
    const why = decision.withdrawnWhy === null ? '' : ` (${prose(decision.withdrawnWhy, 200)})`;
    lines.push(`${dateAndTime(decision.decidedAt)} decided: ${decision.basis.value}${withdrawn}${why}`);
  }
  return lines;
}

function policyLines(view: ApprovalView): readonly string[] {
  return (view.approval?.policies ?? []).map((policy) => {
    const reason = policy.reason === null ? '' : `: ${prose(policy.reason.trim(), 300)}`;
    return `• ${name(policy.name, 80)} ${code(policy.id, 80)}${reason}`;
  });
}

function factLines(view: ApprovalView): readonly string[] {
  if (view.approval === null) return [];
  const { activity } = view.approval;
  const own: readonly (readonly [string, string | null])[] = [
    ['Kind', activity.platformKind],
    ['Subject', activity.subjectId],
    ['Smallest units', activity.amountBase],
    ['Decimals', activity.asset?.decimals?.toString() ?? null],
    ['Memo', activity.memo],
    ['Reference', activity.externalId],
  ];
  const known = own.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]));
  const unread = activity.unread.map((reason) => `⚠️ Not read: ${prose(reason, 200)}`);
  return [
    ...unread,
    ...[...known, ...activity.facts].map(({ label, value }) => `${prose(label, 80)}: ${code(value, 600)}`),
  ];
}

function recordLines(view: ApprovalView): readonly string[] {
  const head = view.auditHead;
  const { rulebook, version } = view.findings.find(({ check }) => check === rulebookCheck)?.evidence ?? {};
  return [
    `Approval on ${platformLabel(view)}: ${code(view.platformId, 120)}`,
    `Connection: ${code(view.connection, 80)}, mode ${view.mode}`,
    ...(view.approval === null ? [] : [`Organisation: ${code(view.approval.organisation, 120)}`]),
    `Here: ${code(view.id, 80)}, revision ${view.revision}, seen ${dateAndTime(view.seenAt)}`,
    ...(rulebook === undefined
      ? []
      : [`Rulebook: ${version === undefined ? '' : `${prose(version, 20)} `}${code(rulebook, 128)}`]),
    ...(view.fingerprint === null ? [] : [`Fingerprint: ${code(view.fingerprint)}`]),
    ...(head === null ? [] : [`Audit log: row ${head.seq}, ${code(head.mac, 128)}`]),
  ];
}
