// Small private answers that are about no single state of an approval: notes, waits, faults, lists in a form.
import type { KnownBlock } from '@slack/types';
import type { ApprovalView } from '../domain/approval-view.ts';
import { actionIds, callbackIds } from './action-ids.ts';
import { context, plainText, sealed, section, type Message, type Modal } from './views/blocks.ts';
import { link, platformLabel } from './views/links.ts';
import { fallback } from './views/text.ts';
import { slashList } from './views/slash.ts';

/** `words` are `mrkdwn` of our own making, with others' text already made harmless. */
export function noteMessage(words: string): Message {
  return {
    text: fallback(words.replaceAll('`', '').replaceAll('*', ''), 300),
    blocks: sealed([section('note', words)], 0),
  };
}

export function noteModal(title: string, words: string): Modal {
  return {
    type: 'modal',
    callback_id: callbackIds.refused,
    title: plainText(title),
    close: plainText('Close'),
    blocks: sealed([section('note', words)], 0),
  };
}

/** While a vote takes longer than Slack waits for an answer. It says nothing about the vote that is not true yet. */
export function stillWorkingModal(): Modal {
  return {
    ...noteModal('One moment', '⏳ This takes longer than usual. *Nothing is confirmed yet*; this form will tell you.'),
    callback_id: callbackIds.loading,
  };
}

/** A fault of ours: the outcome is not known here, and the card knows. */
export const faultWords =
  '⚠️ *Something failed on our side.* It is not certain that anything was recorded. Look at the card, then try again.';

export function inboxLoadingModal(): Modal {
  return { ...noteModal('My approvals', 'Looking for what waits for you…'), callback_id: callbackIds.loading };
}

export function inboxModal(waiting: readonly ApprovalView[]): Modal {
  return { ...noteModal('My approvals', ''), callback_id: callbackIds.loading, blocks: slashList(waiting).blocks };
}

/** In the thread of a card that Slack does not let us change any more. */
export function movedMessage(newCardUrl: string | null): Message {
  const where = link(newCardUrl, 'Open the new card') ?? 'Look for the new card in this channel.';
  const words = `⚠️ *This card is out of date.* Slack does not let us update it; it goes on in a new card. ${where}`;
  return {
    text: 'This card is out of date; it goes on in a new card in this channel.',
    blocks: sealed([section('moved', words)], 0),
  };
}

/** When Slack refuses the whole card for its size: no facts, so no Approve. Everything is in Details. */
export function shorterCard(view: ApprovalView, whole: Message): Message {
  const kept = whole.blocks.flatMap((block): KnownBlock[] => {
    if (block.type === 'header') return [block];
    if (block.type === 'context' && block.block_id?.startsWith('status:') === true) return [block];
    if (block.type !== 'actions') return [];
    const elements = block.elements.filter((element) => element.action_id !== actionIds.approve);
    return elements.length === 0 ? [] : [{ ...block, elements }];
  });
  const platform = platformLabel(view);
  const note = `Slack refused the whole card. Look in Details, and approve it in ${platform}.`;
  return { text: whole.text, blocks: [...kept, ...sealed([context('short', note)], view.revision)] };
}
