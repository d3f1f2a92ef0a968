// The paragraph that says what happens now, or happened, and what the reader can do about it; one per face.
import type { ApprovalView, HoldView } from '../../domain/approval-view.ts';
import { allowingRule, budgetLines, passedIn } from './findings.ts';
import { deciders, decidersOnPlatform, faceOf, isAutomatic } from './status.ts';
import { person, platformLabel } from './links.ts';
import { name, prose } from './text.ts';
import { dateAndTime, duration, timeWithSeconds } from './when.ts';

/** Lines of `mrkdwn`; empty when header and status line say it all. */
export function explanationOf(view: ApprovalView): readonly string[] {
  const platform = platformLabel(view);
  const face = faceOf(view);
  switch (face) {
    case 'received':
      return [`We heard of this approval and are reading it from ${platform}. Nothing can be decided here yet.`];
    case 'unreadable':
      return [`This approval cannot be decoded, so nobody can decide it here. Decide in ${platform}.`, ...why(view)];
    case 'followed':
      return [`People decide this in ${platform}. This card only follows it.`];
    case 'pending':
    case 'partly-approved':
    case 'abstained':
      return [];
    case 'held':
      return heldLines(view);
    case 'deciding':
      return decidingLines(view);
    case 'sending':
      return sendingLines(view);
    case 'sent':
      return sentLines(view);
    case 'blocked':
      return blockedLines(view);
    case 'approved':
      return [...by('Approved by', deciders(view)), `${platform} confirmed it.`, ...elsewhere(view)];
    case 'approved-automatically':
      return automaticLines(view);
    case 'denied':
      return [...by('Rejected by', deciders(view)), ...rejection(view), `${platform} confirmed it. Nothing moves.`];
    case 'cancelled-by-initiator':
      return [...by('Cancelled by', deciders(view)), ...rejection(view), `${platform} confirmed it. Nothing moves.`];
    case 'expired':
      return [expiredWords(view), 'To go on, ask for it again.'];
    case 'failed':
      return [`${platform} reports that it failed. Look in ${platform} for what happened.`, ...why(view)];
    case 'cancelled':
      return [`It was cancelled in ${platform}. Nothing is left to decide.`, ...why(view)];
    case 'decided-elsewhere':
      return elsewhereLines(view);
  }
}

/** Why the approval can't be approved on this card though it waits; empty when it can, or nothing waits. */
export function noApproveReasons(view: ApprovalView, notShown: readonly string[]): readonly string[] {
  if (view.state !== 'pending' || view.mode !== 'vote' || view.approval === null) return [];
  // A hold and a pause say so themselves; sending people around them to the platform would be the wrong advice.
  if (view.holds.length > 0 || !view.switches.approvals) return [];
  const reasons = view.approveInSlack.kind === 'not-offered' ? view.approveInSlack.reasons : [];
  if (reasons.length > 0) return reasons;
  return notShown.length === 0 ? [] : [`this card can't show in full: ${[...new Set(notShown)].join(', ')}`];
}

/** Both switches stop something; a reader must not wonder why nothing happens. */
export function pausedLine(view: ApprovalView): string | null {
  if (view.endedAt !== null || !['received', 'pending', 'deciding', 'sending'].includes(view.state)) return null;
  if (!view.switches.approvals) {
    return '⏸️ *Paused*  Nothing is approved from here until two admins resume. Rejecting still works.';
  }
  return view.switches.automation || view.mode !== 'vote'
    ? null
    : '⏸️ *Automatic approval is paused*  People decide everything until two admins resume.';
}

export function changedLines(view: ApprovalView): readonly string[] {
  if (view.revision === 0) return [];
  const shown = view.changes.slice(0, 5).map((change) => `• ${prose(change, 240)}`);
  const left = view.changes.length - shown.length;
  return [
    '⚠️ *Content changed; earlier votes are void*',
    ...(shown.length === 0 ? ['What changed is in Details.'] : shown),
    ...(left > 0 ? [`… and ${left} more in Details`] : []),
  ];
}

function heldLines(view: ApprovalView): readonly string[] {
  const platform = platformLabel(view);
  const { decision } = view;
  const lines = view.holds.slice(0, 3).flatMap((hold) => holdLines(hold));
  if (view.holds.length > 3) lines.push(`… and ${view.holds.length - 3} more rejections in Details`);
  if (decision !== null && decision.withdrawnAt === null && decision.basis.value === 'denied') {
    if (decision.firstAttemptAt !== null) return [...lines, `\`Denied\` is being sent to ${platform}.`];
    const left = duration(decision.sendAfter - view.now);
    lines.push(
      `\`Denied\` goes to ${platform} ${timeWithSeconds(decision.sendAfter)}, in ${left}, unless the rejection is withdrawn.`,
    );
    return lines;
  }
  return [
    ...lines,
    `Nothing is approved from here while this stands. \`Denied\` is not sent yet: ${missingRejections(view)}.`,
  ];
}

function holdLines(hold: HoldView): string[] {
  const who = hold.byInitiator
    ? `${person(hold.person)}, who asked for it, cancelled it`
    : `${person(hold.person)} rejected it`;
  return [
    `${who} ${dateAndTime(hold.placedAt)}`,
    `>${prose(hold.reason, 300)}`,
    ...(hold.liftAskedBy === null ? [] : [`${person(hold.liftAskedBy)} asked to lift it; a second admin must agree.`]),
  ];
}

function missingRejections(view: ApprovalView): string {
  const waiting = view.standing
    .filter((group) => group.rule !== null && group.deniedBy.length > 0)
    .map(
      (group) =>
        `${name(group.group.name, 40)} has ${group.deniedBy.length} of ${group.rule?.denyQuorum ?? 1} rejections`,
    );
  return waiting.length === 0 ? 'it waits for the rejecter or two admins' : waiting.join(', ');
}

function decidingLines(view: ApprovalView): readonly string[] {
  const platform = platformLabel(view);
  const { decision } = view;
  if (decision === null) return [`It is about to be sent to ${platform}.`];
  const left = duration(decision.sendAfter - view.now);
  const rule = allowingRule(view);
  const basis = isAutomatic(view)
    ? `Every check passed and ${rule === null ? 'a rule' : `the rule ${rule}`} allows it.`
    : 'Enough people approved.';
  if (decision.firstAttemptAt !== null) return [`${basis} It is being sent to ${platform}.`];
  return [`${basis} Our vote goes to ${platform} in ${left}. Until then a rejection or a withdrawn vote stops it.`];
}

function sendingLines(view: ApprovalView): readonly string[] {
  const platform = platformLabel(view);
  const last = view.submissions.at(-1);
  const answer = view.decision?.basis.value === 'denied' ? '`Denied`' : '`Approved`';
  const lines = [`${answer} is on its way to ${platform}. It can't be taken back now.`];
  if (last?.outcome === 'unknown' || last?.outcome === 'not-sent') {
    const reason = last.reason === null ? '' : `: ${prose(last.reason, 200)}`;
    lines.push(
      `Attempt ${last.attempt} has no clear answer yet${reason}. We read ${platform} again before anything else.`,
    );
  }
  return lines;
}

function sentLines(view: ApprovalView): readonly string[] {
  const platform = platformLabel(view);
  const waiting = view.standing
    .filter((group) => group.platformMissing > 0)
    .map((group) => `*${name(group.group.name, 60)}* ${group.platformMissing} more`);
  const needs =
    waiting.length === 0 ? `${platform} has not confirmed it yet` : `${platform} needs: ${waiting.join(', ')}`;
  return [`Our vote is in ${platform} and can't be taken back. It is not approved yet. ${needs}.`];
}

function blockedLines(view: ApprovalView): readonly string[] {
  const platform = platformLabel(view);
  const refused =
    view.submissions.findLast((submission) => submission.outcome === 'refused')?.reason ?? view.stateReason;
  return [
    `*What happened*  ${platform} refused our vote${refused === null ? '' : `: ${prose(refused, 300)}`}. Nothing was approved from here.`,
    `*What to do*  Decide it in ${platform}. An admin checks what the service account may do there (\`countersign doctor\`).`,
  ];
}

function automaticLines(view: ApprovalView): readonly string[] {
  const rule = allowingRule(view);
  const passed = passedIn(view).length;
  const checks = passed === 1 ? 'The one check passed' : `All ${passed} checks passed`;
  return [
    '*Why nobody was asked*',
    ...(rule === null ? [] : [`• The rule ${rule} allows it`]),
    ...(passed === 0 ? [] : [`• ${checks}`]),
    ...budgetLines(view).map((line) => `• ${line}`),
    `${platformLabel(view)} confirmed it.`,
  ];
}

function rejection(view: ApprovalView): readonly string[] {
  const basis = view.decision?.basis;
  return basis?.value === 'denied' ? [`>${prose(basis.reason, 400)}`] : why(view);
}

function expiredWords(view: ApprovalView): string {
  const platform = platformLabel(view);
  return view.submissions.some(({ outcome }) => outcome === 'accepted')
    ? `Time ran out in ${platform}. Our vote had been sent; others were missing.`
    : `Time ran out in ${platform}. Nothing was sent from here.`;
}

function elsewhereLines(view: ApprovalView): readonly string[] {
  const platform = platformLabel(view);
  const who = decidersOnPlatform(view);
  const voted = view.votes.length > 0 ? ['Votes given here were not used.'] : [];
  return [`Decided in ${platform}${who === null ? '' : ` by ${who}`}.`, ...voted];
}

function elsewhere(view: ApprovalView): readonly string[] {
  const who = decidersOnPlatform(view);
  return who === null ? [] : [`Others in ${platformLabel(view)}: ${who}`];
}

function by(words: string, who: string | null): readonly string[] {
  return who === null ? [] : [`${words} ${who}.`];
}

function why(view: ApprovalView): readonly string[] {
  return view.stateReason === null ? [] : [`Reason: ${prose(view.stateReason, 300)}`];
}
