// After a vote: what was recorded, what is still missing, and how long it can be taken back.
import type { ApprovalView } from '../../domain/approval-view.ts';
import type { Choice } from '../../domain/vote.ts';
import { callbackIds } from '../action-ids.ts';
import { plainText, sealed, section, titled, type Modal } from './blocks.ts';
import { groupWords } from './groups.ts';
import { platformLabel } from './links.ts';
import { statusLine } from './status.ts';
import { duration } from './when.ts';

export function modalRecorded(view: ApprovalView, choice: Choice): Modal {
  const open = ['pending', 'deciding'].includes(view.state);
  const groups = view.standing.slice(0, 8).map((group) => groupWords(view, group, open).standing);
  const title =
    choice === 'approve' ? '✅ *Your approval is recorded.*' : '🔴 *Your rejection is recorded. It is on hold.*';
  const blocks = [
    section('recorded', title),
    section('status', statusLine(view)),
    ...(isHeldUp(view, choice) ? [section('paused', pausedWords)] : []),
    ...(groups.length === 0 ? [] : [section('groups', titled('*Groups*', groups, 2400))]),
    section('undo', undoWords(view, choice)),
  ];
  return {
    type: 'modal',
    callback_id: callbackIds.recorded,
    title: plainText(choice === 'approve' ? 'Vote recorded' : 'Rejection recorded'),
    close: plainText('Done'),
    blocks: sealed(blocks, view.revision),
  };
}

const pausedWords =
  '⏸️ *Approvals are paused.* Your vote counts, and nothing is sent until two admins resume. Then everything is checked afresh.';

/** A pause stops approvals, never a denial. */
function isHeldUp({ switches, endedAt }: ApprovalView, choice: Choice): boolean {
  return choice === 'approve' && !switches.approvals && endedAt === null;
}

function undoWords(view: ApprovalView, choice: Choice): string {
  const button = choice === 'approve' ? '*Withdraw my vote*' : '*Withdraw rejection*';
  const { decision } = view;
  if (decision === null || decision.withdrawnAt !== null) return `You can take it back on the card with ${button}.`;
  if (decision.firstAttemptAt !== null) return `It is being sent to ${platformLabel(view)} and can't be taken back.`;
  const left = duration(decision.sendAfter - view.now);
  return `It goes to ${platformLabel(view)} in ${left}. Until then you can take it back on the card with ${button}.`;
}
