// Which buttons a card offers in which state: a button is there only while it can still work.
import type { ActionsBlockElement, Button, ConfirmationDialog } from '@slack/types';
import { mayWithdraw } from '../../domain/decision.ts';
import type { ApprovalView } from '../../domain/approval-view.ts';
import { actionIds } from '../action-ids.ts';
import { mrkdwn, plainText } from './blocks.ts';
import { button, platformButton, platformLabel } from './links.ts';
import { faceOf, subject, unquoted } from './status.ts';
import { unescaped } from './text.ts';

export function cardButtons(view: ApprovalView, mayApprove: boolean): readonly ActionsBlockElement[] {
  const details = view.approval === null ? [] : [detailsButton(view)];
  const open = platformButton(view);
  const link = open === null ? [] : [open];
  switch (faceOf(view)) {
    case 'received':
    case 'unreadable':
    case 'followed':
      return [...link, ...details];
    case 'pending':
    case 'partly-approved':
    case 'abstained':
      return [...(mayApprove ? [approveButton(view)] : link), ...reject(view), ...details, ...withdrawVote(view)];
    case 'held':
      return [
        ...withdrawRejection(view),
        ...(mayApprove ? [approveButton(view)] : []),
        ...reject(view),
        ...details,
        ...liftHold(view),
      ];
    case 'deciding':
      return [...reject(view), ...withdrawVote(view), ...details];
    case 'blocked':
      return [...link, retryButton(view), ...details];
    case 'sent':
    case 'failed':
      return [...link, ...details];
    case 'approved-automatically':
      return [...details, pauseButton(view)];
    case 'sending':
    case 'approved':
    case 'denied':
    case 'cancelled-by-initiator':
    case 'expired':
    case 'cancelled':
    case 'decided-elsewhere':
      return details;
  }
}

function approveButton(view: ApprovalView): Button {
  const label = `Approve ${plainSubject(view)}. Opens a form.`;
  return button({ view, action: actionIds.approve, text: 'Approve…', label, style: 'primary' });
}

function reject(view: ApprovalView): readonly Button[] {
  if (!view.rejectInSlack || view.mode !== 'vote' || !stillOpen(view)) return [];
  const label = `Reject ${plainSubject(view)}. Opens a form.`;
  return [button({ view, action: actionIds.reject, text: 'Reject…', label, style: 'danger' })];
}

function detailsButton(view: ApprovalView): Button {
  return button({ view, action: actionIds.details, text: 'Details', label: 'All details of this request' });
}

/** Before the first attempt to send, and only when there is a vote to take back. */
function withdrawVote(view: ApprovalView): readonly Button[] {
  if (!stillOpen(view) || !view.votes.some((vote) => vote.choice === 'approve')) return [];
  const confirm = ask('Take your vote back?', 'Your approval no longer counts. You can vote again while it is open.', {
    yes: 'Take it back',
    no: 'Keep it',
  });
  const text = 'Withdraw my vote';
  return [{ ...button({ view, action: actionIds.withdrawVote, text, label: 'Take your own vote back' }), confirm }];
}

function withdrawRejection(view: ApprovalView): readonly Button[] {
  if (!stillOpen(view) || view.holds.length === 0) return [];
  const confirm = ask('Withdraw your rejection?', 'The hold ends, and the request can be approved again.', {
    yes: 'Withdraw it',
    no: 'Keep it',
  });
  const label = 'Take your own rejection back while it can still work';
  return [{ ...button({ view, action: actionIds.withdrawRejection, text: 'Withdraw rejection', label }), confirm }];
}

function liftHold(view: ApprovalView): readonly Button[] {
  if (!stillOpen(view) || view.holds.length === 0 || view.state !== 'pending') return [];
  return [button({ view, action: actionIds.liftHold, text: 'Lift hold…', label: 'For admins: lift the hold' })];
}

/** The same decision once more; everything is checked afresh before it goes out. */
export function retryButton(view: ApprovalView): Button {
  const platform = platformLabel(view);
  const confirm = ask(
    'Send the decision again?',
    `For admins, after what ${platform} refused was mended. Everything is checked afresh first; the decision stays the same.`,
    { yes: 'Send it again', no: 'Not now' },
  );
  const text = 'Retry delivery…';
  const label = 'For admins: send the refused decision again. Asks first.';
  return { ...button({ view, action: actionIds.retrySubmission, text, label }), confirm };
}

function pauseButton(view: ApprovalView): Button {
  const confirm = ask(
    'Pause auto-approval?',
    `Every request will wait for people until two admins resume. What ${platformLabel(view)} already approved stays approved.`,
    { yes: 'Pause', no: 'Keep running' },
  );
  const label = 'Pause auto-approval for everyone. Asks first.';
  const text = 'Pause auto-approval…';
  return {
    ...button({ view, action: actionIds.pauseAutomation, text, label, style: 'danger' }),
    confirm: { ...confirm, style: 'danger' },
  };
}

/** Nothing has been attempted yet, so a vote, a rejection or their withdrawal still changes what happens. */
function stillOpen(view: ApprovalView): boolean {
  if (view.state === 'pending') return true;
  return view.state === 'deciding' && (view.decision === null || mayWithdraw(view.decision));
}

function ask(title: string, words: string, answer: { readonly yes: string; readonly no: string }): ConfirmationDialog {
  return {
    title: plainText(title),
    text: mrkdwn(words),
    confirm: plainText(answer.yes),
    deny: plainText(answer.no),
  };
}

function plainSubject(view: ApprovalView): string {
  const words = unescaped(unquoted(subject(view)));
  return words.length <= 40 ? words : 'this request';
}
