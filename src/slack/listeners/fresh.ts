// What stands behind every form: the approval as the platform shows it now, and the person who wants to act on it.
import { readApprovalRow, type ApprovalRow } from '../../db/approvals.ts';
import { addTasks } from '../../db/outbox.ts';
import type { ApprovalView } from '../../domain/approval-view.ts';
import type { Person } from '../../domain/person.ts';
import type { Refusal } from '../../domain/vote.ts';
import { identify } from '../../flow/cast-vote.ts';
import { refreshApproval } from '../../flow/refresh-approval.ts';
import { viewApproval } from '../../flow/view-approval.ts';
import type { Room } from '../room.ts';

export type Fresh =
  | { readonly kind: 'ready'; readonly view: ApprovalView; readonly person: Person }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly where: Where };

/** Enough to word a refusal. */
export type Where = Pick<ApprovalView, 'platform' | 'revision'>;

export const nowhere: Where = { platform: 'generic', revision: 0 };

export async function findRow(room: Room, approvalId: string | undefined): Promise<ApprovalRow | null> {
  return approvalId === undefined || !uuid.test(approvalId) ? null : readApprovalRow(room.ctx.db, approvalId);
}

/** Anything else can't be one of our ids, and the database would refuse to compare it. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function whereOf(room: Room, row: ApprovalRow | null): Where {
  if (row === null) return nowhere;
  return { platform: room.ctx.platforms.get(row.connection)?.platform ?? 'generic', revision: row.revision };
}

/** Reads the approval from the platform again, while Slack is asked who clicked. */
export async function readFresh(room: Room, row: ApprovalRow, slackUser: string): Promise<Fresh> {
  const { ctx } = room;
  const where = whereOf(room, row);
  const [identified, refreshed] = await Promise.all([
    identify(ctx, slackUser),
    refreshApproval(ctx, { connection: row.connection, platformId: row.platformId }),
  ]);
  if (identified.kind === 'refused') return { kind: 'refused', refusal: identified.refusal, where };
  if (refreshed.kind === 'failed') {
    return { kind: 'refused', refusal: { kind: 'platform-unavailable', reason: refreshed.reason }, where };
  }
  const view = await viewApproval(ctx, row.id);
  if (view === null) return { kind: 'refused', refusal: { kind: 'closed', state: 'unknown' }, where };
  return { kind: 'ready', view, person: identified.person };
}

/** What somebody clicked on was out of date: the card is drawn again. */
export async function redraw(room: Room, approvalId: string): Promise<void> {
  await addTasks(room.ctx.db, [{ kind: 'sync-card', approvalId }], room.ctx.now());
}
