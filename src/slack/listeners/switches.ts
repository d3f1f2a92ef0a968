// Pausing and resuming: the button on automatic approvals, and the words for what became of it.
import type { App } from '@slack/bolt';
import { actionIds } from '../action-ids.ts';
import { switchPositions, type SwitchName } from '../../db/switches.ts';
import { identify } from '../../flow/cast-vote.ts';
import { pause, resume, type SwitchResult } from '../../flow/switches.ts';
import { noteMessage } from '../answers.ts';
import type { Room } from '../room.ts';
import type { Message } from '../views/blocks.ts';
import { adminsOnly, refusalMessage } from '../views/refusal.ts';
import { nowhere } from './fresh.ts';
import { adminNames } from './lift-hold.ts';
import { onClick, tell } from './listener.ts';
import { publishHome } from './home.ts';

export function listenToPause(app: App, room: Room): void {
  onClick(app, room, actionIds.pauseAutomation, async (click, ack) => {
    const reason = 'paused from a card';
    const answer = await pauseAs(room, { slackUser: click.slackUser, name: 'automation', reason });
    await ack();
    await tell(room, click, answer);
    await publishHome(room, click);
  });
}

export async function pauseAs(
  room: Room,
  input: { slackUser: string; name: SwitchName; reason: string },
): Promise<Message> {
  const identified = await identify(room.ctx, input.slackUser);
  if (identified.kind === 'refused') return refusalMessage(identified.refusal, nowhere);
  const { name, reason } = input;
  return wordsFor(room, name, await pause(room.ctx, { personId: identified.person.id, name, reason }));
}

/** Without a name: what is off, the wider switch first. */
export async function resumeAs(room: Room, input: { slackUser: string; name: SwitchName | null }): Promise<Message> {
  const identified = await identify(room.ctx, input.slackUser);
  if (identified.kind === 'refused') return refusalMessage(identified.refusal, nowhere);
  const { approvals } = await switchPositions(room.ctx.db);
  const name = input.name ?? (approvals ? 'automation' : 'approvals');
  return wordsFor(room, name, await resume(room.ctx, { personId: identified.person.id, name }));
}

function wordsFor(room: Room, name: SwitchName, result: SwitchResult): Message {
  const label = name === 'automation' ? 'Automatic approval' : 'Every approval from here';
  switch (result.kind) {
    case 'paused':
      return noteMessage(`⏸️ *${label} is paused.* Two admins can resume. The channel is told.`);
    case 'already-paused':
      return noteMessage(`⏸️ ${label} was paused already.`);
    case 'resumed':
      return noteMessage(`▶️ *${label} is on again.* Everything that waits is checked afresh.`);
    case 'already-on':
      return noteMessage(`▶️ ${label} is not paused.`);
    case 'second-admin-needed':
      return noteMessage('🟠 *You asked to resume.* A second admin must agree; until then it stays paused.');
    case 'refused':
      return noteMessage(refusalWords(room, result.reason));
  }
}

function refusalWords(room: Room, reason: 'unknown-person' | 'not-an-admin' | 'same-admin'): string {
  switch (reason) {
    case 'same-admin':
      return 'You asked for it already. *A second admin* must agree.';
    case 'not-an-admin':
      return adminsOnly(adminNames(room));
    case 'unknown-person':
      return 'Nothing was changed: your Slack account is not linked to anybody here.';
  }
}
