// BullMQ on PostgreSQL: the queue of the embedded default, in the same database as everything else.
import { createPostgresBackend, isPgPool, runMigrations, withBackend } from 'bullmq';
import { Client, Pool } from 'pg';
import { logWorkerEvents } from './backend.ts';
import type { Backend, Log } from './backend.ts';
import type { JobData } from './jobs.ts';

/** BullMQ's own default for a pool that it did not make. */
const SCHEMA = 'bullmq';

/** Each worker keeps one for LISTEN, and the rest is shared by everything that this process does. */
const MAX_CONNECTIONS = 6;

const { Queue, Worker } = withBackend(createPostgresBackend);

/** BullMQ makes and updates its tables only when asked. It takes an advisory lock, so any number may ask at once. */
export async function migrateQueue(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'countersign migrate' });
  await client.connect();
  try {
    await runMigrations(client, SCHEMA);
  } catch (error) {
    throw new Error('failed to migrate the queue', { cause: error });
  } finally {
    await client.end();
  }
}

export async function openPostgres(options: { databaseUrl: string; name: string; log: Log }): Promise<Backend> {
  const { databaseUrl, name, log } = options;
  const pool = new Pool({
    connectionString: databaseUrl,
    max: MAX_CONNECTIONS,
    options: `-c search_path=${SCHEMA}`,
    application_name: 'countersign queue',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  pool.on('error', (error) => log.error({ err: error }, 'queue connection failed'));
  // Always so; the typings of pg and of BullMQ describe the same thing differently.
  if (!isPgPool(pool)) throw new Error('failed to make a pool that BullMQ takes');
  const queue = new Queue<JobData, void>(name, { connection: pool });
  queue.on('error', (error) => log.error({ err: error }, 'queue failed'));
  try {
    await queue.waitUntilReady();
  } catch (error) {
    await queue.close();
    await pool.end();
    throw new Error('failed to open the queue on PostgreSQL', { cause: error });
  }
  return {
    name: 'postgres',
    producer: queue,
    startWorker: async (process, settings) => {
      const worker = new Worker<JobData, void>(name, process, { connection: pool, ...settings });
      const events = logWorkerEvents(log);
      worker.on('error', events.error).on('failed', events.failed).on('stalled', events.stalled);
      await worker.waitUntilReady();
      return { close: async () => worker.close() };
    },
    ping: async () => {
      await pool.query('select 1');
    },
    close: async () => {
      await queue.close();
      await pool.end();
    },
  };
}
