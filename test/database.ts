// A database of its own for a test file: a copy of the migrated template.
import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';

export type TestDatabase = { url: string; drop(): Promise<void> };

/** Close your own connections before `drop`; those left open are cut off. */
export async function createTestDatabase({ isEmpty = false } = {}): Promise<TestDatabase> {
  const name = `t_${randomBytes(8).toString('hex')}`;
  await administer(async (sql) => {
    await sql`create database ${sql(name)} template ${sql(isEmpty ? 'template0' : inject('templateDatabase'))}`;
  });
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${name}`;
  return {
    url: url.toString(),
    drop: async () =>
      administer(async (sql) => {
        await sql`drop database ${sql(name)} with (force)`;
      }),
  };
}

async function administer(act: (sql: postgres.Sql) => Promise<void>): Promise<void> {
  const sql = postgres(inject('databaseUrl'), { max: 1, onnotice: () => {} });
  try {
    await act(sql);
  } finally {
    await sql.end();
  }
}
