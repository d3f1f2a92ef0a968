// The queue on PostgreSQL, the embedded default.
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateQueue } from '../../src/queue/postgres.ts';
import { openQueue } from '../../src/queue/queue.ts';
import { createTestDatabase } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { describeQueue } from './contract.ts';
import { recordingLog } from './recording-log.ts';

let database: TestDatabase;
let admin: postgres.Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateQueue(database.url);
  admin = postgres(database.url, { max: 1, onnotice: () => {} });
});

afterAll(async () => {
  await admin.end();
  await database.drop();
});

describeQueue('PostgreSQL', () => ({
  redisUrl: null,
  databaseUrl: database.url,
  flush: async (name) => {
    await admin`delete from bullmq.job where queue = ${name}`;
  },
  interrupt: async () => {
    await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  },
}));

describe('migrateQueue', () => {
  it('lets six processes migrate at once', async () => {
    const fresh = await createTestDatabase();

    await Promise.all(Array.from({ length: 6 }, async () => migrateQueue(fresh.url)));

    const queue = await openQueue({ redisUrl: null, databaseUrl: fresh.url, log: recordingLog() });
    expect(await queue.depth()).toEqual({ waiting: 0, active: 0, delayed: 0 });
    await queue.close();
    await fresh.drop();
  });

  it('has to run before the queue is opened', async () => {
    const fresh = await createTestDatabase();

    const opening = openQueue({ redisUrl: null, databaseUrl: fresh.url, log: recordingLog() });

    await expect(opening).rejects.toThrow('failed to open the queue on PostgreSQL');
    await fresh.drop();
  });
});
