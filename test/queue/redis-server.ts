// A Redis for tests: the one at REDIS_TEST_URL, or one that is started from the PATH, or none.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { Redis } from 'ioredis';
import { until } from './until.ts';

const PROGRAM = 'redis-server';

export type RedisServer = { url: string; stop(): Promise<void> };

/** Null when there is none; says so, so that nobody takes a skipped test for a passed one. */
export async function findRedis(): Promise<RedisServer | null> {
  const url = process.env['REDIS_TEST_URL'];
  if (url !== undefined) return { url, stop: async () => {} };
  const started = await startRedis();
  if (started === null) {
    process.stderr.write(`skipped: the queue on Redis (no REDIS_TEST_URL, and no ${PROGRAM} on the PATH)\n`);
  }
  return started;
}

export async function startRedis(settings: Record<string, string> = {}, port?: number): Promise<RedisServer | null> {
  const chosen = port ?? (await findFreePort());
  const all = { bind: '127.0.0.1', port: String(chosen), save: '', appendonly: 'no', dir: tmpdir(), ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
  const server = spawn(PROGRAM, flags, { stdio: 'ignore' });
  const exited = once(server, 'exit').catch(() => null);
  try {
    await once(server, 'spawn');
  } catch {
    // Not installed: the caller decides whether that matters.
    return null;
  }
  const url = `redis://127.0.0.1:${chosen}`;
  await until('redis answers', async () => isAnswering(url));
  return {
    url,
    stop: async () => {
      server.kill('SIGKILL');
      await exited;
    },
  };
}

async function isAnswering(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => {});
  try {
    await redis.connect();
    await redis.ping();
    return true;
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
