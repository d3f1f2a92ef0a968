// The rulebook as rows: every version that was put in force, the newest one counts, and rules that fell back to shadow.
import { desc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { EpochMs } from '../domain/amount.ts';
import type { Db } from './connect.ts';
import { auditLog, demotions, rulebooks } from './schema.ts';
import { storable, storableText } from './storable.ts';

export type RulebookRow = {
  readonly id: number;
  readonly hash: string;
  readonly text: string;
  readonly appliedBy: string;
  readonly weaker: readonly string[];
  readonly appliedAt: EpochMs;
};

/** The event under which the audit log has every row of `rulebooks`. */
export const appliedEvent = 'rulebook.applied';

export type NewestRulebook = {
  readonly id: number;
  readonly hash: string;
  /** The highest id that was ever given: more than `id` when a row was deleted, or never committed. */
  readonly highestId: number;
  readonly demoted: readonly string[];
};

/** One look by the primary key: this is read at every evaluation. */
export async function newestRulebook(db: Db): Promise<NewestRulebook | null> {
  const [row] = await db
    .select({
      id: rulebooks.id,
      hash: rulebooks.hash,
      highestId: sql<string>`(select last_value from rulebooks_id_seq)`.mapWith(Number),
      demoted: sql<string[]>`array(select ${demotions.ruleId} from ${demotions}
        where ${demotions.rulebookId} = ${rulebooks}.id order by 1)`,
    })
    .from(rulebooks)
    .orderBy(desc(rulebooks.id))
    .limit(1);
  return row ?? null;
}

export async function readRulebook(db: Db, id: number): Promise<RulebookRow | null> {
  const [row] = await db.select().from(rulebooks).where(eq(rulebooks.id, id));
  return row === undefined ? null : toRow(row);
}

/** The text that has this hash, whichever row holds it; null when no row does any more. */
export async function rulebookText(db: Db, hash: string): Promise<string | null> {
  const [row] = await db.select({ text: rulebooks.text }).from(rulebooks).where(eq(rulebooks.hash, hash)).limit(1);
  return row?.text ?? null;
}

/** Newest first, without the texts, which may be long. */
export async function listRulebooks(db: Db): Promise<readonly Omit<RulebookRow, 'text'>[]> {
  const { id, hash, appliedBy, weaker, appliedAt } = rulebooks;
  const rows = await db.select({ id, hash, appliedBy, weaker, appliedAt }).from(rulebooks).orderBy(desc(id));
  return rows.map((row) => ({ ...row, appliedAt: row.appliedAt.getTime() }));
}

export async function wasEverApplied(db: Db, hash: string): Promise<boolean> {
  return (await rulebookText(db, hash)) !== null;
}

/** In the transaction of its audit row, which comes first: the chain's lock keeps rows in the order of their ids. */
export async function addRulebook(
  tx: Db,
  rulebook: Omit<RulebookRow, 'id' | 'appliedAt'>,
  now: EpochMs,
): Promise<number> {
  const [row] = await tx
    .insert(rulebooks)
    .values({ ...rulebook, weaker: storable(rulebook.weaker), appliedAt: new Date(now) })
    .returning({ id: rulebooks.id });
  if (row === undefined) throw new Error('failed to store a rulebook', { cause: rulebook.hash });
  return row.id;
}

const appliedDetails = z.object({ rulebook: z.number(), hash: z.string() });

/** Which rulebook the audit log says was applied last. Walks the log backwards: ask once per process and rulebook. */
export async function lastApplied(db: Db): Promise<{ readonly id: number; readonly hash: string } | null> {
  const [row] = await db
    .select({ details: auditLog.details })
    .from(auditLog)
    .where(eq(auditLog.event, appliedEvent))
    .orderBy(desc(auditLog.seq))
    .limit(1);
  if (row === undefined) return null;
  const details: unknown = JSON.parse(row.details);
  const { rulebook: id, hash } = appliedDetails.parse(details);
  return { id, hash };
}

export type Demotion = { readonly ruleId: string; readonly why: string; readonly at: EpochMs };

export async function demotionsOf(db: Db, rulebookId: number): Promise<readonly Demotion[]> {
  const rows = await db
    .select()
    .from(demotions)
    .where(eq(demotions.rulebookId, rulebookId))
    .orderBy(demotions.demotedAt, demotions.ruleId);
  return rows.map(({ ruleId, why, demotedAt }) => ({ ruleId, why, at: demotedAt.getTime() }));
}

/** Once per rule and applied rulebook; returns the rules that this call demoted. */
export async function addDemotions(
  tx: Db,
  input: { rulebookId: number; ruleIds: readonly string[]; approvalId: string; why: string; now: EpochMs },
): Promise<readonly string[]> {
  if (input.ruleIds.length === 0) return [];
  const { rulebookId, approvalId, now } = input;
  const why = storableText(input.why);
  const rows = input.ruleIds.map((ruleId) => ({ rulebookId, ruleId, approvalId, why, demotedAt: new Date(now) }));
  const added = await tx.insert(demotions).values(rows).onConflictDoNothing().returning({ ruleId: demotions.ruleId });
  return added.map(({ ruleId }) => ruleId);
}

function toRow(row: typeof rulebooks.$inferSelect): RulebookRow {
  return { ...row, appliedAt: row.appliedAt.getTime() };
}
