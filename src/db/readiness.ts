// Whether the database answers, and whether it has the tables of this version.
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { Db } from './connect.ts';

/** The same place seen from src/db and from dist/db. */
const migrationsFolder = fileURLToPath(new URL('../../drizzle', import.meta.url));

/** Throws when it does not answer. */
export async function pingDatabase(db: Db): Promise<void> {
  await db.execute(sql`select 1`);
}

/** Throws when a migration of this version is missing. A newer database is fine: versions run side by side for a while. */
export async function checkMigrations(db: Db): Promise<void> {
  const wanted = Math.max(0, ...readMigrationFiles({ migrationsFolder }).map((migration) => migration.folderMillis));
  const [row] = await db.execute<{ last: string | null }>(
    sql`select max(created_at)::text as last from drizzle.__drizzle_migrations`,
  );
  const applied = Number(row?.last ?? 0);
  if (applied < wanted)
    throw new Error('failed to find all migrations in the database', { cause: { applied, wanted } });
}
