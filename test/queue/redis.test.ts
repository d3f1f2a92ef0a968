// The queue on Redis, as in production.
import { Redis } from 'ioredis';
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest';
import { openQueue } from '../../src/queue/queue.ts';
import { findFault, readInfo } from '../../src/queue/redis.ts';
import { describeQueue } from './contract.ts';
import { recordingLog } from './recording-log.ts';
import { findRedis, startRedis } from './redis-server.ts';
import type { RedisServer } from './redis-server.ts';
import { until } from './until.ts';

const redis = await findRedis();
const canStart = redis !== null && process.env['REDIS_TEST_URL'] === undefined;
if (redis !== null && !canStart) process.stderr.write('skipped: a Redis server of its own (REDIS_TEST_URL is set)\n');

const started: RedisServer[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map(async (server) => server.stop()));
});

afterAll(async () => {
  if (redis === null) return;
  await withClient(redis.url, async (client) => removeKeys(client, 'countersign:test-*'));
  await redis.stop();
});

async function start(...args: Parameters<typeof startRedis>): Promise<RedisServer> {
  const server = await startRedis(...args);
  if (server === null) throw new Error('redis-server has gone from the PATH');
  started.push(server);
  return server;
}

if (redis !== null) {
  describeQueue('Redis', () => ({
    redisUrl: redis.url,
    databaseUrl: inject('databaseUrl'),
    flush: async (name) => withClient(redis.url, async (client) => removeKeys(client, `countersign:${name}:*`)),
    interrupt: async () =>
      withClient(redis.url, async (client) => {
        await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      }),
  }));
}

describe.skipIf(!canStart)('a Redis server of its own', () => {
  it('is refused when it may throw jobs away', async () => {
    const server = await start({ maxmemory: '50mb', 'maxmemory-policy': 'allkeys-lru' });

    const opening = openQueue({ redisUrl: server.url, databaseUrl: '', log: recordingLog() });

    await expect(opening).rejects.toThrow(/maxmemory-policy is allkeys-lru\). Set it to noeviction/);
  });

  it('may be away: adding fails at once, and the workers go on when it is back', async () => {
    const first = await start();
    const { url } = first;
    const log = recordingLog();
    const queue = await openQueue({ redisUrl: url, databaseUrl: '', log });
    const done: string[] = [];
    await queue.work(async (job) => void done.push(job.taskId), { concurrency: 1 });

    await first.stop();
    const askedAt = Date.now();
    await expect(queue.addBulk([{ kind: 'refresh', taskId: 'a', jobId: 'task-a' }])).rejects.toThrow(
      /writeable|closed|max retries/,
    );
    await expect(queue.ping()).rejects.toThrow(/writeable|closed|max retries/);
    expect(Date.now() - askedAt).toBeLessThan(2000);
    await start({}, Number(new URL(url).port));

    await until('it takes jobs again', async () =>
      queue.addBulk([{ kind: 'refresh', taskId: 'a', jobId: 'task-a' }]).then(
        () => true,
        () => false,
      ),
    );
    await until('the job is done', () => done.length === 1);
    expect(log.lines.some((line) => line.level !== 'info')).toBe(true);
    await queue.close();
  });
});

describe('the address of Redis', () => {
  it.each([
    ['http://127.0.0.1:6379', /REDIS_URL must begin with redis:/],
    ['redis://127.0.0.1:1', /failed to reach Redis \(.*ECONNREFUSED.*\)\. Check REDIS_URL/],
  ])('is refused when it is %s', async (redisUrl, expected) => {
    await expect(openQueue({ redisUrl, databaseUrl: '', log: recordingLog() })).rejects.toThrow(expected);
  });
});

describe('findFault', () => {
  it.each(['7.0.15', '6.2.0', '10.1.0'])('takes version %s with noeviction', (version) => {
    expect(findFault(serverInfo(version, 'noeviction'))).toBeNull();
  });

  it.each([
    ['6.0.16', 'noeviction', /6\.0\.16 is too old: Countersign needs 6\.2/],
    ['5.0.14', 'noeviction', /too old/],
    ['', 'noeviction', /of an unknown version is too old/],
    ['7.0.15', 'volatile-ttl', /may throw jobs away .*volatile-ttl/],
  ])('refuses version "%s" with policy %s', (version, policy, reason) => {
    expect(findFault(serverInfo(version, policy))).toMatch(reason);
  });
});

function serverInfo(version: string, policy: string): Record<string, string> {
  return readInfo(`# Server\r\nredis_version:${version}\r\n# Memory\r\nmaxmemory_policy:${policy}\r\n`);
}

async function withClient(url: string, act: (client: Redis) => Promise<void>): Promise<void> {
  const client = new Redis(url);
  try {
    await act(client);
  } finally {
    await client.quit();
  }
}

async function removeKeys(client: Redis, pattern: string): Promise<void> {
  const keys = await client.keys(pattern);
  if (keys.length > 0) await client.unlink(keys);
}
