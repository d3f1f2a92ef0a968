// Reject: a form that says what one rejection does and asks why, and the vote that it sends.
import type { App } from '@slack/bolt';
import { actionIds, callbackIds, inputIds, maxReasonLength, minReasonLength, reasonCodeWords } from '../action-ids.ts';
import type { ApprovalView } from '../../domain/approval-view.ts';
import { isInitiator, personOfSlackUser, type Person } from '../../domain/person.ts';
import { castVote } from '../../flow/cast-vote.ts';
import { crashPoint } from '../../flow/crash-points.ts';
import { previewVote } from '../../flow/may-vote.ts';
import { viewApproval } from '../../flow/view-approval.ts';
import type { Room } from '../room.ts';
import { modalChanged } from '../views/modal-changed.ts';
import { modalLoading } from '../views/modal-loading.ts';
import { modalRecorded } from '../views/modal-recorded.ts';
import { modalReject } from '../views/modal-reject.ts';
import { refusalMessage, refusalModal } from '../views/refusal.ts';
import type { Modal } from '../views/blocks.ts';
import { threadRejected } from '../views/thread.ts';
import { afterAction, refOf } from './aftermath.ts';
import { refused, refusedVote } from './approve.ts';
import { findRow, nowhere, readFresh, redraw, whereOf } from './fresh.ts';
import { onClick, onSubmit, openView, tell, updateView, type Outcome } from './listener.ts';
import { removeOrphan } from './orphan.ts';
import type { Click, Submission } from './payload.ts';

export function listenToReject(app: App, room: Room): void {
  onClick(app, room, actionIds.reject, async (click, ack) => openForm(room, click, ack));
  onSubmit(app, room, callbackIds.reject, async (submission) => submit(room, submission));
}

async function openForm(room: Room, click: Click, ack: () => Promise<void>): Promise<void> {
  const row = await findRow(room, click.value?.id);
  const where = whereOf(room, row);
  await ack();
  if (row === null) return tell(room, click, refusalMessage({ kind: 'closed', state: 'unknown' }, nowhere));
  if (row.fingerprint !== click.value?.fp) {
    await redraw(room, row.id);
    await tell(room, click, refusalMessage({ kind: 'changed-content' }, where));
    return removeOrphan(room, click);
  }
  const viewId = await openView(room, click, modalLoading(where));
  if (viewId === null) return;
  await updateView(room, viewId, await formFor(room, row, click));
  await removeOrphan(room, click);
}

async function formFor(
  room: Room,
  row: NonNullable<Awaited<ReturnType<typeof findRow>>>,
  click: Click,
): Promise<Modal> {
  const fresh = await readFresh(room, row, click.slackUser);
  if (fresh.kind === 'refused') return refusalModal(fresh.refusal, fresh.where);
  const { view, person } = fresh;
  if (view.fingerprint !== click.value?.fp) return modalChanged(view);
  if (!view.rejectInSlack) return refusalModal({ kind: 'closed', state: view.state }, view);
  const byInitiator = isOwn(view, person);
  if (!byInitiator && !isApprover(view, person)) {
    const { refusal } = await previewVote(room.ctx, { approvalId: view.id, person });
    return refusalModal(refusal ?? { kind: 'not-an-approver' }, view);
  }
  return modalReject(view, { denyAfterMs: room.ctx.config.timing.denyAfterMs, byInitiator });
}

/** In a group that our vote serves, and whose people vote here. */
function isApprover(view: ApprovalView, person: Person): boolean {
  return view.standing.some(
    ({ served, rule, eligible }) => served && rule?.votes === 'slack' && eligible.some(({ id }) => id === person.id),
  );
}

function isOwn(view: ApprovalView, person: Person): boolean {
  return isInitiator(person, view.connection, view.initiator.account);
}

async function submit(room: Room, submission: Submission): Promise<Outcome> {
  const { metadata, slackUser } = submission;
  const row = await findRow(room, metadata?.approvalId);
  if (metadata === null || row === null) return refused({ kind: 'closed', state: 'unknown' }, nowhere);
  const reading = readReason(submission);
  if (reading.kind === 'faulty') return { errors: reading.errors };
  const result = await castVote(room.ctx, {
    approvalId: row.id,
    slackUser,
    choice: 'deny',
    reason: reading.reason,
    fingerprint: metadata.fingerprint,
    shownDigest: metadata.shown,
  });
  if (result.kind === 'refused') return refusedVote(room, row, result.refusal);
  crashPoint('vote-written');
  const view = await viewApproval(room.ctx, row.id);
  if (view === null) return refused({ kind: 'closed', state: 'unknown' }, nowhere);
  const person = personOfSlackUser(room.ctx.config.people, slackUser);
  return {
    modal: modalRecorded(view, 'deny'),
    after: async () => {
      if (person === null) return;
      const sendAfter = result.decided?.sendAfter ?? null;
      const rejection = { person: refOf(person), reason: reading.reason, sendAfter };
      const notes = (now: ApprovalView) => [
        // A hold stops money: the channel hears it, not only those who follow the thread.
        { message: threadRejected(now, { ...rejection, byInitiator: isOwn(now, person) }), broadcast: true },
      ];
      await afterAction(room, submission, { approvalId: row.id, notes, answeredBy: person });
    },
  };
}

type ReasonReading =
  | { readonly kind: 'given'; readonly reason: string }
  | { readonly kind: 'faulty'; readonly errors: Record<string, string> };

/** Slack's client checks both before it sends; a client that does not must not be believed. */
function readReason(submission: Submission): ReasonReading {
  const code = reasonCodeWords(submission.inputAt(inputIds.reasonCode)?.[0] ?? '');
  const words = (submission.inputAt(inputIds.reason)?.[0] ?? '').trim();
  const errors = {
    ...(code === null ? { [inputIds.reasonCode.block]: 'Pick a reason.' } : {}),
    ...(words.length < minReasonLength
      ? { [inputIds.reason.block]: `Explain it in at least ${minReasonLength} characters.` }
      : {}),
  };
  if (code === null || Object.keys(errors).length > 0) return { kind: 'faulty', errors };
  return { kind: 'given', reason: `${code}: ${words.slice(0, maxReasonLength)}` };
}
