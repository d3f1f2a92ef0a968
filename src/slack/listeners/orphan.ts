// A second card of one approval, left by a post whose answer was lost: the first click on it removes it.
import { cardsOf } from '../../db/cards.ts';
import { failureWord } from '../call.ts';
import { deleteMessage } from '../messages.ts';
import type { Room } from '../room.ts';
import type { Click } from './payload.ts';

/**
 * Slack shows no history to a bot without the right to read it, so a card that nobody remembers is found only here.
 * Its buttons work like those of the real card: votes belong to the approval, not to a message.
 */
export async function removeOrphan(room: Room, click: Click): Promise<void> {
  const { value, place } = click;
  if (value === null || place.kind !== 'message' || place.isEphemeral) return;
  const cards = await cardsOf(room.ctx.db, value.id);
  const channelCard = cards.find((card) => card.kind === 'channel');
  // While the real card's place is not known yet, this may be it.
  if (channelCard === undefined || channelCard.ts === null || channelCard.channel !== place.channel) return;
  if (cards.some((card) => card.ts === place.ts)) return;
  const removed = await deleteMessage(room.patient, { channel: place.channel, ts: place.ts });
  const outcome = removed.kind === 'ok' ? 'removed' : failureWord(removed);
  room.ctx.log.warn({ approvalId: value.id, outcome }, 'orphan card clicked');
}
