// Why a click did not count, and what to do about it: one sentence or two for every refusal, seen only by who clicked.
import type { ApprovalView } from '../../domain/approval-view.ts';
import type { Refusal } from '../../domain/vote.ts';
import { callbackIds, minReasonLength } from '../action-ids.ts';
import { plainText, sealed, section, type Message, type Modal } from './blocks.ts';
import { platformLabel } from './links.ts';
import { code, fallback, name, prose, unescaped } from './text.ts';
import { dateAndTime } from './when.ts';

type Where = Pick<ApprovalView, 'platform' | 'revision'>;

/** `mrkdwn`. Says first that nothing was counted, then why, then what to do. */
export function refusalWords(refusal: Refusal, where: Where): string {
  const platform = platformLabel(where);
  switch (refusal.kind) {
    case 'unknown-person':
      return 'Your click was not counted: your Slack account is not linked to anybody here. Ask an admin to add you to the people of this app.';
    case 'not-an-approver':
      return 'Your click was not counted: you are not an approver of this request. If you should be one, ask an admin to add you to its group.';
    case 'not-listed-on-platform':
      return `Your click was not counted: ${platform} does not list you in this approval group. Ask an admin to add your ${platform} user to the group there.`;
    case 'no-account':
      return `Your click was not counted: we don't know your ${platform} user, so we can't tell whether you asked for this yourself. Ask an admin to add it to your entry.`;
    case 'initiator':
      return 'Your click was not counted: you asked for this request, so others must approve it. You can still cancel it with Reject.';
    case 'owns-initiator':
      return `Your click was not counted: you run the service account that asked for this (${code(refusal.account, 80)}), which counts as asking for it yourself. Others must approve it. You can still cancel it with Reject.`;
    case 'initiator-unknown':
      return `Your click was not counted: ${platform} does not say who asked for this, so nobody can approve it here. Decide it in ${platform}.`;
    case 'deactivated':
      return 'Your click was not counted: this Slack account is deactivated. Ask your workspace admin.';
    case 'guest':
      return 'Your click was not counted: guests of this workspace cannot vote. Ask a full member who is an approver.';
    case 'bot':
      return 'This click was not counted: bots and workflows cannot vote. A person must click.';
    case 'external':
      return 'Your click was not counted: you belong to another company or workspace. Only members of this workspace can vote.';
    case 'never-signed-in':
      return 'Your click was not counted: this Slack account was invited but never signed in. Sign in to Slack once, then vote again.';
    case 'not-found':
      return 'Your click was not counted: Slack does not know this account. Sign in to Slack again, or ask your workspace admin.';
    case 'slack-unreachable':
      return `Your click was not counted: Slack did not confirm who you are. Try again in a minute, or decide in ${platform}.`;
    case 'recently-changed':
      return `Your click was not counted: your entry here was changed not long ago. You can vote again from ${dateAndTime(refusal.until)}, on requests that come after the change. Until then others must decide, or decide in ${platform}.`;
    case 'changed-content':
      return 'Your click was not counted: the request changed since you saw it. Look at the refreshed card, then decide again.';
    case 'closed':
      return `Your click was not counted: voting is closed (${prose(refusal.state, 60)}). Nothing is left to do here.`;
    case 'decided-already':
      return 'Your click was not counted: this request is decided already. The card shows the outcome.';
    case 'same-vote-already':
      return refusal.choice === 'approve'
        ? 'You approved this already; your vote counts once. Use Withdraw my vote if you changed your mind.'
        : 'You rejected this already; your rejection stands. Use Withdraw rejection if you changed your mind.';
    case 'platform-only':
      return platformOnly(refusal.reasons, platform);
    case 'vote-spent':
      return `Your click was not counted: the service account's one vote is already in ${platform}. Decide the rest in ${platform}.`;
    case 'reason-missing':
      return `Your rejection was not recorded: it needs a reason of at least ${minReasonLength} characters. Say what the other side should do next.`;
    case 'too-late':
      return `Your click was not counted: too little time is left to send a decision safely. If ${platform} still shows it, decide there now.`;
    case 'paused':
      return `Your approval was not counted: approvals from here are paused. Wait until two admins resume, or decide in ${platform}. Rejecting still works.`;
    case 'nothing-to-withdraw':
      return 'Nothing was taken back: you have no vote here that could still be withdrawn. Look at the card for what happened.';
    case 'platform-unavailable':
      return `Your click was not counted: ${platform} could not be read just now (${prose(refusal.reason, 160)}). Try again in a minute, or decide in ${platform}.`;
  }
}

function platformOnly(reasons: readonly string[], platform: string): string {
  const why =
    reasons.length === 0
      ? ''
      : ` (${reasons
          .slice(0, 3)
          .map((reason) => prose(reason, 200))
          .join('; ')})`;
  return `Your click was not counted: this is approved in ${platform}, not here${why}. Open ${platform} and decide there.`;
}

/** For `chat.postEphemeral`, or as a direct message. */
export function refusalMessage(refusal: Refusal, where: Where): Message {
  const words = refusalWords(refusal, where);
  return {
    text: fallback(withoutMarkup(words), 400),
    blocks: sealed([section('refusal', words)], where.revision),
  };
}

/** In place of a modal that was already open. */
export function refusalModal(refusal: Refusal, where: Where): Modal {
  return {
    type: 'modal',
    callback_id: callbackIds.refused,
    title: plainText('Not counted'),
    close: plainText('Close'),
    blocks: sealed([section('refusal', `⚠️ ${refusalWords(refusal, where)}`)], where.revision),
  };
}

/** Date tokens and code marks mean nothing in a notification. */
function withoutMarkup(words: string): string {
  return unescaped(words.replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1').replaceAll('`', ''));
}

/** A command or click that only admins may use. */
export function adminsOnly(admins: readonly string[]): string {
  const who = admins.length === 0 ? '' : ` Admins: ${admins.map((admin) => name(admin)).join(', ')}.`;
  return `Nothing was changed: only admins can do this.${who}`;
}
