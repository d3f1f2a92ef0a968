// Migrations, by one process and by several that start together.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { createTestDatabase } from '../database.ts';
import type { TestDatabase } from '../database.ts';

let database: TestDatabase;
let folder: string;
let sql: postgres.Sql;

beforeEach(async () => {
  database = await createTestDatabase({ isEmpty: true });
  folder = await mkdtemp(join(tmpdir(), 'countersign-migrations-'));
  sql = postgres(database.url, { max: 1, onnotice: () => {} });
});

afterEach(async () => {
  await sql.end();
  await rm(folder, { recursive: true });
  await database.drop();
});

describe('migrate', () => {
  it('applies each migration once', async () => {
    await writeMigrations(['create table a (n int)', 'insert into a values (1)']);

    await migrate(database.url, { folder });
    await migrate(database.url, { folder });

    expect([...(await sql`select n from a`)]).toEqual([{ n: 1 }]);
  });

  it('lets six starters succeed together, three of them processes of their own', async () => {
    // Slow, so that all of them are there before the first has finished.
    await writeMigrations(['create table a (n int)', 'select pg_sleep(1.5)', 'insert into a values (1)']);
    const script = fileURLToPath(new URL('migrate-process.ts', import.meta.url));

    const processes = Array.from({ length: 3 }, async () => {
      const args = ['--import', 'tsx', script, database.url, folder];
      const [code] = await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit');
      return code;
    });
    const calls = Array.from({ length: 3 }, async () => migrate(database.url, { folder }));

    expect(await Promise.all(processes)).toEqual([0, 0, 0]);
    await Promise.all(calls);
    expect([...(await sql`select n from a`)]).toEqual([{ n: 1 }]);
  });

  it('leaves nothing of a migration that fails, and does not keep others waiting', async () => {
    await writeMigrations(['create table a (n int)', 'insert into a values (1); select broken']);

    await expect(migrate(database.url, { folder })).rejects.toThrow('failed to migrate the database');
    await writeMigrations(['create table a (n int)', 'insert into a values (2)']);
    await migrate(database.url, { folder });

    expect([...(await sql`select n from a`)]).toEqual([{ n: 2 }]);
  });

  it('finds the migrations of this release by itself', async () => {
    await migrate(database.url);

    const [row] = await sql`select to_regclass('public.audit_log') is not null as found`;
    expect(row).toEqual({ found: true });
  });
});

/** In the form of drizzle-kit. */
async function writeMigrations(statements: string[]): Promise<void> {
  await mkdir(join(folder, 'meta'), { recursive: true });
  const entries = statements.map((_, index) => ({
    idx: index,
    version: '7',
    when: index + 1,
    tag: `000${index}`,
    breakpoints: true,
  }));
  await writeFile(
    join(folder, 'meta', '_journal.json'),
    JSON.stringify({ version: '7', dialect: 'postgresql', entries }),
  );
  for (const [index, statement] of statements.entries()) await writeFile(join(folder, `000${index}.sql`), statement);
}
