// The global shortcut "My approvals": the same list as on the Home tab, in a form.
import type { App } from '@slack/bolt';
import { callbackIds } from '../action-ids.ts';
import { identify } from '../../flow/cast-vote.ts';
import { inboxLoadingModal, inboxModal } from '../answers.ts';
import { waitingFor } from '../inbox.ts';
import type { Room } from '../room.ts';
import { refusalModal } from '../views/refusal.ts';
import { nowhere } from './fresh.ts';
import { onShortcut, openView, updateView } from './listener.ts';

export function listenToShortcut(app: App, room: Room): void {
  onShortcut(app, room, callbackIds.inboxShortcut, async (actor, ack) => {
    await ack();
    const viewId = await openView(room, actor, inboxLoadingModal());
    if (viewId === null) return;
    const identified = await identify(room.ctx, actor.slackUser);
    const modal =
      identified.kind === 'refused'
        ? refusalModal(identified.refusal, nowhere)
        : inboxModal(await waitingFor(room.ctx, identified.person.id));
    await updateView(room, viewId, modal);
  });
}
