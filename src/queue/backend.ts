// What the queue needs from either of BullMQ's backends.
import type { BulkJobOptions, Processor } from 'bullmq';
import type { JobData } from './jobs.ts';

export type BackendName = 'redis' | 'postgres';

export type Log = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

type BullJob = { name: string; data: JobData; opts: BulkJobOptions };

type Producer = {
  addBulk(jobs: BullJob[]): Promise<unknown>;
  getJobCounts(...states: JobState[]): Promise<Record<string, number>>;
  exportPrometheusMetrics(): Promise<string>;
};

type JobState = 'waiting' | 'prioritized' | 'active' | 'delayed';

type WorkerSettings = {
  concurrency: number;
  /** A job whose worker was not heard of for so long belongs to nobody. The worker renews it at half of that. */
  lockDuration: number;
  /** How often to look for such jobs. */
  stalledInterval: number;
  settings: { backoffStrategy(attemptsMade: number): number };
};

export type StartedWorker = { close(): Promise<void> };

export type Backend = {
  name: BackendName;
  producer: Producer;
  startWorker(process: Processor<JobData, void>, settings: WorkerSettings): Promise<StartedWorker>;
  ping(): Promise<void>;
  close(): Promise<void>;
};

type FailedJob = { id?: string; name: string; attemptsMade: number; finishedOn?: number };

/** BullMQ's events, of which `error` would end the process if nobody listened. */
export type WorkerEvents = {
  error: (error: Error) => void;
  failed: (job: FailedJob | undefined, error: Error) => void;
  stalled: (jobId: string) => void;
};

export function logWorkerEvents(log: Log): WorkerEvents {
  return {
    error: (error) => log.error({ err: error }, 'queue worker failed'),
    failed: (job, error) => {
      const fields = { jobId: job?.id, kind: job?.name, attempt: job?.attemptsMade, err: error };
      if (job?.finishedOn === undefined) log.warn(fields, 'job failed, to be tried again');
      else log.error(fields, 'job given up');
    },
    stalled: (jobId) => log.warn({ jobId }, 'job of a lost worker taken back'),
  };
}
