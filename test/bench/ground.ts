// What every benchmark stands on: a PostgreSQL that is as durable as in production, and a Redis where there is one.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { startEmbedded } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { startRedis } from '../queue/redis-server.ts';
import { parentOf } from './processor-time.ts';

export type Ground = {
  databaseUrl: string;
  sql: postgres.Sql;
  /** The server's first process; null where it can't be found out. */
  databasePid: number | null;
  databaseLog: string;
  stop(): Promise<void>;
};

export async function startGround(): Promise<Ground> {
  const dataDir = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  // Durability as it comes; only the housekeeping is off, which would fall on one opponent by chance.
  const embedded = await startEmbedded({ dataDir, settings: { autovacuum: 'off', max_connections: '200' } });
  await migrate(embedded.url);
  const sql = postgres(embedded.url, { max: 2, onnotice: () => {} });
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return {
    databaseUrl: embedded.url,
    sql,
    databasePid: row === undefined ? null : await parentOf(row.pid),
    databaseLog: join(dataDir, 'postgres.log'),
    stop: async () => {
      await sql.end({ timeout: 2 });
      await embedded.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export type BenchRedis = { url: string; pid: number | null; flush(): Promise<void>; stop(): Promise<void> };

/** With the durability that BullMQ's guide asks for (append-only file, synced every second); null without a Redis. */
export async function findBenchRedis(): Promise<BenchRedis | null> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-redis-'));
  const server = await startRedis({ appendonly: 'yes', appendfsync: 'everysec', dir: folder });
  const remove = async (): Promise<void> => rm(folder, { recursive: true, force: true });
  if (server === null) {
    await remove();
    return null;
  }
  const { Redis } = await import('ioredis');
  const redis = new Redis(server.url);
  const pid = Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1] ?? NaN);
  return {
    url: server.url,
    pid: Number.isNaN(pid) ? null : pid,
    flush: async () => {
      await redis.flushall();
    },
    stop: async () => {
      redis.disconnect();
      await server.stop();
      await remove();
    },
  };
}
