// The limits on a connection.
import { sql as text } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import { createTestDatabase } from '../database.ts';
import type { TestDatabase } from '../database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => database.drop());

describe('connect', () => {
  it('names its connections', async () => {
    const { db, ...connection } = connect(database.url, { name: 'countersign web' });

    const rows = await db.execute(text`select current_setting('application_name') as name`);

    expect([...rows]).toEqual([{ name: 'countersign web' }]);
    await connection.close();
  });

  it('gives up a statement, a lock and an idle transaction after their time', async () => {
    const { sql, ...connection } = connect(database.url, { statementTimeoutMs: 50 });
    const limits = connect(database.url, {
      statementTimeoutMs: 5000,
      lockTimeoutMs: 50,
      idleInTransactionTimeoutMs: 70,
    });

    await expect(sql`select pg_sleep(5)`).rejects.toThrow('statement timeout');
    await sql`select pg_advisory_lock(1)`;
    await expect(limits.sql`select pg_advisory_lock(1)`).rejects.toThrow('lock timeout');
    const [idle] = await limits.sql`select current_setting('idle_in_transaction_session_timeout') as value`;

    expect(idle).toEqual({ value: '70ms' });
    await connection.close();
    await limits.close();
  });

  it('connects again after its connections were cut', async () => {
    const { sql, ...connection } = connect(database.url, { max: 2, name: 'cut' });
    const other = connect(database.url, { max: 1 });
    await sql`select 1`;

    await other.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cut'`;

    await expect
      .poll(async () =>
        sql`select 1 as one`.then(
          ([row]) => row,
          () => null,
        ),
      )
      .toEqual({ one: 1 });
    await connection.close();
    await other.close();
  });
});
