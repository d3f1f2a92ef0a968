// The outbox: work left over after a commit, one row per piece of work, coalesced by key.
import { and, asc, eq, isNotNull, isNull, lt, lte, or, sql, type SQL } from 'drizzle-orm';
import type postgres from 'postgres';
import type { EpochMs } from '../domain/amount.ts';
import { taskKey, type ScheduledTask, type Task, type TaskKind } from '../domain/task.ts';
import type { Db } from './connect.ts';
import { outbox } from './schema.ts';
import { storableText } from './storable.ts';

/** Sent at the commit that wrote the row, so that an idle system starts its work at once. */
export const outboxChannel = 'countersign_outbox';

/**
 * Writes tasks in the caller's transaction. Asking again for work that is still there makes it run (again) no later
 * than asked; work that runs at this moment runs once more afterwards.
 */
export async function addTasks(tx: Db, tasks: readonly (Task | ScheduledTask)[], now: EpochMs): Promise<void> {
  return insertTasks(tx, tasks, now, sql`true`);
}

/**
 * For the sweep: writes what is missing. Work that is there waits for a reason, its pause or the moment that the other
 * side asked us to come back at; only a look that is planned for later, and did not fail, is due now.
 */
export async function addMissingTasks(tx: Db, tasks: readonly (Task | ScheduledTask)[], now: EpochMs): Promise<void> {
  return insertTasks(tx, tasks, now, sql`${outbox.kind} = 'refresh' and ${outbox.attempts} = 0`);
}

async function insertTasks(
  tx: Db,
  tasks: readonly (Task | ScheduledTask)[],
  now: EpochMs,
  hastens: SQL,
): Promise<void> {
  if (tasks.length === 0) return;
  const unique = new Map<string, ScheduledTask>();
  for (const entry of tasks) {
    const scheduled = 'task' in entry ? entry : { task: entry, notBefore: null };
    unique.set(taskKey(scheduled.task), scheduled);
  }
  // Sorted, so that two transactions that ask for the same work lock its rows in one order.
  const rows = [...unique]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { task, notBefore }]) => ({
      key,
      kind: task.kind,
      task,
      notBefore: new Date(notBefore ?? now),
    }));
  await tx
    .insert(outbox)
    .values(rows)
    .onConflictDoUpdate({
      target: outbox.key,
      set: {
        version: sql`${outbox.version} + 1`,
        notBefore: sql`least(${outbox.notBefore}, excluded.not_before)`,
      },
      setWhere: hastens,
    });
  await tx.execute(sql`select pg_notify(${outboxChannel}, '')`);
}

export type DueTask = {
  readonly id: number;
  readonly kind: TaskKind;
  readonly version: number;
  readonly attempts: number;
};

/** Takes due rows for the queue. A row that was taken and shows no progress for `leaseMs` is due again. */
export async function takeDue(db: Db, input: { now: EpochMs; leaseMs: number; limit: number }): Promise<DueTask[]> {
  return db.transaction(async (tx) => {
    const stale = new Date(input.now - input.leaseMs);
    const due = await tx
      .select({ id: outbox.id, kind: outbox.kind, version: outbox.version, attempts: outbox.attempts })
      .from(outbox)
      .where(
        and(lte(outbox.notBefore, new Date(input.now)), or(isNull(outbox.enqueuedAt), lt(outbox.enqueuedAt, stale))),
      )
      .orderBy(asc(outbox.notBefore))
      .limit(input.limit)
      .for('update', { skipLocked: true });
    if (due.length > 0) {
      await tx
        .update(outbox)
        .set({ enqueuedAt: new Date(input.now) })
        .where(sql`${outbox.id} in ${due.map((row) => row.id)}`);
    }
    return due;
  });
}

/**
 * Gives back what a process took that is known to be dead, without waiting for its lease. Only for whoever is alone on
 * this database. Returns how much it was.
 */
export async function releaseTaken(db: Db): Promise<number> {
  const released = await db
    .update(outbox)
    .set({ enqueuedAt: null })
    .where(isNotNull(outbox.enqueuedAt))
    .returning({ id: outbox.id });
  return released.length;
}

/** When the next row that is not taken yet becomes due; null when there is none. */
export async function nextDueAt(db: Db): Promise<EpochMs | null> {
  const [row] = await db
    .select({ at: sql<Date | null>`min(${outbox.notBefore})`.mapWith(outbox.notBefore) })
    .from(outbox)
    .where(isNull(outbox.enqueuedAt));
  return row?.at?.getTime() ?? null;
}

export type StoredTask = {
  readonly id: number;
  readonly task: Task;
  readonly version: number;
  readonly attempts: number;
  readonly notBefore: EpochMs;
};

/** Null when the work is already done: a job that comes twice finds nothing left. */
export async function readTask(db: Db, id: number): Promise<StoredTask | null> {
  const [row] = await db.select().from(outbox).where(eq(outbox.id, id));
  if (row === undefined) return null;
  return {
    id: row.id,
    task: row.task,
    version: row.version,
    attempts: row.attempts,
    notBefore: row.notBefore.getTime(),
  };
}

/** Deletes the finished work, unless it was asked for again meanwhile: then it becomes due at once. */
export async function finishTask(db: Db, task: StoredTask, now: EpochMs): Promise<void> {
  const deleted = await db
    .delete(outbox)
    .where(and(eq(outbox.id, task.id), eq(outbox.version, task.version)))
    .returning({ id: outbox.id });
  if (deleted.length === 0) await makeDue(db, task.id, now);
}

/** Puts the work off until `at`; work that was asked for again meanwhile becomes due at once. */
export async function postponeTask(db: Db, task: StoredTask, at: EpochMs, now: EpochMs): Promise<void> {
  const postponed = await db
    .update(outbox)
    .set({ notBefore: new Date(at), enqueuedAt: null, attempts: 0, lastError: null })
    .where(and(eq(outbox.id, task.id), eq(outbox.version, task.version)))
    .returning({ id: outbox.id });
  if (postponed.length === 0) await makeDue(db, task.id, now);
  else await db.execute(sql`select pg_notify(${outboxChannel}, '')`);
}

/** The job came before the work was due: as if it had not come, failures included. */
export async function putBackTask(db: Db, task: StoredTask): Promise<void> {
  await db.update(outbox).set({ enqueuedAt: null }).where(eq(outbox.id, task.id));
}

export async function failTask(db: Db, task: StoredTask, input: { error: string; retryAt: EpochMs }): Promise<void> {
  await db
    .update(outbox)
    .set({
      attempts: sql`${outbox.attempts} + 1`,
      lastError: storableText(input.error.slice(0, 500)),
      notBefore: new Date(input.retryAt),
      enqueuedAt: null,
    })
    .where(eq(outbox.id, task.id));
  await db.execute(sql`select pg_notify(${outboxChannel}, '')`);
}

async function makeDue(db: Db, id: number, now: EpochMs): Promise<void> {
  await db
    .update(outbox)
    .set({ enqueuedAt: null, notBefore: new Date(now), attempts: 0 })
    .where(eq(outbox.id, id));
  await db.execute(sql`select pg_notify(${outboxChannel}, '')`);
}

/** Work that failed again and again: shown in `countersign status`, retried with growing pauses for ever. */
export async function failingTasks(
  db: Db,
  minimumAttempts: number,
): Promise<{ key: string; attempts: number; lastError: string | null }[]> {
  return db
    .select({ key: outbox.key, attempts: outbox.attempts, lastError: outbox.lastError })
    .from(outbox)
    .where(sql`${outbox.attempts} >= ${minimumAttempts}`)
    .orderBy(asc(outbox.id))
    .limit(100);
}

/** Calls back whenever rows may have become due; listening survives a lost connection. */
export async function listenForTasks(client: postgres.Sql, onTask: () => void): Promise<{ stop(): Promise<void> }> {
  const listening = await client.listen(outboxChannel, onTask, onTask);
  return { stop: async () => listening.unlisten() };
}
