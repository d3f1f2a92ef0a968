// Opens a pool of connections to PostgreSQL, with limits on everything that could wait for ever.
import { drizzle } from 'drizzle-orm/postgres-js';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import * as schema from './schema.ts';

export type Db = PostgresJsDatabase<typeof schema>;

export type Connection = { sql: postgres.Sql; db: Db; close(): Promise<void> };

export type ConnectOptions = {
  max?: number;
  /** What `pg_stat_activity` shows. */
  name?: string;
  statementTimeoutMs?: number;
  lockTimeoutMs?: number;
  idleInTransactionTimeoutMs?: number;
};

/**
 * For statements that still run. It is short, because postgres.js waits for all of it when a connection was ever cut:
 * such a connection keeps its last statement in mind.
 */
const CLOSE_TIMEOUT_S = 2;

/** Connects at the first query, and again after the server was away. */
export function connect(url: string, options: ConnectOptions = {}): Connection {
  const { max = 10, name = 'countersign' } = options;
  const { statementTimeoutMs = 15_000, lockTimeoutMs = 5000, idleInTransactionTimeoutMs = 30_000 } = options;
  const sql = postgres(url, {
    max,
    connect_timeout: 10,
    // Its own pauses grow to twenty seconds, in which a database that is back would still be called away.
    backoff: (attempt: number) => Math.min(1, 0.05 * 2 ** attempt),
    onnotice: () => {},
    connection: {
      application_name: name,
      statement_timeout: statementTimeoutMs,
      lock_timeout: lockTimeoutMs,
      idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
      // Whoever waited for a lock must see what its holder wrote, however the database is configured.
      default_transaction_isolation: 'read committed',
    },
  });
  return { sql, db: drizzle(sql, { schema }), close: async () => sql.end({ timeout: CLOSE_TIMEOUT_S }) };
}
