// The modal behind Approve and Review: what would be approved, read from the platform just now, and for which groups.
import type { KnownBlock } from '@slack/types';
import type { ApprovalView } from '../../domain/approval-view.ts';
import { shortFingerprint } from '../../domain/fingerprint.ts';
import { actionIds, callbackIds, inputIds, writeModalMetadata } from '../action-ids.ts';
import { aboutLine, dangerLine, memoLines } from './about.ts';
import { actions, context, plainText, sealed, section, titled, type Modal } from './blocks.ts';
import { approveButtonAllowed, decisiveBlocks, factsNotShown, shownDigest } from './decisive.ts';
import { changedLines, noApproveReasons, pausedLine } from './explain.ts';
import { exceptionLines } from './findings.ts';
import { button, link, platformButton, platformLabel } from './links.ts';
import { statusLine } from './status.ts';
import { code, name, prose } from './text.ts';

/** `groupKeys`: the groups that this reader's vote would count in. Submit exists only where Approve may. */
export function modalApprove(view: ApprovalView, groupKeys: readonly string[]): Modal {
  const facts = decisiveBlocks(view);
  const allowed = approveButtonAllowed(view, facts) && groupKeys.length > 0;
  const blocks = [
    ...warnings(view),
    ...facts,
    ...aboutBlocks(view),
    ...(allowed ? [context('vote-for', voteForLine(view, groupKeys))] : whyNot(view, facts, groupKeys)),
    ...(allowed && view.firstPayment !== false ? [comparedInput(view)] : []),
    ...otherWays(view),
  ];
  return {
    type: 'modal',
    callback_id: callbackIds.approve,
    title: plainText(allowed ? 'Approve this?' : 'Review'),
    close: plainText(allowed ? 'Cancel' : 'Close'),
    ...(allowed ? { submit: plainText('Approve') } : {}),
    private_metadata: metadataOf(view, blocks),
    blocks: sealed(blocks, view.revision),
  };
}

/** The digest is of what this very modal shows; empty when the approval could not be read. */
export function metadataOf(view: ApprovalView, blocks: readonly KnownBlock[]): string {
  if (view.fingerprint === null) return '';
  return writeModalMetadata({ approvalId: view.id, fingerprint: view.fingerprint, shown: shownDigest({ blocks }) });
}

function warnings(view: ApprovalView): readonly KnownBlock[] {
  const exceptions = exceptionLines(view);
  const danger = dangerLine(view);
  const paused = pausedLine(view);
  const changed = changedLines(view);
  return [
    ...(danger === null ? [] : [section('danger', danger)]),
    ...(paused === null ? [] : [section('paused', paused)]),
    ...(changed.length === 0 ? [] : [section('changed', titled('', changed).trim())]),
    ...(exceptions.length === 0 ? [] : [section('checks', titled('*Look at this first*', exceptions, 2400))]),
  ];
}

function aboutBlocks(view: ApprovalView): readonly KnownBlock[] {
  const about = aboutLine(view);
  const memo = memoLines(view);
  return [
    ...(about === null ? [] : [context('about', about)]),
    ...(memo.length === 0 ? [] : [section('memo', memo.join('\n'))]),
  ];
}

function voteForLine(view: ApprovalView, groupKeys: readonly string[]): string {
  const groups = view.standing
    .filter((group) => groupKeys.includes(group.group.key))
    .slice(0, 5)
    .map((group) => `*${name(group.group.name, 60)}* (${group.approvedBy.length} of ${group.quorum} so far)`);
  const words = [
    `You vote for ${groups.length === 0 ? 'this request' : groups.join(', ')}`,
    ...(view.fingerprint === null ? [] : [`fingerprint ${code(shortFingerprint(view.fingerprint))}`]),
    `read from ${platformLabel(view)} just now`,
  ];
  return words.join('  ·  ');
}

function whyNot(view: ApprovalView, facts: readonly KnownBlock[], groupKeys: readonly string[]): readonly KnownBlock[] {
  const reasons = noApproveReasons(view, factsNotShown(view, facts));
  if (reasons.length > 0) {
    const lines = reasons.map((reason) => `• ${prose(reason, 300)}`);
    return [section('not-here', titled(`*Approve it in ${platformLabel(view)}, not here:*`, lines, 2400))];
  }
  const words =
    groupKeys.length === 0 && view.state === 'pending' ? 'No vote of yours can count here.' : statusLine(view);
  return [section('not-here', words)];
}

function comparedInput(view: ApprovalView): KnownBlock {
  const { compared } = inputIds;
  const several = (view.approval?.activity.destinations.length ?? 0) > 1;
  const words = `I compared the whole address${several ? ' of every recipient' : ''} with a source outside Slack`;
  return {
    type: 'input',
    block_id: compared.block,
    label: plainText(
      view.firstPayment === true
        ? 'First payment to this recipient'
        : 'Not known whether this recipient was paid before',
    ),
    element: {
      type: 'checkboxes',
      action_id: compared.action,
      options: [{ text: plainText(words), value: compared.value }],
    },
  };
}

function otherWays(view: ApprovalView): readonly KnownBlock[] {
  const reject = view.rejectInSlack
    ? [button({ view, action: actionIds.reject, text: 'Reject instead…', label: 'Reject this request. Opens a form.' })]
    : [];
  const platform = platformButton(view);
  const elements = [...reject, ...(platform === null ? [] : [platform])];
  return elements.length === 0 ? [] : [actions('other-ways', elements)];
}

/** For modals without buttons of their own. */
export function platformLine(view: ApprovalView): readonly KnownBlock[] {
  const words = link(view.decideUrl, `Open in ${platformLabel(view)}`);
  return words === null ? [] : [context('link', words)];
}
