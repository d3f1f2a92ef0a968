// Where an approval is shown in Slack: the channel card and the direct messages to those who were asked.
import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import type { Db } from './connect.ts';
import { cards } from './schema.ts';

export type CardKind = 'channel' | 'direct';

export type Card = {
  readonly id: string;
  readonly approvalId: string;
  readonly kind: CardKind;
  readonly personId: string;
  readonly channel: string;
  readonly ts: string | null;
  readonly drawnDigest: string | null;
  readonly revision: number;
  readonly remindedAt: EpochMs | null;
  readonly error: string | null;
};

/** The one row of this card, made when it is missing, locked until the transaction ends: one writer at a time. */
export async function lockCard(
  tx: Db,
  key: { approvalId: string; kind: CardKind; personId?: string; channel: string },
): Promise<Card> {
  const identity = { approvalId: key.approvalId, kind: key.kind, personId: key.personId ?? '' };
  await tx
    .insert(cards)
    .values({ ...identity, channel: key.channel })
    .onConflictDoNothing();
  const [row] = await tx
    .select()
    .from(cards)
    .where(
      and(
        eq(cards.approvalId, identity.approvalId),
        eq(cards.kind, identity.kind),
        eq(cards.personId, identity.personId),
      ),
    )
    .for('update');
  if (row === undefined) throw new Error('failed to create a card row', { cause: identity });
  return toCard(row);
}

export async function findCard(
  db: Db,
  key: { approvalId: string; kind: CardKind; personId?: string },
): Promise<Card | null> {
  const [row] = await db
    .select()
    .from(cards)
    .where(and(eq(cards.approvalId, key.approvalId), eq(cards.kind, key.kind), eq(cards.personId, key.personId ?? '')));
  return row === undefined ? null : toCard(row);
}

export async function cardsOf(db: Db, approvalId: string): Promise<Card[]> {
  return (await db.select().from(cards).where(eq(cards.approvalId, approvalId))).map(toCard);
}

/** Asks a person once per approval; true for the caller that did. */
export async function addDirectCard(tx: Db, approvalId: string, personId: string): Promise<boolean> {
  const added = await tx
    .insert(cards)
    .values({ approvalId, kind: 'direct', personId, channel: '' })
    .onConflictDoNothing()
    .returning({ id: cards.id });
  return added.length > 0;
}

export async function updateCard(
  tx: Db,
  id: string,
  change: {
    channel?: string;
    ts?: string | null;
    drawnDigest?: string | null;
    revision?: number;
    error?: string | null;
  },
  now: EpochMs,
): Promise<void> {
  await tx
    .update(cards)
    .set({ ...change, updatedAt: new Date(now) })
    .where(eq(cards.id, id));
}

/** True for the one caller that may send the reminder. */
export async function markReminded(tx: Db, id: string, now: EpochMs): Promise<boolean> {
  const marked = await tx
    .update(cards)
    .set({ remindedAt: new Date(now) })
    .where(and(eq(cards.id, id), isNull(cards.remindedAt)))
    .returning({ id: cards.id });
  return marked.length > 0;
}

/** Cards that Slack refuses to show, for the attention list. */
export async function failingCards(db: Db): Promise<{ approvalId: string; kind: CardKind; error: string | null }[]> {
  return db
    .select({ approvalId: cards.approvalId, kind: cards.kind, error: cards.error })
    .from(cards)
    .where(and(isNotNull(cards.error), sql`${cards.kind} = 'channel'`))
    .limit(100);
}

function toCard(row: typeof cards.$inferSelect): Card {
  return { ...row, remindedAt: row.remindedAt?.getTime() ?? null };
}
