// What stands behind every form: the approval as the platform shows it now, and the person who wants to act on it.
import { readApprovalRow, type ApprovalRow } from '../../db/approvals.ts';
import { addTasks } from '../../db/outbox.ts';
import { readSnapshot } from '../../db/snapshots.ts';
import type { ApprovalView } from '../../domain/approval-view.ts';
import { accountsOf, isInitiator, type Person } from '../../domain/person.ts';
import type { Refusal } from '../../domain/vote.ts';
import { identify } from '../../flow/cast-vote.ts';
import { readStanding } from '../../flow/read-standing.ts';
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

export type Preview = {
  /** The groups in which this person's approval would count. */
  readonly groupKeys: readonly string[];
  /** Why there is none, when another person's might count. The vote itself is judged again when it is cast. */
  readonly refusal: Refusal | null;
};

export async function previewApproval(room: Room, view: ApprovalView, person: Person): Promise<Preview> {
  const { ctx } = room;
  const row = await readApprovalRow(ctx.db, view.id);
  const platform = ctx.platforms.get(view.connection);
  if (row === null || row.fingerprint === null || platform === undefined) return { groupKeys: [], refusal: null };
  const approval = await readSnapshot(ctx.db, row.id, row.fingerprint);
  if (approval === null) return { groupKeys: [], refusal: null };
  const { fingerprint } = row;
  const standing = await readStanding(ctx, ctx.db, { row, approval, fingerprint, platform });
  const groupKeys: string[] = [];
  const refusals: Refusal[] = [];
  for (const { group, rule, route } of standing.groups) {
    if (rule === null || route.kind === 'platform') continue;
    const eligibility = standing.eligibility(group, rule, person);
    if (eligibility.kind === 'eligible') groupKeys.push(group.key);
    else refusals.push(eligibility.refusal);
  }
  if (groupKeys.length === 0) {
    // "Not in this group" is the least useful thing to say when another group had a better reason.
    const telling = refusals.find(({ kind }) => kind !== 'not-an-approver') ?? refusals[0] ?? null;
    return { groupKeys, refusal: ownRequest(view, person) ?? telling };
  }
  const approved = standing.counted.filter((vote) => vote.personId === person.id && vote.choice === 'approve');
  const isRepeated = groupKeys.every((key) => approved.some((vote) => vote.groupKey === key));
  return { groupKeys, refusal: isRepeated ? { kind: 'same-vote-already', choice: 'approve' } : null };
}

/** Also for whoever asked and is no approver at all: they can still cancel, and should hear so. */
function ownRequest(view: ApprovalView, person: Person): Refusal | null {
  const { account } = view.initiator;
  if (accountsOf(person, view.connection).includes(account)) return { kind: 'initiator' };
  return isInitiator(person, view.connection, account) ? { kind: 'owns-initiator', account } : null;
}

/** What somebody clicked on was out of date: the card is drawn again. */
export async function redraw(room: Room, approvalId: string): Promise<void> {
  await addTasks(room.ctx.db, [{ kind: 'sync-card', approvalId }], room.ctx.now());
}
