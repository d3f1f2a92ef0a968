// Notices: things said once in the channel (a pause, a changed configuration, a foreign decision).
import { and, eq, isNull } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import type { Db } from './connect.ts';
import { notices } from './schema.ts';
import { storable } from './storable.ts';

export type NoticeKind =
  | 'paused'
  | 'resumed'
  | 'resume-asked'
  | 'configuration-changed'
  | 'rulebook-applied'
  | 'rule-demoted'
  | 'foreign-decision'
  | 'attention';

/** `connection` null: said in every channel that shows cards. */
export type Notice = {
  readonly id: string;
  readonly connection: string | null;
  readonly kind: string;
  readonly words: string;
};

export async function addNotice(
  tx: Db,
  notice: { connection: string | null; kind: NoticeKind; words: string },
  now: EpochMs,
): Promise<string> {
  const [row] = await tx
    .insert(notices)
    .values({ ...storable(notice), createdAt: new Date(now) })
    .returning({ id: notices.id });
  if (row === undefined) throw new Error('failed to write a notice', { cause: notice.kind });
  return row.id;
}

/** Null when it was posted already. */
export async function readNotice(db: Db, id: string): Promise<Notice | null> {
  const [row] = await db
    .select()
    .from(notices)
    .where(and(eq(notices.id, id), isNull(notices.postedAt)));
  return row ?? null;
}

export async function markPosted(db: Db, id: string, now: EpochMs): Promise<void> {
  await db
    .update(notices)
    .set({ postedAt: new Date(now) })
    .where(eq(notices.id, id));
}
