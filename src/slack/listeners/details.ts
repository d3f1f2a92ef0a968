// Details: everything that is known, for any full member of the workspace. Reading only.
import type { App } from '@slack/bolt';
import { actionIds } from '../action-ids.ts';
import { viewApproval } from '../../flow/view-approval.ts';
import type { Room } from '../room.ts';
import { modalDetails } from '../views/modal-details.ts';
import { modalLoading } from '../views/modal-loading.ts';
import { refusalMessage, refusalModal } from '../views/refusal.ts';
import type { Modal } from '../views/blocks.ts';
import { findRow, nowhere, whereOf, type Where } from './fresh.ts';
import { onClick, openView, tell, updateView } from './listener.ts';
import { removeOrphan } from './orphan.ts';

export function listenToDetails(app: App, room: Room): void {
  onClick(app, room, actionIds.details, async (click, ack) => {
    const row = await findRow(room, click.value?.id);
    const where = whereOf(room, row);
    await ack();
    if (row === null) return tell(room, click, refusalMessage({ kind: 'closed', state: 'unknown' }, nowhere));
    const viewId = await openView(room, click, modalLoading(where));
    if (viewId === null) return;
    await updateView(room, viewId, await details(room, { approvalId: row.id, slackUser: click.slackUser, where }));
    await removeOrphan(room, click);
  });
}

/** The card says enough to whoever is in the channel; names, limits and accounts are for members. */
async function details(
  room: Room,
  { approvalId, slackUser, where }: { approvalId: string; slackUser: string; where: Where },
): Promise<Modal> {
  const voter = await room.ctx.readVoter(slackUser);
  if (voter.kind === 'unreachable') return refusalModal({ kind: 'slack-unreachable' }, where);
  if (voter.kind === 'refused') return refusalModal({ kind: voter.reason }, where);
  const view = await viewApproval(room.ctx, approvalId);
  return view === null ? refusalModal({ kind: 'closed', state: 'unknown' }, where) : modalDetails(view);
}
