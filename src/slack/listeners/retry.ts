// Retry delivery: an admin sends a decision again that the platform refused, once somebody has mended why.
import type { App } from '@slack/bolt';
import { actionIds } from '../action-ids.ts';
import type { Person } from '../../domain/person.ts';
import { identify } from '../../flow/cast-vote.ts';
import { retrySubmission } from '../../flow/retry-submission.ts';
import { noteMessage } from '../answers.ts';
import type { Room } from '../room.ts';
import type { Message } from '../views/blocks.ts';
import { adminsOnly, refusalMessage } from '../views/refusal.ts';
import { findRow, nowhere, redraw, whereOf } from './fresh.ts';
import { adminNames } from './lift-hold.ts';
import { onClick, tell } from './listener.ts';
import { removeOrphan } from './orphan.ts';
import type { Click } from './payload.ts';

export function listenToRetry(app: App, room: Room): void {
  onClick(app, room, actionIds.retrySubmission, async (click, ack) => {
    const answer = await retry(room, click);
    await ack();
    await tell(room, click, answer);
    await removeOrphan(room, click);
  });
}

async function retry(room: Room, click: Click): Promise<Message> {
  const row = await findRow(room, click.value?.id);
  if (row === null) return refusalMessage({ kind: 'closed', state: 'unknown' }, nowhere);
  const identified = await identify(room.ctx, click.slackUser);
  if (identified.kind === 'refused') return refusalMessage(identified.refusal, whereOf(room, row));
  // Whoever clicked on a card that is out of date sees the new one.
  await redraw(room, row.id);
  return retryAs(room, { approvalId: row.id, person: identified.person });
}

export async function retryAs(room: Room, input: { approvalId: string; person: Person }): Promise<Message> {
  const { approvalId, person } = input;
  const result = await retrySubmission(room.ctx, { approvalId, personId: person.id });
  if (result.kind === 'retried') return noteMessage('🔵 *Sending it once more.* Everything is checked afresh first.');
  return noteMessage(
    result.reason === 'not-an-admin'
      ? adminsOnly(adminNames(room))
      : 'Nothing was sent: only a decision that was refused can be sent again.',
  );
}
