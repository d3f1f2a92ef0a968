// The queue: carries the ids of tasks from the process that wrote them to one that does them, at least once each.
import { DelayedError } from 'bullmq';
import type { Backend, BackendName, Log, StartedWorker } from './backend.ts';
import { readJob, retryDelayMs, toBullJob } from './jobs.ts';
import type { JobRequest, RunningJob } from './jobs.ts';
import { openPostgres } from './postgres.ts';
import { openRedis } from './redis.ts';

/**
 * Nothing in the queue is the truth. It can be flushed at any time: the rows that caused its jobs are still there, and
 * adding them again is all that has to be done.
 */
export type Queue = {
  readonly backend: BackendName;
  /** Adds all or throws; after a throw some may be there, and adding them again is harmless. */
  addBulk(jobs: readonly JobRequest[]): Promise<void>;
  /** A job may be handled twice (its worker was lost, or its connection at the wrong moment): handlers are idempotent. */
  work(handler: JobHandler, options: { concurrency: number }): Promise<Work>;
  depth(): Promise<QueueDepth>;
  /** In the text format of Prometheus. */
  metrics(): Promise<string>;
  /** Throws when the backend does not answer. */
  ping(): Promise<void>;
  /** Waits for the jobs that run. */
  close(): Promise<void>;
};

/** Throwing asks for another attempt after a growing pause; `againAfterMs` for a pause that costs no attempt. */
export type JobHandler = (job: RunningJob) => Promise<void | { againAfterMs: number }>;

export type Work = { close(): Promise<void> };

export type QueueDepth = { waiting: number; active: number; delayed: number };

export type QueueOptions = {
  /** Null: the PostgreSQL backend. */
  redisUrl: string | null;
  databaseUrl: string;
  log: Log;
  name?: string;
  /** The pause after the first failure; it doubles from there. */
  retryAfterMs?: number;
  /** After how long a lost worker's job is free, and how often to look for it. */
  lockMs?: number;
  stalledCheckMs?: number;
};

/** On PostgreSQL, `migrateQueue` has to have run. */
export async function openQueue(options: QueueOptions): Promise<Queue> {
  const { redisUrl, databaseUrl, log, name = 'countersign' } = options;
  const backend =
    redisUrl === null ? await openPostgres({ databaseUrl, name, log }) : await openRedis({ redisUrl, name, log });
  const works = new Set<Work>();
  let closed: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    await Promise.all([...works].map(async (work) => work.close()));
    await backend.close();
  };
  return {
    backend: backend.name,
    addBulk: async (jobs) => {
      if (jobs.length > 0) await backend.producer.addBulk(jobs.map(toBullJob));
    },
    work: async (handler, { concurrency }) => {
      const work = closeOnce(await startWork(backend, handler, { ...options, concurrency }));
      works.add(work);
      return work;
    },
    depth: async () => readDepth(backend),
    metrics: async () => backend.producer.exportPrometheusMetrics(),
    ping: async () => backend.ping(),
    close: async () => (closed ??= closeAll()),
  };
}

async function startWork(
  backend: Backend,
  handler: JobHandler,
  options: Pick<QueueOptions, 'retryAfterMs' | 'lockMs' | 'stalledCheckMs'> & { concurrency: number },
): Promise<StartedWorker> {
  const { concurrency, retryAfterMs = 1000, lockMs = 20_000, stalledCheckMs = 10_000 } = options;
  return backend.startWorker(
    async (job, token) => {
      const outcome = await handler(readJob(job));
      if (outcome === undefined) return;
      await job.moveToDelayed(Date.now() + outcome.againAfterMs, token);
      // How BullMQ wants to be told that the job has moved and is neither done nor failed.
      throw new DelayedError();
    },
    {
      concurrency,
      lockDuration: lockMs,
      stalledInterval: stalledCheckMs,
      settings: { backoffStrategy: (attemptsMade) => retryDelayMs(attemptsMade, retryAfterMs, Math.random) },
    },
  );
}

function closeOnce(worker: StartedWorker): Work {
  let closed: Promise<void> | undefined;
  return { close: async () => (closed ??= worker.close()) };
}

async function readDepth(backend: Backend): Promise<QueueDepth> {
  const counts = await backend.producer.getJobCounts('waiting', 'prioritized', 'active', 'delayed');
  const of = (state: string): number => counts[state] ?? 0;
  return { waiting: of('waiting') + of('prioritized'), active: of('active'), delayed: of('delayed') };
}
