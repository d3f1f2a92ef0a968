// What a card's thread says once, because an updated card rings nobody's phone: our vote is sent, time runs out.
import { findCard, lockCard, updateCard } from '../db/cards.ts';
import type { ApprovalView, PersonRef } from '../domain/approval-view.ts';
import { failureWord } from './call.ts';
import { postMessage, type Place } from './messages.ts';
import type { Room } from './room.ts';
import type { Message } from './views/blocks.ts';
import { threadEscalation, threadSent } from './views/thread.ts';

type Note = { readonly name: string; readonly message: Message; readonly broadcast: boolean };

/** An approval that still waits so shortly before its end is lost unless somebody goes after people now. */
const lastMs = 30 * 60_000;

/** Of an approval that has little time from the beginning, only the last part is urgent. */
const lastShare = 0.25;

/** No person's id holds a slash, so that a note is never taken for a message to somebody. */
const prefix = 'thread/';

export function isNote(card: { readonly personId: string }): boolean {
  return card.personId.startsWith(prefix);
}

/** Asked at every drawing; what was said is not said again. Best effort: the card itself says the same. */
export async function sayNotes(room: Room, view: ApprovalView, place: Place): Promise<void> {
  for (const note of notesFor(room, view)) await sayOnce(room, { approvalId: view.id, note, place });
}

function notesFor(room: Room, view: ApprovalView): readonly Note[] {
  if (view.state === 'sent' && view.standing.some(({ platformMissing }) => platformMissing > 0)) {
    return [{ name: 'sent', message: threadSent(view), broadcast: false }];
  }
  if (view.state === 'pending' && isNearItsEnd(view)) {
    return [{ name: 'escalated', message: threadEscalation(view, admins(room)), broadcast: true }];
  }
  return [];
}

function isNearItsEnd({ expiresAt, seenAt, now }: ApprovalView): boolean {
  if (expiresAt === null || expiresAt <= now) return false;
  return expiresAt - now <= Math.min(lastMs, (expiresAt - seenAt) * lastShare);
}

function admins(room: Room): readonly PersonRef[] {
  const { admins: ids, people } = room.ctx.config;
  return people
    .filter(({ id }) => ids.includes(id))
    .map(({ id, name, slack }) => ({ id, name, slack: slack[0] ?? null }));
}

/**
 * Its own row is locked until what Slack answered is committed, so two workers never say it twice. Said again after a
 * crash right here; never left out.
 */
async function sayOnce(room: Room, input: { approvalId: string; note: Note; place: Place }): Promise<void> {
  const { ctx } = room;
  const { note, place } = input;
  const key = { approvalId: input.approvalId, kind: 'direct', personId: `${prefix}${note.name}` } as const;
  if (((await findCard(ctx.db, key))?.ts ?? null) !== null) return;
  // Made in a transaction of its own: the new row's reference would hold the approval's row until the commit.
  await ctx.db.transaction(async (tx) => lockCard(tx, { ...key, channel: place.channel }));
  await ctx.db.transaction(async (tx) => {
    const said = await lockCard(tx, { ...key, channel: place.channel });
    if (said.ts !== null) return;
    const { message, broadcast } = note;
    const posted = await postMessage(room.patient, { channel: place.channel, threadTs: place.ts, message, broadcast });
    if (posted.kind === 'ok') await updateCard(tx, said.id, { ...posted.value }, ctx.now());
    else ctx.log.info({ approvalId: input.approvalId, error: failureWord(posted) }, 'thread note not posted');
  });
}
