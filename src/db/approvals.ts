// Approvals as rows: found or made, locked, moved from state to state.
import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import type { Fingerprint } from '../domain/fingerprint.ts';
import type { State } from '../domain/lifecycle.ts';
import type { Db } from './connect.ts';
import { approvals } from './schema.ts';
import { storable } from './storable.ts';

export type ApprovalRow = {
  readonly id: string;
  readonly connection: string;
  readonly platformId: string;
  readonly state: State;
  readonly stateReason: string | null;
  readonly endedElsewhere: boolean;
  readonly fingerprint: Fingerprint | null;
  readonly revision: number;
  readonly changes: readonly string[];
  readonly mayNotVote: string | null;
  readonly platformStatus: string | null;
  readonly expiresAt: EpochMs | null;
  readonly seenAt: EpochMs;
  readonly readAt: EpochMs | null;
  readonly askedAt: EpochMs | null;
  readonly endedAt: EpochMs | null;
};

/** Locks the row until the caller's transaction ends; makes it when the platform's approval was never heard of. */
export async function lockOrCreate(
  tx: Db,
  key: { connection: string; platformId: string },
  now: EpochMs,
): Promise<ApprovalRow> {
  await tx
    .insert(approvals)
    .values({ ...key, seenAt: new Date(now) })
    .onConflictDoNothing();
  const [row] = await tx
    .select()
    .from(approvals)
    .where(and(eq(approvals.connection, key.connection), eq(approvals.platformId, key.platformId)))
    .for('update');
  if (row === undefined) throw new Error('failed to create an approval row', { cause: key });
  return toRow(row);
}

export async function lockApproval(tx: Db, id: string): Promise<ApprovalRow | null> {
  const [row] = await tx.select().from(approvals).where(eq(approvals.id, id)).for('update');
  return row === undefined ? null : toRow(row);
}

export async function readApprovalRow(db: Db, id: string): Promise<ApprovalRow | null> {
  const [row] = await db.select().from(approvals).where(eq(approvals.id, id));
  return row === undefined ? null : toRow(row);
}

export async function findApproval(
  db: Db,
  key: { connection: string; platformId: string },
): Promise<ApprovalRow | null> {
  const [row] = await db
    .select()
    .from(approvals)
    .where(and(eq(approvals.connection, key.connection), eq(approvals.platformId, key.platformId)));
  return row === undefined ? null : toRow(row);
}

/** By our id, or by the platform's id on whichever connection has it. */
export async function findByAnyId(db: Db, id: string): Promise<ApprovalRow[]> {
  const rows = await db
    .select()
    .from(approvals)
    .where(sql`${approvals.id}::text = ${id} or ${approvals.platformId} = ${id}`);
  return rows.map(toRow);
}

export async function openApprovals(db: Db, connection: string | null = null): Promise<ApprovalRow[]> {
  const rows = await db
    .select()
    .from(approvals)
    .where(and(isNull(approvals.endedAt), connection === null ? undefined : eq(approvals.connection, connection)))
    .orderBy(approvals.seenAt);
  return rows.map(toRow);
}

export async function recentlyEnded(db: Db, limit: number): Promise<ApprovalRow[]> {
  const rows = await db
    .select()
    .from(approvals)
    .where(sql`${approvals.endedAt} is not null`)
    .orderBy(desc(approvals.endedAt))
    .limit(limit);
  return rows.map(toRow);
}

export type ApprovalChange = {
  readonly state?: State;
  readonly stateReason?: string | null;
  readonly endedElsewhere?: boolean;
  readonly fingerprint?: Fingerprint;
  readonly revision?: number;
  readonly changes?: readonly string[];
  readonly mayNotVote?: string | null;
  readonly platformStatus?: string;
  readonly expiresAt?: EpochMs | null;
  readonly readAt?: EpochMs;
  readonly askedAt?: EpochMs;
  readonly endedAt?: EpochMs;
};

export async function updateApproval(tx: Db, id: string, change: ApprovalChange, now: EpochMs): Promise<void> {
  const { expiresAt, readAt, askedAt, endedAt, ...plain } = change;
  await tx
    .update(approvals)
    .set({
      ...storable(plain),
      ...(expiresAt === undefined ? {} : { expiresAt: expiresAt === null ? null : new Date(expiresAt) }),
      ...(readAt === undefined ? {} : { readAt: new Date(readAt) }),
      ...(askedAt === undefined ? {} : { askedAt: new Date(askedAt) }),
      ...(endedAt === undefined ? {} : { endedAt: new Date(endedAt) }),
      updatedAt: new Date(now),
    })
    .where(eq(approvals.id, id));
}

function toRow(row: typeof approvals.$inferSelect): ApprovalRow {
  return {
    ...row,
    expiresAt: row.expiresAt?.getTime() ?? null,
    seenAt: row.seenAt.getTime(),
    readAt: row.readAt?.getTime() ?? null,
    askedAt: row.askedAt?.getTime() ?? null,
    endedAt: row.endedAt?.getTime() ?? null,
  };
}
