// Brings the tables up to date. Any number of processes may start at the same time: they take turns.
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';

/** The same place seen from src/db and from dist/db. */
const MIGRATIONS = fileURLToPath(new URL('../../drizzle', import.meta.url));

/** An arbitrary number that is ours, as advisory locks have no names: "countsgn" in ASCII. */
const LOCK_KEY = '7165074649430321006';

/**
 * Drizzle's migrator takes no lock, and of several that start together all but one fail. The lock belongs to the
 * session, so it works only on a single connection, and the server lets go of it when this process dies.
 */
export async function migrate(url: string, { folder = MIGRATIONS }: { folder?: string } = {}): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: 'countersign migrate' } });
  try {
    await sql`select pg_advisory_lock(${LOCK_KEY}::bigint)`;
    await applyMigrations(drizzle(sql), { migrationsFolder: folder });
  } catch (error) {
    throw new Error('failed to migrate the database', { cause: error });
  } finally {
    await sql.end({ timeout: 5 });
  }
}
