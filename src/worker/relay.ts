// The relay: turns outbox rows into jobs, as soon as they are due, again when nothing came of them.
import type postgres from 'postgres';
import type { Context } from '../context.ts';
import { listenForTasks, nextDueAt, takeDue } from '../db/outbox.ts';
import type { TaskKind } from '../domain/task.ts';
import type { Queue } from '../queue/queue.ts';
import { startLoop } from './loop.ts';

/** A row that was handed to the queue this long ago and is still there was lost, or its worker died. */
const leaseMs = 30_000;

/** How often it looks without being called: what a lost notification costs at most. */
const idleLookMs = 1000;

const batchSize = 500;

/** Messages to single people take many calls and decide nothing: cards, votes and decisions go before them. */
const asides: ReadonlySet<TaskKind> = new Set<TaskKind>(['ask', 'remind', 'tell-outcome']);
const asidePriority = 10;

export async function startRelay(
  ctx: Pick<Context, 'db' | 'log' | 'now'>,
  deps: { queue: Queue; listen: postgres.Sql },
): Promise<{ close(): Promise<void> }> {
  const loop = startLoop(async () => relayOnce(ctx, deps.queue));
  const listening = await listenForTasks(deps.listen, () => loop.wake());
  return {
    close: async () => {
      await loop.close();
      await listening.stop();
    },
  };
}

/** Relays what is due and returns how long to pause; failures are weather, the rows stay. */
async function relayOnce(ctx: Pick<Context, 'db' | 'log' | 'now'>, queue: Queue): Promise<number> {
  try {
    const due = await takeDue(ctx.db, { now: ctx.now(), leaseMs, limit: batchSize });
    if (due.length > 0) {
      const takenAt = ctx.now();
      await queue.addBulk(
        due.map((row) => ({
          kind: row.kind,
          taskId: String(row.id),
          jobId: `task-${row.id}-${row.version}-${takenAt}`,
          attempts: 1,
          ...(asides.has(row.kind) ? { priority: asidePriority } : {}),
        })),
      );
      if (due.length === batchSize) return 0;
    }
    const next = await nextDueAt(ctx.db);
    return next === null ? idleLookMs : Math.min(idleLookMs, Math.max(0, next - ctx.now()));
  } catch (error) {
    ctx.log.error({ err: error }, 'relay failed');
    return idleLookMs;
  }
}
