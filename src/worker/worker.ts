// Runs tasks: one function per kind, and what becomes of the outbox row afterwards.
import type { Context } from '../context.ts';
import {
  failTask,
  finishTask,
  postponeTask,
  putBackTask,
  readTask,
  releaseTaken,
  type StoredTask,
} from '../db/outbox.ts';
import type { Task } from '../domain/task.ts';
import { crashPoint } from '../flow/crash-points.ts';
import { evaluateApproval } from '../flow/evaluate-approval.ts';
import { refreshApproval } from '../flow/refresh-approval.ts';
import { submitDecision, type SubmitContext } from '../flow/submit-decision.ts';
import type { TaskResult } from '../flow/task-result.ts';
import type { Queue } from '../queue/queue.ts';
import type { SlackTasks } from '../slack/app.ts';

/** First pause after a failure; doubles up to the longest one, for ever: nothing is given up. */
const firstRetryMs = 1000;
const longestRetryMs = 60_000;

/** However long the other side asks to be left alone: nothing waits unseen for hours because of one header. */
const longestWishMs = 5 * 60_000;

/** The flow's context, and since when no other process can be at work beside this one. */
type WorkContext = Context & Pick<SubmitContext, 'aloneSince'>;

/** `slack` is null when Slack is off: then its tasks are done by having nothing to do. */
export async function startWorker(
  ctx: Context,
  deps: { queue: Queue; slack: SlackTasks | null; concurrency: number },
): Promise<{ close(): Promise<void> }> {
  const own = await takeOver(ctx);
  return deps.queue.work((job) => runTask(own, deps.slack, Number(job.taskId)), { concurrency: deps.concurrency });
}

/**
 * The embedded default has one process at a time on its data: whatever stands there as begun was begun by one that is
 * dead, so nothing has to wait until its lease is over. With a database of several processes nobody can know that.
 */
async function takeOver(ctx: Context): Promise<WorkContext> {
  if (ctx.config.databaseUrl !== null) return ctx;
  const tasks = await releaseTaken(ctx.db);
  if (tasks > 0) ctx.log.info({ tasks }, 'work of the process before taken over');
  return { ...ctx, aloneSince: ctx.now() };
}

/** Never throws for a task that fails: the outbox row carries the retry, the queue only the first push. */
export async function runTask(ctx: WorkContext, slack: SlackTasks | null, id: number): Promise<void> {
  const stored = await readTask(ctx.db, id);
  if (stored === null) return;
  if (stored.notBefore > ctx.now()) return putBackTask(ctx.db, stored);
  crashPoint('task-started');
  let result: TaskResult;
  try {
    result = await perform(ctx, slack, stored.task);
  } catch (error) {
    ctx.log.error({ err: error, task: stored.task }, 'task failed');
    result = { kind: 'failed', reason: error instanceof Error ? error.message : String(error), retryAfterMs: null };
  }
  await settle(ctx, stored, result);
}

async function settle(ctx: Context, stored: StoredTask, result: TaskResult): Promise<void> {
  switch (result.kind) {
    case 'done':
      return finishTask(ctx.db, stored, ctx.now());
    case 'later':
      return postponeTask(ctx.db, stored, result.at, ctx.now());
    case 'failed': {
      const pauseMs =
        result.retryAfterMs === null
          ? Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(stored.attempts, 10))
          : Math.min(longestWishMs, result.retryAfterMs);
      ctx.log.warn(
        { task: stored.task, attempts: stored.attempts + 1, reason: result.reason, pauseMs },
        'task put off',
      );
      return failTask(ctx.db, stored, { error: result.reason, retryAt: ctx.now() + pauseMs });
    }
  }
}

async function perform(ctx: WorkContext, slack: SlackTasks | null, task: Task): Promise<TaskResult> {
  switch (task.kind) {
    case 'refresh':
      return refreshApproval(ctx, task);
    case 'evaluate':
      return evaluateApproval(ctx, task);
    case 'submit':
      return submitDecision(ctx, task);
    case 'sync-card':
      return slack?.syncCard(task) ?? done;
    case 'ask':
      return slack?.ask(task) ?? done;
    case 'remind':
      return slack?.remind(task) ?? done;
    case 'tell-outcome':
      return slack?.tellOutcome(task) ?? done;
    case 'announce':
      return slack?.announce(task) ?? done;
  }
}

const done: TaskResult = { kind: 'done' };
