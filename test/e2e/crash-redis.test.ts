import { afterAll, beforeAll, describe, it } from 'vitest';
import { startRedis, type RedisServer } from '../queue/redis-server.ts';
import { flows, surviveCrash, type Crash } from './crash-lab.ts';

/** What the queue could have to do with; the others are the same code on either queue. */
const points: readonly Crash[] = ['task-started', 'task-started#3', 'decision-sent'];

let redis: RedisServer | null;

beforeAll(async () => {
  redis = await startRedis();
  if (redis === null) process.stderr.write('skipped: crashes with Redis (no redis-server on the PATH)\n');
});

afterAll(async () => {
  await redis?.stop();
});

describe.concurrent('a process with its queue on Redis that dies', () => {
  it.for(points.map((point, database) => [point, database] as const))(
    'at %s: the next one ends it with one decision',
    {
      timeout: 180_000,
    },
    async ([point, database], { skip }) => {
      if (redis === null) return skip('no redis-server: said above');
      await surviveCrash(flows.routine, point, { redisUrl: `${redis.url}/${database}` });
    },
  );
});
