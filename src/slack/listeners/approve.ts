// Approve and Review: a form that shows what the platform asks right now, and the vote that it sends.
import type { App } from '@slack/bolt';
import { actionIds, callbackIds, inputIds } from '../action-ids.ts';
import type { ApprovalView } from '../../domain/approval-view.ts';
import { castVote } from '../../flow/cast-vote.ts';
import { crashPoint } from '../../flow/crash-points.ts';
import { previewVote } from '../../flow/may-vote.ts';
import { viewApproval } from '../../flow/view-approval.ts';
import { personOfSlackUser } from '../../domain/person.ts';
import type { Refusal } from '../../domain/vote.ts';
import type { Room } from '../room.ts';
import type { Modal } from '../views/blocks.ts';
import { modalApprove } from '../views/modal-approve.ts';
import { modalChanged } from '../views/modal-changed.ts';
import { modalLoading } from '../views/modal-loading.ts';
import { modalRecorded } from '../views/modal-recorded.ts';
import { refusalMessage, refusalModal } from '../views/refusal.ts';
import { threadQuorumReached, threadVoteCast } from '../views/thread.ts';
import { afterAction, refOf } from './aftermath.ts';
import { findRow, nowhere, readFresh, redraw, whereOf, type Where } from './fresh.ts';
import { onClick, onSubmit, openView, tell, updateView, type Outcome } from './listener.ts';
import { removeOrphan } from './orphan.ts';
import type { Click, Submission } from './payload.ts';

export function listenToApprove(app: App, room: Room): void {
  onClick(app, room, actionIds.approve, async (click, ack) => openForm(room, click, ack, { isBound: true }));
  // A request in a direct message or a list is only a way to the form, which shows what is true now.
  onClick(app, room, actionIds.review, async (click, ack) => openForm(room, click, ack, { isBound: false }));
  onSubmit(app, room, callbackIds.approve, async (submission) => submit(room, submission));
}

/** `isBound`: the click was on a card that showed something, and something else must not take its place unsaid. */
async function openForm(
  room: Room,
  click: Click,
  ack: () => Promise<void>,
  { isBound }: { isBound: boolean },
): Promise<void> {
  const row = await findRow(room, click.value?.id);
  const where = whereOf(room, row);
  await ack();
  if (row === null) return tell(room, click, refusalMessage({ kind: 'closed', state: 'unknown' }, nowhere));
  if (isBound && row.fingerprint !== click.value?.fp) {
    await redraw(room, row.id);
    await tell(room, click, refusalMessage({ kind: 'changed-content' }, where));
    return removeOrphan(room, click);
  }
  const viewId = await openView(room, click, modalLoading(where));
  if (viewId === null) return;
  await updateView(room, viewId, await formFor(room, row, click, isBound));
  await removeOrphan(room, click);
}

type Row = NonNullable<Awaited<ReturnType<typeof findRow>>>;

async function formFor(room: Room, row: Row, click: Click, isBound: boolean): Promise<Modal> {
  const fresh = await readFresh(room, row, click.slackUser);
  if (fresh.kind === 'refused') return refusalModal(fresh.refusal, fresh.where);
  const { view, person } = fresh;
  if (isBound && view.fingerprint !== click.value?.fp) return modalChanged(view);
  const preview = await previewVote(room.ctx, { approvalId: view.id, person });
  const isOpen = view.approveInSlack.kind === 'offered';
  return isOpen && preview.refusal !== null
    ? refusalModal(preview.refusal, view)
    : modalApprove(view, preview.groupKeys);
}

async function submit(room: Room, submission: Submission): Promise<Outcome> {
  const { metadata, slackUser } = submission;
  const row = await findRow(room, metadata?.approvalId);
  if (metadata === null || row === null) return refused({ kind: 'closed', state: 'unknown' }, nowhere);
  if (submission.inputAt(inputIds.compared)?.includes(inputIds.compared.value) === false) {
    return { errors: { [inputIds.compared.block]: 'Compare the whole address first, then tick this.' } };
  }
  const result = await castVote(room.ctx, {
    approvalId: row.id,
    slackUser,
    choice: 'approve',
    reason: null,
    fingerprint: metadata.fingerprint,
    shownDigest: metadata.shown,
  });
  if (result.kind === 'refused') return refusedVote(room, row, result.refusal);
  crashPoint('vote-written');
  const view = await viewApproval(room.ctx, row.id);
  if (view === null) return refused({ kind: 'closed', state: 'unknown' }, nowhere);
  const person = personOfSlackUser(room.ctx.config.people, slackUser);
  return {
    modal: modalRecorded(view, 'approve'),
    after: async () => {
      if (person === null) return;
      const notes = (now: ApprovalView) => [
        { message: threadVoteCast(now, refOf(person), result.groups) },
        ...(result.decided === null ? [] : [{ message: threadQuorumReached(now) }]),
      ];
      await afterAction(room, submission, { approvalId: row.id, notes, answeredBy: person });
    },
  };
}

export async function refusedVote(room: Room, row: Row, refusal: Refusal): Promise<Outcome> {
  if (refusal.kind !== 'changed-content') return refused(refusal, whereOf(room, row));
  await redraw(room, row.id);
  const view = await viewApproval(room.ctx, row.id);
  return view === null ? refused(refusal, whereOf(room, row)) : { modal: modalChanged(view) };
}

export function refused(refusal: Refusal, where: Where): Outcome {
  return { modal: refusalModal(refusal, where) };
}
