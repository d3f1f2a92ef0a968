// After something a person did was committed: the thread says so, their own request is settled, their Home shows it.
// All of it is best effort, and none of it is the record: the card and the audit log are.
import { cardsOf, findCard } from '../../db/cards.ts';
import type { ApprovalView, PersonRef } from '../../domain/approval-view.ts';
import type { Person } from '../../domain/person.ts';
import { viewApproval } from '../../flow/view-approval.ts';
import { failureWord } from '../call.ts';
import { cardUrlOf } from '../direct.ts';
import { postMessage } from '../messages.ts';
import { closeRequest } from '../notify.ts';
import type { Room } from '../room.ts';
import type { Message } from '../views/blocks.ts';
import type { Actor } from './payload.ts';
import { publishHome } from './home.ts';

export function refOf(person: Person): PersonRef {
  return { id: person.id, name: person.name, slack: person.slack[0] ?? null };
}

/** `broadcast` also shows the reply in the channel: an updated card rings nobody's phone. */
async function sayInThread(
  room: Room,
  approvalId: string,
  message: Message,
  { broadcast = false } = {},
): Promise<void> {
  const card = await findCard(room.ctx.db, { approvalId, kind: 'channel' });
  if (card === null || card.ts === null) return;
  const channel = await room.channels.read(card.channel);
  if (channel.kind !== 'ok' || channel.value.shared) return;
  const said = await postMessage(room.patient, { channel: card.channel, threadTs: card.ts, message, broadcast });
  if (said.kind !== 'ok') room.ctx.log.info({ approvalId, error: failureWord(said) }, 'thread note not posted');
}

/** The notes come in the order in which they are given. */
export async function afterAction(
  room: Room,
  actor: Actor,
  input: {
    approvalId: string;
    notes: (view: ApprovalView) => readonly { readonly message: Message; readonly broadcast?: boolean }[];
    /** Whose request is answered by this. */
    answeredBy?: Person;
  },
): Promise<void> {
  const { approvalId, answeredBy } = input;
  try {
    const view = await viewApproval(room.ctx, approvalId);
    if (view === null) return;
    for (const { message, broadcast = false } of input.notes(view)) {
      await sayInThread(room, approvalId, message, { broadcast });
    }
    if (answeredBy !== undefined) await settleRequest(room, view, answeredBy);
    await publishHome(room, actor);
  } catch (error) {
    room.ctx.log.warn({ err: error, approvalId }, 'aftermath incomplete');
  }
}

async function settleRequest(room: Room, view: ApprovalView, person: Person): Promise<void> {
  const card = (await cardsOf(room.ctx.db, view.id)).find(
    (entry) => entry.kind === 'direct' && entry.personId === person.id,
  );
  if (card !== undefined) await closeRequest(room, view, { card, cardUrl: await cardUrlOf(room, view.id) });
}
