// Lift hold: one admin asks, a second one agrees.
import type { App } from '@slack/bolt';
import { actionIds, callbackIds } from '../action-ids.ts';
import type { ApprovalView } from '../../domain/approval-view.ts';
import { personOfSlackUser, type Person } from '../../domain/person.ts';
import { liftHolds, type LiftResult } from '../../flow/lift-hold.ts';
import { viewApproval } from '../../flow/view-approval.ts';
import { noteModal } from '../answers.ts';
import type { Room } from '../room.ts';
import { modalLiftHold } from '../views/modal-lift-hold.ts';
import { modalLoading } from '../views/modal-loading.ts';
import { adminsOnly, refusalMessage, refusalModal } from '../views/refusal.ts';
import { threadHoldLifted, threadLiftAsked } from '../views/thread.ts';
import type { Modal } from '../views/blocks.ts';
import { afterAction, refOf } from './aftermath.ts';
import { refused } from './approve.ts';
import { findRow, nowhere, readFresh, whereOf, type Where } from './fresh.ts';
import { onClick, onSubmit, openView, tell, updateView, type Outcome } from './listener.ts';
import { removeOrphan } from './orphan.ts';
import type { Click, Submission } from './payload.ts';

export function listenToLiftHold(app: App, room: Room): void {
  onClick(app, room, actionIds.liftHold, async (click, ack) => openForm(room, click, ack));
  onSubmit(app, room, callbackIds.liftHold, async (submission) => submit(room, submission));
}

async function openForm(room: Room, click: Click, ack: () => Promise<void>): Promise<void> {
  const row = await findRow(room, click.value?.id);
  const where = whereOf(room, row);
  await ack();
  if (row === null) return tell(room, click, refusalMessage({ kind: 'closed', state: 'unknown' }, nowhere));
  const viewId = await openView(room, click, modalLoading(where));
  if (viewId === null) return;
  const fresh = await readFresh(room, row, click.slackUser);
  await updateView(room, viewId, fresh.kind === 'refused' ? refusalModal(fresh.refusal, where) : form(room, fresh));
  await removeOrphan(room, click);
}

function form(room: Room, { view, person }: { view: ApprovalView; person: Person }): Modal {
  if (!room.ctx.config.admins.includes(person.id)) return noteModal('Admins only', adminsOnly(adminNames(room)));
  if (view.holds.length === 0) return refusalModal({ kind: 'nothing-to-withdraw' }, view);
  return modalLiftHold(view);
}

export function adminNames(room: Room): readonly string[] {
  const { admins, people } = room.ctx.config;
  return admins.map((id) => people.find((person) => person.id === id)?.name ?? id);
}

async function submit(room: Room, submission: Submission): Promise<Outcome> {
  const { metadata, slackUser } = submission;
  const row = await findRow(room, metadata?.approvalId);
  if (row === null) return refused({ kind: 'closed', state: 'unknown' }, nowhere);
  const askers = (await viewApproval(room.ctx, row.id))?.holds.flatMap(({ liftAskedBy }) => liftAskedBy ?? []) ?? [];
  const result = await liftHolds(room.ctx, { approvalId: row.id, slackUser });
  const person = personOfSlackUser(room.ctx.config.people, slackUser);
  const modal = answer(room, result, whereOf(room, row));
  if (person === null || (result.kind !== 'lifted' && result.kind !== 'second-admin-needed')) return { modal };
  const by = [...askers.filter(({ id }) => id !== person.id), refOf(person)];
  const unique = by.filter(({ id }, index) => by.findIndex((ref) => ref.id === id) === index);
  const notes = (now: ApprovalView) => [
    { message: result.kind === 'lifted' ? threadHoldLifted(now, unique) : threadLiftAsked(now, refOf(person)) },
  ];
  return { modal, after: async () => afterAction(room, submission, { approvalId: row.id, notes }) };
}

function answer(room: Room, result: LiftResult, where: Where): Modal {
  switch (result.kind) {
    case 'lifted':
      return noteModal('Hold lifted', '🟡 *The hold is lifted.* Voting goes on.');
    case 'second-admin-needed':
      return noteModal(
        'Lift asked for',
        '🟠 *You asked to lift the hold.* A second admin must agree, with Lift hold on the card.',
      );
    case 'same-admin':
      return noteModal(
        'Not lifted',
        'You asked for it already. *A second admin* must agree, with Lift hold on the card.',
      );
    case 'not-an-admin':
      return noteModal('Admins only', adminsOnly(adminNames(room)));
    case 'refused':
      return refusalModal(result.refusal, where);
  }
}
