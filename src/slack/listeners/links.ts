// A button with a link opens it by itself, and still sends a click that must be answered.
import type { App } from '@slack/bolt';
import { actionIds } from '../action-ids.ts';
import type { Room } from '../room.ts';
import { onClick } from './listener.ts';

export function listenToLinks(app: App, room: Room): void {
  onClick(app, room, actionIds.openLink, async (_click, ack) => ack());
}
