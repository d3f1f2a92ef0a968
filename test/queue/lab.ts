// Opens queues for a test and closes them after it; makes jobs, gates and handlers that remember.
import { randomBytes } from 'node:crypto';
import type { JobRequest, RunningJob } from '../../src/queue/jobs.ts';
import { openQueue } from '../../src/queue/queue.ts';
import type { JobHandler, Queue, QueueOptions } from '../../src/queue/queue.ts';
import { recordingLog } from './recording-log.ts';

export type QueueServer = {
  redisUrl: string | null;
  databaseUrl: string;
  /** Removes every job of the queue. */
  flush(name: string): Promise<void>;
  /** Cuts every connection to the server. */
  interrupt(): Promise<void>;
};

export type Lab = {
  server(): QueueServer;
  open(options?: Partial<QueueOptions>): Promise<Queue>;
  closeAll(): Promise<void>;
};

const FAST = { retryAfterMs: 20, lockMs: 1000, stalledCheckMs: 500 };

export function aLab(server: () => QueueServer): Lab {
  const opened: Queue[] = [];
  return {
    server,
    open: async (options = {}) => {
      const { redisUrl, databaseUrl } = server();
      const standard = { redisUrl, databaseUrl, name: aQueueName(), log: recordingLog(), ...FAST };
      const queue = await openQueue({ ...standard, ...options });
      opened.push(queue);
      return queue;
    },
    closeAll: async () => {
      await Promise.all(opened.splice(0).map(async (queue) => queue.close()));
    },
  };
}

export function aQueueName(): string {
  return `test-${randomBytes(6).toString('hex')}`;
}

/** A promise to wait for, and the way to keep it. */
export function aGate(): { opened: Promise<void>; open(): void } {
  const waiting: (() => void)[] = [];
  const opened = new Promise<void>((resolve) => waiting.push(resolve));
  return { opened, open: () => waiting.forEach((proceed) => proceed()) };
}

export function aJob(taskId: string, rest: Partial<JobRequest> = {}): JobRequest {
  return { kind: 'refresh', taskId, jobId: `task-${taskId}`, ...rest };
}

export function recorder(act: JobHandler = async () => {}): { handler: JobHandler; done: RunningJob[] } {
  const done: RunningJob[] = [];
  return {
    done,
    handler: async (job) => {
      done.push(job);
      return act(job);
    },
  };
}

export function sum(depth: Record<string, number>): number {
  return Object.values(depth).reduce((total, count) => total + count, 0);
}

export function sortByTask(jobs: RunningJob[]): RunningJob[] {
  return jobs.toSorted((a, b) => a.taskId.localeCompare(b.taskId));
}
