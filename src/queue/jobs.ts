// What travels through the queue: the kind of a task and its id, never its content.
import type { BulkJobOptions } from 'bullmq';
import { z } from 'zod';
import { taskKinds } from '../domain/task.ts';
import type { TaskKind } from '../domain/task.ts';

export type JobRequest = {
  kind: TaskKind;
  /** The outbox row, where the content is. */
  taskId: string;
  /** While a job with this id waits, is delayed or runs, another one with the same id is ignored. */
  jobId: string;
  delayMs?: number;
  /** How often it may run before it is given up; the caller's sweep may then ask again. */
  attempts?: number;
  /** 1 is the most urgent; without one it comes before all that have one. */
  priority?: number;
};

export type RunningJob = { kind: TaskKind; taskId: string; attempt: number };

export type JobData = z.infer<typeof jobData>;

const jobData = z.object({ taskId: z.string().min(1) });

const jobKind = z.enum(taskKinds);

/** BullMQ refuses colons and whole numbers, because its own keys and ids are made of them. */
const jobId = z
  .string()
  .min(1)
  .refine((id) => !id.includes(':') && !/^-?\d+$/.test(id), 'a job id holds no colon and is not a whole number');

const DEFAULT_ATTEMPTS = 5;
const MAX_RETRY_DELAY_MS = 60_000;

export function toBullJob(request: JobRequest): { name: TaskKind; data: JobData; opts: BulkJobOptions } {
  return {
    name: request.kind,
    data: jobData.parse({ taskId: request.taskId }),
    opts: {
      jobId: jobId.parse(request.jobId),
      delay: request.delayMs ?? 0,
      attempts: request.attempts ?? DEFAULT_ATTEMPTS,
      ...(request.priority === undefined ? {} : { priority: request.priority }),
      backoff: { type: 'custom' },
      // Finished jobs leave nothing behind. A kept one would hold its id, and BullMQ would silently ignore the next
      // request for the same task: the sweep could never repair what a failed job left undone.
      removeOnComplete: true,
      removeOnFail: true,
      // A stack is in the log, where it is useful, and not in the queue.
      stackTraceLimit: 0,
      keepLogs: 0,
    },
  };
}

/** Throws for a kind that only a newer release knows: the job is tried again, perhaps by that release. */
export function readJob(job: { name: string; data: unknown; attemptsMade: number }): RunningJob {
  return { kind: jobKind.parse(job.name), taskId: jobData.parse(job.data).taskId, attempt: job.attemptsMade + 1 };
}

/** Doubles with every attempt up to a minute. The random part keeps jobs that failed together from returning together. */
export function retryDelayMs(attemptsMade: number, firstDelayMs: number, random: () => number): number {
  const longest = Math.min(firstDelayMs * 2 ** (attemptsMade - 1), MAX_RETRY_DELAY_MS);
  return Math.round(longest * (0.5 + random() / 2));
}
