// BullMQ on Redis: the queue of a production with several processes.
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import { logWorkerEvents } from './backend.ts';
import type { Backend, Log } from './backend.ts';
import type { JobData } from './jobs.ts';

/** All keys of a queue start with this, so that Redis may be shared. */
const PREFIX = 'countersign';

type ClientOptions = Pick<
  RedisOptions,
  'retryStrategy' | 'keepAlive' | 'maxRetriesPerRequest' | 'enableOfflineQueue' | 'commandTimeout'
>;

const RECONNECT: ClientOptions = {
  retryStrategy: (times) => Math.min(times * 100, 2000),
  keepAlive: 10_000,
};

/** The relay keeps the row and asks again, so an unreachable Redis must answer at once and not fill a buffer. */
const PRODUCER: ClientOptions = {
  ...RECONNECT,
  maxRetriesPerRequest: 1,
  enableOfflineQueue: false,
  commandTimeout: 5000,
};

/** A worker waits in Redis for its next job and simply goes on when Redis is back: https://docs.bullmq.io/guide/going-to-production */
const CONSUMER: ClientOptions = { ...RECONNECT, maxRetriesPerRequest: null };

export async function openRedis(options: { redisUrl: string; name: string; log: Log }): Promise<Backend> {
  const { redisUrl, name, log } = options;
  await checkServer(redisUrl);
  const connection = connectTo(redisUrl, PRODUCER, log);
  // Countersign reads no queue events, and Redis keeps 10,000 of them unless told otherwise.
  const queue = new Queue<JobData, void>(name, { connection, prefix: PREFIX, streams: { events: { maxLen: 100 } } });
  queue.on('error', (error) => log.error({ err: error }, 'queue failed'));
  await queue.waitUntilReady();
  return {
    name: 'redis',
    producer: queue,
    startWorker: async (process, settings) => {
      const consumer = connectTo(redisUrl, CONSUMER, log);
      const worker = new Worker<JobData, void>(name, process, { connection: consumer, prefix: PREFIX, ...settings });
      const events = logWorkerEvents(log);
      worker.on('error', events.error).on('failed', events.failed).on('stalled', events.stalled);
      await worker.waitUntilReady();
      return {
        close: async () => {
          await worker.close();
          await end(consumer);
        },
      };
    },
    ping: async () => {
      await connection.ping();
    },
    close: async () => {
      await queue.close();
      await end(connection);
    },
  };
}

function connectTo(redisUrl: string, options: ClientOptions, log: Log): Redis {
  const redis = new Redis(redisUrl, options);
  redis.on('error', (error) => log.error({ err: error }, 'queue connection failed'));
  // A server that goes away in good order is no error, and yet nothing moves until it is back.
  redis.on('reconnecting', (waitMs: number) => log.warn({ waitMs }, 'queue connection lost'));
  return redis;
}

/** Says goodbye where somebody listens, and hangs up where nobody does. */
async function end(redis: Redis): Promise<void> {
  if (redis.status === 'ready') await redis.quit();
  else redis.disconnect();
}

/** Refuses a server on which jobs could vanish or would not run. */
async function checkServer(redisUrl: string): Promise<void> {
  if (!/^rediss?:\/\//.test(redisUrl)) throw new Error('REDIS_URL must begin with redis:// or rediss://');
  const redis = new Redis(redisUrl, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    connectTimeout: 5000,
    retryStrategy: () => null,
  });
  // The promise below says only that the connection is closed; why, comes as an event.
  let reason = 'no answer';
  redis.on('error', (error) => {
    reason = error.message;
  });
  let info: string;
  try {
    await redis.connect();
    info = await redis.info();
  } catch (error) {
    const remedy = 'Check REDIS_URL, or unset it to keep the queue in PostgreSQL.';
    throw new Error(`failed to reach Redis (${reason}). ${remedy}`, { cause: error });
  } finally {
    redis.disconnect();
  }
  const fault = findFault(readInfo(info));
  if (fault !== null) throw new Error(fault);
}

/** `INFO` and not `CONFIG GET`, which hosted Redis often forbids. */
export function readInfo(info: string): Record<string, string> {
  const lines = info.split(/\r?\n/).filter((line) => line.includes(':'));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

export function findFault(info: Record<string, string>): string | null {
  const version = info['redis_version'] ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (!(major > 6 || (major === 6 && minor >= 2))) {
    return `Redis ${version || 'of an unknown version'} is too old: Countersign needs 6.2 or later. Upgrade it, or unset REDIS_URL.`;
  }
  const policy = info['maxmemory_policy'];
  if (policy !== 'noeviction') {
    return (
      `Redis may throw jobs away when its memory is full (maxmemory-policy is ${policy ?? 'unknown'}). ` +
      'Set it to noeviction (CONFIG SET maxmemory-policy noeviction, and in redis.conf), or unset REDIS_URL.'
    );
  }
  return null;
}
