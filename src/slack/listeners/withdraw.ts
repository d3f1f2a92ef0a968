// Undo: takes a person's own vote or rejection back, while nothing has been sent.
import type { App } from '@slack/bolt';
import { actionIds } from '../action-ids.ts';
import { personOfSlackUser } from '../../domain/person.ts';
import type { Choice } from '../../domain/vote.ts';
import { withdrawVote } from '../../flow/withdraw-vote.ts';
import { noteMessage } from '../answers.ts';
import type { Room } from '../room.ts';
import { refusalMessage } from '../views/refusal.ts';
import { threadVoteWithdrawn } from '../views/thread.ts';
import { afterAction, refOf } from './aftermath.ts';
import { findRow, nowhere, redraw, whereOf } from './fresh.ts';
import { onClick, tell } from './listener.ts';
import { removeOrphan } from './orphan.ts';
import type { Click } from './payload.ts';

export function listenToWithdraw(app: App, room: Room): void {
  onClick(app, room, actionIds.withdrawVote, async (click, ack) => withdraw(room, click, ack, 'approve'));
  onClick(app, room, actionIds.withdrawRejection, async (click, ack) => withdraw(room, click, ack, 'deny'));
}

/** Committed before the answer: a person who sees no error has taken it back. */
async function withdraw(room: Room, click: Click, ack: () => Promise<void>, choice: Choice): Promise<void> {
  const row = await findRow(room, click.value?.id);
  if (row === null) {
    await ack();
    return tell(room, click, refusalMessage({ kind: 'closed', state: 'unknown' }, nowhere));
  }
  const result = await withdrawVote(room.ctx, { approvalId: row.id, slackUser: click.slackUser });
  await ack();
  if (result.kind === 'refused') {
    await redraw(room, row.id);
    await tell(room, click, refusalMessage(result.refusal, whereOf(room, row)));
    return removeOrphan(room, click);
  }
  const what = choice === 'approve' ? 'Your vote is taken back.' : 'Your rejection is taken back.';
  await tell(
    room,
    click,
    noteMessage(`↩️ ${what} ${result.reopened ? 'Voting is open again.' : 'You can vote again.'}`),
  );
  const person = personOfSlackUser(room.ctx.config.people, click.slackUser);
  if (person !== null) {
    const message = (now: Parameters<typeof threadVoteWithdrawn>[0]) => threadVoteWithdrawn(now, refOf(person), choice);
    await afterAction(room, click, { approvalId: row.id, notes: (now) => [{ message: message(now) }] });
  }
  await removeOrphan(room, click);
}
