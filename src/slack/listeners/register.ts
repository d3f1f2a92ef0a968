// Every listener, once.
import type { App } from '@slack/bolt';
import type { Room } from '../room.ts';
import { listenToApprove } from './approve.ts';
import { listenToCommand } from './command.ts';
import { listenToDetails } from './details.ts';
import { listenToEvents } from './events.ts';
import { listenToHome } from './home.ts';
import { listenToLiftHold } from './lift-hold.ts';
import { listenToLinks } from './links.ts';
import { listenToPause } from './switches.ts';
import { listenToReject } from './reject.ts';
import { listenToRetry } from './retry.ts';
import { listenToShortcut } from './shortcut.ts';
import { listenToWithdraw } from './withdraw.ts';

const listeners: readonly ((app: App, room: Room) => void)[] = [
  listenToApprove,
  listenToReject,
  listenToDetails,
  listenToWithdraw,
  listenToLiftHold,
  listenToPause,
  listenToRetry,
  listenToHome,
  listenToCommand,
  listenToShortcut,
  listenToLinks,
  listenToEvents,
];

export function registerListeners(app: App, room: Room): void {
  for (const listen of listeners) listen(app, room);
}
